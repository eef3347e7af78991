"""Traces as the page reads them: one JSON header and binary chunks.

`frontend/src/payload/schema.ts` describes exactly this; whoever changes one changes the other and
raises `SCHEMA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from attnviz._version import __version__
from attnviz.analysis import rollout
from attnviz.views.budget import BUDGET, parse_budget
from attnviz.views.chunks import Chunk
from attnviz.views.encoding import PayloadEncoding, choose_form, constants, quantise
from attnviz.views.fitting import Fitted, fit, parts_of
from attnviz.views.images import encode_image
from attnviz.views.page import bare_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture import AttentionGroup, Trace
    from attnviz.tokens import By, Tokens
    from attnviz.views.opening import Initial, ViewName

SCHEMA = 4

# The views that take a head apart, for which queries and keys themselves are needed.
WITH_NEURONS = ("neuron", "explore")
# The views that show rollouts.
WITH_ROLLOUT = ("text", "explore")
# A rollout takes a byte a pair of tokens, 1 MB for so many, and a matrix product a layer.
MOST_ROLLED = 1024
# Those that show every head as a thumbnail.
WITH_THUMBNAILS = ("model", "explore")

_SPECIAL, _UNKNOWN, _APPROX = 1, 2, 4

# Of a layer in the header, without its numbers: references, and the element around its chunk.
_LAYER_BYTES = 1200


@dataclass(frozen=True)
class Payload:
    """What a page carries: `header`, ready for JSON, and `chunks` by name, as base64 of gzip."""

    header: dict[str, Any]
    chunks: dict[str, str]


def build(
    traces: Sequence[Trace],
    view: ViewName,
    *,
    titles: Sequence[str],
    initial: Initial,
    inline: bool,
    lang: str | None,
    encoding: PayloadEncoding,
    budget: int | None = None,
    layers: Sequence[int] | None = None,
    title: str = "",
) -> Payload:
    """Encode traces for one page.

    Args:
        view: which of the views.
        titles: a short name for each trace, for the switch between them.
        initial: what the page opens with; keys of the schema's `InitialState`.
        inline: whether the page stands in a notebook's frame.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        encoding: "auto", "vectors" or "weights"; see `encoding.py`.
        budget: bytes of the whole page; see `fitting.py`.
        layers: those that must be complete; None for the one shown first, if there is room for it.
        title: of the document.

    Raises:
        InvalidOption: the budget has no room for what must be there.
    """
    budget = parse_budget(BUDGET) if budget is None else budget
    named = {f"t{i}-{group.kind}": group for i, trace in enumerate(traces) for group in trace.groups.values()}
    every = list(named.values())
    form = choose_form(every, encoding, neurons=view in WITH_NEURONS, budget=budget)
    first = [initial["layer"]] if "layer" in initial else []
    asked = first if layers is None else layers
    kind = initial.get("kind", every[0].kind)
    groups = {
        name: parts_of(name, group, asked if group.kind == kind else []) for name, group in named.items()
    }
    rolled = _Rolled.of(named) if view in WITH_ROLLOUT else _Rolled({}, {})

    def header(fitted: Fitted | None) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "generator": f"attnviz {__version__}",
            "view": view,
            "inline": inline,
            "lang": lang,
            "initial": initial,
            "traces": [
                _trace(trace, title, f"t{i}", fitted, rolled)
                for i, (trace, title) in enumerate(zip(traces, titles, strict=True))
            ],
        }

    parts = sum(map(len, groups.values()))
    room = budget - bare_size(header(None), title) - _LAYER_BYTES * (parts + len(groups))
    room -= sum(map(len, rolled.chunks.values()))
    fitted = fit(groups, form, room, budget, required=layers is not None, overview=view in WITH_THUMBNAILS)
    return Payload(header(fitted), fitted.chunks | rolled.chunks)


def _trace(trace: Trace, title: str, prefix: str, fitted: Fitted | None, rolled: _Rolled) -> dict[str, Any]:
    used = [trace.tokens, trace.target_tokens]
    used += [tokens for group in trace.groups.values() for tokens in (group.query_tokens, group.key_tokens)]
    tables = list({id(tokens): tokens for tokens in used if tokens is not None}.values())
    placed = any(box is not None for tokens in tables for box in tokens.boxes or ())
    return {
        "title": title,
        "model": {"name": trace.model.name, "architecture": trace.model.architecture},
        "tokens": [_token_table(tokens) for tokens in tables],
        "image": encode_image(trace.image) if trace.image is not None and placed else None,
        "groups": [_group(group, tables, prefix, fitted, rolled) for group in trace.groups.values()],
        "notes": list(trace.notes),
    }


def _token_table(tokens: Tokens) -> dict[str, Any]:
    places = [_utf16(text) for text in tokens.texts]

    def counted(each: list[int | None]) -> list[int | None]:
        """Places in each token's own text, as JavaScript counts them."""
        return [
            None if place is None or segment is None else places[segment][place]
            for place, segment in zip(each, tokens.segment, strict=True)
        ]

    return {
        "texts": tokens.texts,
        "start": counted(tokens.start),
        "end": counted(tokens.end),
        "label": tokens.labels,
        "raw": tokens.raw,
        "id": tokens.ids,
        "segment": tokens.segment,
        "segments": tokens.roles or ["A", "B"][: len(tokens.texts)],
        "word": tokens.word,
        "sentence": tokens.sentence,
        "boxes": _boxes(tokens),
        "flags": [
            _SPECIAL * special + _UNKNOWN * unknown + _APPROX * approx
            for special, unknown, approx in zip(tokens.special, tokens.unknown, tokens.approx, strict=True)
        ],
        "part": tokens.part,
        "units": {"word": _units(tokens, "word"), "sentence": _units(tokens, "sentence")},
        "finders": list(dict.fromkeys(tokens.finders)),
        "lang": tokens.lang,
    }


def _utf16(text: str) -> list[int]:
    """For each place between characters how many UTF-16 units stand before it."""
    return [0, *accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]


def _boxes(tokens: Tokens) -> list[list[float] | None] | None:
    if tokens.boxes is None:
        return None
    return [None if box is None else [round(side, 6) for side in box] for box in tokens.boxes]


def _units(tokens: Tokens, by: By) -> dict[str, Any]:
    units = tokens.units(by)
    of = [0] * len(tokens)
    for i, unit in enumerate(units):
        for token in unit.tokens:
            of[token] = i
    return {"label": [unit.text for unit in units], "pos": [unit.pos for unit in units], "of": of}


def _group(
    group: AttentionGroup, tables: list[Tokens], prefix: str, fitted: Fitted | None, rolled: _Rolled
) -> dict[str, Any]:
    """A group of the header; without what is fitted, to see how long the header gets."""
    name = f"{prefix}-{group.kind}"
    return {
        "kind": group.kind,
        "queries": _place(group.query_tokens, tables),
        "keys": _place(group.key_tokens, tables),
        "layers": [
            constants(group[i]) if fitted is None else fitted.layers[f"{name}-{i}"]
            for i in range(group.layers)
        ],
        "overview": None if fitted is None else fitted.overviews[name],
        "sinks": [] if fitted is None else fitted.sinks[name],
        "rollout": rolled.references.get(name),
    }


@dataclass(frozen=True)
class _Rolled:
    """The rollout of each group by name, or why it has none; and its chunks."""

    references: dict[str, dict[str, Any] | str]
    chunks: dict[str, str]

    @classmethod
    def of(cls, groups: dict[str, AttentionGroup]) -> _Rolled:
        """Rollouts of those groups that have one."""
        rolled = cls({}, {})
        for name, group in groups.items():
            absence = _without_rollout(group)
            if absence is not None:
                rolled.references[name] = absence
                continue
            chunk = Chunk(f"{name}-rollout")
            # Roots, because what matters beside a row's one large weight are its many small ones.
            roots = np.sqrt(rollout(group[i].weights() for i in range(group.layers)))
            values, scale = quantise(roots[None])
            rolled.references[name] = {"values": chunk.add(values), "scale": chunk.add(scale)}
            rolled.chunks[chunk.name] = chunk.packed()
        return rolled


def _without_rollout(group: AttentionGroup) -> str | None:
    """Why a group has no rollout: its rows and columns are no one text, or windows, or it is too long."""
    if group.query_tokens is not group.key_tokens:
        return "cross"
    if any(group[i].windows > 1 for i in range(group.layers)):
        return "windows"
    return "long" if len(group.query_tokens) > MOST_ROLLED else None


def _place(tokens: Tokens, tables: list[Tokens]) -> int:
    """Which table these very tokens are; two texts may well have equal ones."""
    return next(i for i, table in enumerate(tables) if table is tokens)
