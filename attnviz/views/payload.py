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
from attnviz.views.chunks import Chunk
from attnviz.views.encoding import PayloadEncoding, choose_form, encode_layer, overview, quantise
from attnviz.views.images import encode_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture import AttentionGroup, Trace
    from attnviz.tokens import By, Tokens
    from attnviz.views.encoding import NumberFormat
    from attnviz.views.view import Initial, ViewName

SCHEMA = 4

# The views that take a head apart, for which queries and keys themselves are needed.
WITH_NEURONS = ("neuron", "explore")
# The views that show rollouts.
WITH_ROLLOUT = ("text", "explore")
# A rollout takes a byte a pair of tokens, 1 MB for so many, and a matrix product a layer.
MOST_ROLLED = 1024

_SPECIAL, _UNKNOWN, _APPROX = 1, 2, 4


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
) -> Payload:
    """Encode traces for one page.

    Args:
        view: which of the views.
        titles: a short name for each trace, for the switch between them.
        initial: what the page opens with; keys of the schema's `InitialState`.
        inline: whether the page stands in a notebook's frame.
        lang: the page's own words, "en" or "ja"; None follows the browser.
        encoding: "auto", "vectors" or "weights"; see `encoding.py`.
    """
    groups = [group for trace in traces for group in trace.groups.values()]
    form = choose_form(groups, encoding, neurons=view in WITH_NEURONS)
    chunks: list[Chunk] = []
    header = {
        "schema": SCHEMA,
        "generator": f"attnviz {__version__}",
        "view": view,
        "inline": inline,
        "lang": lang,
        "initial": initial,
        "traces": [
            _trace(trace, title, f"t{i}", form, chunks, rolled=view in WITH_ROLLOUT)
            for i, (trace, title) in enumerate(zip(traces, titles, strict=True))
        ],
    }
    return Payload(header, {chunk.name: chunk.packed() for chunk in chunks})


def _trace(
    trace: Trace, title: str, prefix: str, form: NumberFormat, chunks: list[Chunk], *, rolled: bool
) -> dict[str, Any]:
    used = [trace.tokens, trace.target_tokens]
    used += [tokens for group in trace.groups.values() for tokens in (group.query_tokens, group.key_tokens)]
    tables = list({id(tokens): tokens for tokens in used if tokens is not None}.values())
    groups = []
    for group in trace.groups.values():
        groups.append(_group(group, tables, prefix, form, chunks))
        groups[-1]["rollout"] = _rollout(group, prefix, chunks) if rolled else None
    placed = any(box is not None for tokens in tables for box in tokens.boxes or ())
    return {
        "title": title,
        "model": {"name": trace.model.name, "architecture": trace.model.architecture},
        "tokens": [_token_table(tokens) for tokens in tables],
        "image": encode_image(trace.image) if trace.image is not None and placed else None,
        "groups": groups,
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
    group: AttentionGroup, tables: list[Tokens], prefix: str, form: NumberFormat, chunks: list[Chunk]
) -> dict[str, Any]:
    name = f"{prefix}-{group.kind}"
    layers = []
    for i in range(group.layers):
        chunk = Chunk(f"{name}-{i}")
        layers.append(encode_layer(group[i], form, chunk))
        chunks.append(chunk)
    thumbnails = Chunk(f"{name}-overview")
    reference = thumbnails.add(overview(group))
    chunks.append(thumbnails)
    return {
        "kind": group.kind,
        "queries": _place(group.query_tokens, tables),
        "keys": _place(group.key_tokens, tables),
        "layers": layers,
        "overview": reference,
    }


def _rollout(group: AttentionGroup, prefix: str, chunks: list[Chunk]) -> dict[str, Any] | str:
    """A group's rollout, or why it has none: its rows and columns are no one text, windows, or too long."""
    if group.query_tokens is not group.key_tokens:
        return "cross"
    layers = [group[i] for i in range(group.layers)]
    if any(layer.windows > 1 for layer in layers):
        return "windows"
    if len(group.query_tokens) > MOST_ROLLED:
        return "long"
    chunk = Chunk(f"{prefix}-{group.kind}-rollout")
    # Roots, because what matters beside a row's one large weight are its many small ones.
    values, scale = quantise(np.sqrt(rollout(layer.weights() for layer in layers))[None])
    chunks.append(chunk)
    return {"values": chunk.add(values), "scale": chunk.add(scale)}


def _place(tokens: Tokens, tables: list[Tokens]) -> int:
    """Which table these very tokens are; two texts may well have equal ones."""
    return next(i for i, table in enumerate(tables) if table is tokens)
