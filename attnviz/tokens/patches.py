"""Patches of an image as tokens: what a vision model attends between."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from attnviz.tokens.record import Box, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

# More than so many vectors beside the patches (a class token, registers) are something else.
_MOST_ADDED = 16


class Grid(NamedTuple):
    """Patches in rows and columns over an image.

    Attributes:
        rows, columns: number of patches.
        block: side of the blocks that patches are listed by, block after block and row by row in each (2 in
            Qwen2-VL, whose tokens are merged from 2 × 2 patches); 1 for patches listed row by row.
    """

    rows: int
    columns: int
    block: int = 1

    def places(self) -> Iterator[tuple[int, int]]:
        """Row and column of each patch, in the order in which the model lists them."""
        side = self.block
        for top in range(0, self.rows, side):
            for left in range(0, self.columns, side):
                for row in range(top, top + side):
                    for column in range(left, left + side):
                        yield row, column

    def boxes(self) -> list[Box]:
        """Where each patch stands, as shares of the image's width and height."""
        return [
            Box(column / self.columns, row / self.rows, (column + 1) / self.columns, (row + 1) / self.rows)
            for row, column in self.places()
        ]


def patch_tokens(name: str, grid: Grid, count: int) -> Tokens | None:
    """The tokens of a vision model that reads `count` vectors for an image; None where that cannot be.

    Vectors beyond the patches stand in front: a class token, and registers.

    Args:
        name: what the image is called.
        grid: its patches.
        count: number of vectors.
    """
    boxes = grid.boxes()
    added = count - len(boxes)
    if not 0 <= added <= _MOST_ADDED:
        return None
    raw = ["[CLS]", *(f"[+{i}]" for i in range(1, added))][:added] + labels_of(grid)
    nothing: list[None] = [None] * count
    return Tokens(
        texts=[name],
        roles=None,
        lang=None,
        ids=list(range(count)),
        raw=raw,
        surface=[*nothing],
        labels=raw,
        start=[*nothing],
        end=[*nothing],
        segment=[*nothing],
        word=[*nothing],
        sentence=[*nothing],
        special=[True] * added + [False] * len(boxes),
        unknown=[False] * count,
        approx=[False] * count,
        part=[*nothing],
        type_ids=None,
        words=[],
        finders=["characters"],
        sentences=[],
        lost=[],
        truncation=None,
        boxes=[None] * added + boxes,
    )


def labels_of(grid: Grid) -> list[str]:
    """What patches are called: row and column, numbered from 1."""
    return [f"▦{row + 1},{column + 1}" for row, column in grid.places()]


def with_image(tokens: Tokens, ids: list[int], image_id: int, grid: Grid | None) -> Tokens | None:
    """Tokens of a text whose placeholder for an image became many; None where the two do not fit.

    Args:
        tokens: the text with its placeholder.
        ids: what the model is given: the same ids, but for one stretch in place of the placeholder.
        image_id: the id that stands for a patch. Others in that stretch count as added tokens.
        grid: the patches in rows and columns; None where their place is not known.
    """
    front = _alike(tokens.ids, ids, image_id)
    back = _alike(tokens.ids[front:][::-1], ids[front:][::-1], image_id)
    inside = ids[front : len(ids) - back]
    patches = inside.count(image_id)
    if len(tokens) - front - back != 1 or not patches:
        return None
    first = inside.index(image_id)
    apart = inside[first : first + patches].count(image_id) < patches  # Rows or tiles with tokens between.
    known = grid is not None and patches == grid.rows * grid.columns and not apart
    names = iter(labels_of(grid) if grid is not None and known else [f"▦{i + 1}" for i in range(patches)])
    places = iter(grid.boxes() if grid is not None and known else [None] * patches)
    is_patch = [number == image_id for number in inside]
    labels = [next(names) if patch else tokens.raw[front] for patch in is_patch]
    boxes = [next(places) if patch else None for patch in is_patch]
    count, after = len(inside), len(tokens) - back

    def spliced(values: list[Any], middle: list[Any]) -> list[Any]:
        return [*values[:front], *middle, *values[after:]]

    nothing = [None] * count
    return replace(
        tokens,
        ids=list(ids),
        raw=spliced(tokens.raw, [tokens.raw[front]] * count),
        surface=spliced(tokens.surface, nothing),
        labels=spliced(tokens.labels, labels),
        start=spliced(tokens.start, nothing),
        end=spliced(tokens.end, nothing),
        segment=spliced(tokens.segment, nothing),
        word=spliced(tokens.word, nothing),
        sentence=spliced(tokens.sentence, nothing),
        special=spliced(tokens.special, [not patch for patch in is_patch]),
        unknown=spliced(tokens.unknown, [False] * count),
        approx=spliced(tokens.approx, [False] * count),
        part=spliced(tokens.part, nothing),
        type_ids=None if tokens.type_ids is None else spliced(tokens.type_ids, [0] * count),
        boxes=spliced([None] * len(tokens), boxes),
    )


def _alike(one: list[int], other: list[int], stop: int) -> int:
    """How many ids two lists begin alike with, up to the first `stop`."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] != stop, pairs))
