"""All layers of a page within its budget: whole where there is room for all, else the strongest keys of most.

The order in which room is given: an overview of every head, the layers asked for, then the strongest keys of
all the others, as many as still fit. Sizes are those of the file, base64 of gzip.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from attnviz.capture.call import TOLERANCE
from attnviz.errors import InvalidOption
from attnviz.views.budget import as_size
from attnviz.views.chunks import Chunk
from attnviz.views.encoding import OVERVIEW_SIDE, carried, constants, encode_layer, stacked
from attnviz.views.sinks import KeyMass, sinks
from attnviz.views.strongest import Strongest, likely_threshold
from attnviz.views.survey import Difference, Thumbnails, survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from attnviz.capture import AttentionGroup
    from attnviz.capture.layer import AttentionLayer
    from attnviz.views.encoding import NumberFormat
    from attnviz.views.survey import Surveyor

# Keys that every row keeps, however small their weights, and where there is no room for those.
LEAST_KEYS = (4, 1)
# Bytes of one kept key and of the rest of a row, before anything is measured.
_KEY_BYTES, _ROW_BYTES = 3.0, 3.5
# Thumbnails may take so much of a page that has no room for all.
_OVERVIEW_SHARE = 0.1
_LEAST_SIDE = 24
# A fit that leaves less of the room unused than this is good enough.
_SLACK = 0.03
_ATTEMPTS = 6
# The page makes the thumbnails of a group itself where it has so few weights, all of them as bytes.
_POOLED_BY_PAGE = 4_000_000
# Base64 writes three bytes as four.
_BASE64 = 4 / 3
# Where even so little, left by gzip, would be too much, packing all layers is not worth the try.
_LEAST_PACKED = {"float32": 0.4, "float16": 0.4, "weights": 0.1}


@dataclass(frozen=True)
class Part:
    """One layer on its way into a page.

    Attributes:
        name: of its chunk.
        place: how an error calls it.
        asked: whether it is to be complete even where others are not.
    """

    name: str
    place: str
    layer: AttentionLayer
    asked: bool


@dataclass(frozen=True)
class Fitted:
    """What a page carries of some groups of layers.

    Attributes:
        layers: for each part what the page's schema has, by the name of its chunk.
        overviews: for each group the reference to its thumbnails, by the group's name; None where the page
            shows none, or makes them of the weights.
        sinks: for each group the keys that are sinks.
        chunks: by name, as base64 of gzip.
    """

    layers: dict[str, dict[str, Any]]
    overviews: dict[str, dict[str, Any] | None]
    sinks: dict[str, list[int]]
    chunks: dict[str, str]


@dataclass
class _Packed:
    header: dict[str, Any]
    text: str


def parts_of(name: str, group: AttentionGroup, asked: Sequence[int]) -> list[Part]:
    """The layers of a group; `name` begins the names of its chunks."""
    return [
        Part(f"{name}-{i}", f"layer {i} of the {group.kind}", group[i], i in asked)
        for i in range(group.layers)
    ]


def fit(
    groups: dict[str, list[Part]],
    form: NumberFormat,
    room: float,
    budget: int,
    *,
    required: bool,
    overview: bool = True,
) -> Fitted:
    """Encode groups of layers.

    Args:
        groups: by name.
        form: of complete layers.
        room: bytes for all of it.
        budget: bytes of the whole page, for errors.
        required: whether layers asked for must be complete; else they are if there is room.
        overview: whether the page shows thumbnails.

    Raises:
        InvalidOption: there is no room for what must be there.
    """
    parts = [part for group in groups.values() for part in group]
    asked = _pack_all([part for part in parts if part.asked], form)
    if _LEAST_PACKED[form] * _BASE64 * sum(_raw_bytes(part.layer, form) for part in parts) <= room:
        others = [part for part in parts if not part.asked]
        whole = {**asked, **_pack_all(others, form, room - _size(asked))}
        if len(whole) == len(parts) and _size(whole) <= room:
            fitted = _assemble(groups, whole, form, OVERVIEW_SIDE if overview else None, None)
            if sum(map(len, fitted.chunks.values())) <= room:
                return fitted
    return _strongest(groups, asked, form, room, budget, required=required, overview=overview)


def _strongest(
    groups: dict[str, list[Part]],
    asked: dict[str, _Packed],
    form: NumberFormat,
    room: float,
    budget: int,
    *,
    required: bool,
    overview: bool,
) -> Fitted:
    """As `fit`, where there is no room for everything."""
    parts = [part for group in groups.values() for part in group]
    heads = sum(part.layer.heads for part in parts)
    side = int(min(OVERVIEW_SIDE, max(_LEAST_SIDE, math.sqrt(_OVERVIEW_SHARE * max(room, 0) / heads))))
    thumbnails = _BASE64 * sum(_cells(part.layer, side) for part in parts) if overview else 0

    # A short text beside a long one is complete: keeping less of it would win nothing.
    share = (room - thumbnails) / len(parts)
    small = [
        part for part in parts if not part.asked and _BASE64 * _raw_bytes(part.layer, form) <= 0.5 * share
    ]
    complete = {**asked, **_pack_all(small, form)}
    left = room - thumbnails - _size(complete)
    rows = sum(part.layer.heads * part.layer.queries for part in parts if part.name not in complete)
    least = rows * (_ROW_BYTES + _KEY_BYTES)
    if asked and left < least:
        if required:
            names = " and ".join(part.place for part in parts if part.asked)
            needed = (budget - room) + _room_for(_size(complete) + least)
            raise InvalidOption(
                f"{names} whole take{'s' if len(asked) == 1 else ''} {as_size(_size(asked))} of a page, "
                f"more than budget='{as_size(budget)}' leaves beside the rest: pass "
                f"budget='{as_size(needed)}', ask for fewer layers, or pass layers=[] for the strongest "
                "keys of every layer."
            )
        for name in asked:
            del complete[name]
        rows += sum(part.layer.heads * part.layer.queries for part in parts if part.name in asked)
        left = room - thumbnails - _size(complete)
    partial = [part for part in parts if part.name not in complete]
    # Twice as many as are likely to fit: what proves too much is dropped, what is missing would have to be
    # computed again.
    threshold = likely_threshold([part.layer for part in partial], 2 * max(left, 0) / _KEY_BYTES)
    return _assemble(groups, complete, form, side if overview else None, _Fit(threshold, room, budget))


class _Fit:
    """Finds the threshold that fills what is left of the room.

    Args:
        threshold: weights below it were never collected.
        room: bytes for everything.
        budget: bytes of the whole page, for errors.
    """

    def __init__(self, threshold: float, room: float, budget: int) -> None:
        self.threshold = threshold
        self._room = room
        self._budget = budget

    def choose(self, kept: dict[str, Strongest], used: int) -> dict[str, _Packed]:
        """The strongest keys of all partial layers, packed into what is left of the room."""
        room = self._room - used
        smallest = math.inf
        for least in LEAST_KEYS:
            optional = np.concatenate([each.optional(least) for each in kept.values()])
            found, smallest = self._fill(kept, optional, least, room)
            if found is not None:
                return found
        needed = self._budget + _room_for(smallest - room)
        raise InvalidOption(
            f"budget='{as_size(self._budget)}' has no room even for the overview and the strongest key of "
            f"every query: pass budget='{as_size(needed)}', or trace a shorter text."
        )

    def _fill(
        self, kept: dict[str, Strongest], optional: np.ndarray, least: int, room: float
    ) -> tuple[dict[str, _Packed] | None, float]:
        """The most keys that fit, or None and the size that the fewest take."""
        rows = sum(each.rows for each in kept.values())
        optional = np.sort(optional)[::-1]
        base = rows * (_ROW_BYTES + _KEY_BYTES)
        wanted = int(np.clip((room - base) / _KEY_BYTES, 0, len(optional)))
        best: dict[str, _Packed] | None = None
        fits, exceeds = -1, len(optional) + 1
        size = math.inf
        for _ in range(_ATTEMPTS):
            threshold = self._threshold_of(optional, wanted)
            packed = _packed(kept, threshold, least)
            size = _size(packed)
            if size <= room:
                best, fits = packed, wanted
                if size >= (1 - _SLACK) * room or wanted == len(optional):
                    break
            else:
                exceeds = wanted
                if wanted == 0:
                    break
            # As if every key took the same, which is nearly so; a little less, so that it surely fits.
            guess = int((0.995 * room - base) / max(size - base, 1) * wanted) if wanted else exceeds // 2
            wanted = int(np.clip(guess, fits + 1 if fits >= 0 else 0, exceeds - 1))
        if best is None and exceeds > 0:
            packed = _packed(kept, self._threshold_of(optional, 0), least)
            size = _size(packed)
            best = packed if size <= room else None
        return best, size

    def _threshold_of(self, optional: np.ndarray, count: int) -> float:
        """The weight that so many optional keys reach; all were collected from the first threshold on."""
        if count >= len(optional):
            return self.threshold
        return float(np.nextafter(optional[count], np.float32(np.inf)))


def _assemble(
    groups: dict[str, list[Part]],
    complete: dict[str, _Packed],
    form: NumberFormat,
    side: int | None,
    choice: _Fit | None,
) -> Fitted:
    """Walk over all weights once, and put together what the page carries; `side` None for no thumbnails."""
    kept: dict[str, Strongest] = {}
    layers: dict[str, dict[str, Any]] = {}
    overviews: dict[str, dict[str, Any] | None] = {}
    found: dict[str, list[int]] = {}
    chunks: dict[str, str] = {}
    for name, parts in groups.items():
        pooled = side if not _pooled_by_page(parts, complete) else None
        thumbnails, masses = [], []
        for part in parts:
            masses.append(KeyMass(part.layer))
            surveyors: list[Surveyor] = [masses[-1]]
            if pooled is not None:
                thumbnails.append(Thumbnails(part.layer, pooled))
                surveyors.append(thumbnails[-1])
            rounded = carried(part.layer, form)
            difference = Difference(rounded)
            if choice is not None and part.name not in complete:
                kept[part.name] = Strongest(part.layer, choice.threshold, LEAST_KEYS[0])
                surveyors.append(kept[part.name])
            elif rounded is not part.layer:
                surveyors.append(difference)
            survey(part.layer, surveyors)
            if part.name in complete:
                layers[part.name] = complete[part.name].header
                layers[part.name]["error"] += difference.largest
                chunks[part.name] = complete[part.name].text
        found[name] = sinks(masses)
        overviews[name] = _add_overview(name, thumbnails, chunks)
    constant = {part.name: constants(part.layer) for parts in groups.values() for part in parts}
    if choice is None or not kept:
        return Fitted(layers, overviews, found, chunks)
    for name, packed in choice.choose(kept, sum(map(len, chunks.values()))).items():
        layers[name] = {**constant[name], **packed.header}
        chunks[name] = packed.text
    return Fitted(layers, overviews, found, chunks)


def _add_overview(
    name: str, thumbnails: Sequence[Thumbnails], chunks: dict[str, str]
) -> dict[str, Any] | None:
    """Thumbnails of a group as a chunk of their own; the reference to it, None where there are none."""
    if not thumbnails:
        return None
    chunk = Chunk(f"{name}-overview")
    reference = chunk.add(stacked(thumbnails))
    chunks[chunk.name] = chunk.packed()
    return reference


def _pooled_by_page(parts: Sequence[Part], complete: dict[str, _Packed]) -> bool:
    """Whether thumbnails in the file would only repeat what the page has at hand."""
    weights = sum(part.layer.heads * part.layer.queries * part.layer.keys for part in parts)
    return weights <= _POOLED_BY_PAGE and all(
        part.name in complete and complete[part.name].header["weights"] for part in parts
    )


def _packed(kept: dict[str, Strongest], threshold: float, least: int) -> dict[str, _Packed]:
    def pack(item: tuple[str, Strongest]) -> tuple[str, _Packed]:
        chunk = Chunk(item[0])
        selection = item[1].chosen(threshold, least)
        header = {
            "strongest": selection.add_to(chunk),
            "coverage": selection.coverage,
            "error": TOLERANCE + selection.error,
        }
        return item[0], _Packed(header, chunk.packed())

    # gzip lets go of Python's lock.
    with ThreadPoolExecutor() as pool:
        return dict(pool.map(pack, kept.items()))


def _pack_all(parts: Sequence[Part], form: NumberFormat, room: float = math.inf) -> dict[str, _Packed]:
    """Complete layers, packed; no more of them as soon as they exceed the room."""
    found: dict[str, _Packed] = {}
    for part in parts:
        if _size(found) > room:
            break
        chunk = Chunk(part.name)
        header = encode_layer(part.layer, form, chunk)
        found[part.name] = _Packed(header, chunk.packed())
    return found


def _room_for(size: float) -> float:
    """The room that leaves so much beside thumbnails, which take their share of it."""
    return size / (1 - _BASE64 * _OVERVIEW_SHARE)


def _size(packed: dict[str, _Packed]) -> int:
    return sum(len(each.text) for each in packed.values())


def _cells(layer: AttentionLayer, side: int) -> int:
    return layer.heads * min(layer.queries, side) * min(layer.keys, side)


def _raw_bytes(layer: AttentionLayer, form: NumberFormat) -> int:
    """Bytes of the whole layer before they are packed."""
    formula = layer.formula
    if formula is None or form == "weights":
        return layer.heads * layer.queries * (layer.keys + 4)
    bias = formula.bias
    arrays = [array for array in (bias.relative, bias.per_key, bias.dense) if array is not None]
    width = 4 if form == "float32" else 2
    vectors = width * (formula.query.numel() + formula.key.numel())
    return vectors + 4 * sum(array.numel() for array in arrays)
