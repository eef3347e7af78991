"""What a model adds to its attention scores, in the shortest form that is still exact.

A mask of `[query, key]` numbers is quadratic, but nearly every mask in use says something short:
"only earlier keys", "at most 128 tokens away", "one number for each distance". Those forms are
recognised by comparing them with the whole mask, never by trusting a model's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import torch

Band: TypeAlias = "tuple[int | None, int | None]"


@dataclass(frozen=True, eq=False)
class Bias:
    """The additive bias of one attention layer over `queries` × `keys`.

    Attributes:
        band: `(before, after)`: query i sees key j only if i − before ≤ j ≤ i + after, None for no
            limit on that side. A causal model has `(None, 0)`. None where every query sees every key.
        relative: float32 `[head, queries + keys − 1]`; score (i, j) gets entry j − i + queries − 1.
        dense: float32 `[head or 1, query, key]`, −inf where masked, for masks without a short form.
    """

    queries: int
    keys: int
    band: Band | None = None
    relative: torch.Tensor | None = None
    dense: torch.Tensor | None = None

    @property
    def empty(self) -> bool:
        """Whether the model adds nothing at all."""
        return self.band is None and self.relative is None and self.dense is None

    @property
    def causal(self) -> bool:
        """Whether no query sees a later key."""
        import torch

        if self.dense is not None:
            later = torch.ones(self.queries, self.keys, dtype=torch.bool).triu(1)
            return bool(torch.isneginf(self.dense[:, later]).all())
        return self.band is not None and self.band[1] == 0

    def rows(self, rows: torch.Tensor) -> torch.Tensor:
        """The bias of the query rows named by an index tensor, float32 `[head or 1, row, key]`."""
        import torch

        if self.dense is not None:
            return self.dense[:, rows]
        distance = torch.arange(self.keys)[None, :] - rows[:, None]  # [row, key]
        if self.relative is not None:
            total = self.relative[:, distance + self.queries - 1]  # [head, row, key]
        else:
            total = torch.zeros(1, len(rows), self.keys)
        if self.band is not None:
            total = total.masked_fill(~_within(distance, self.band), -torch.inf)
        return total


def _within(distance: torch.Tensor, band: Band) -> torch.Tensor:
    """Which distances j − i a band lets through."""
    import torch

    before, after = band
    seen = torch.ones_like(distance, dtype=torch.bool)
    if before is not None:
        seen &= distance >= -before
    if after is not None:
        seen &= distance <= after
    return seen


def shorten(
    mask: torch.Tensor | None, added: torch.Tensor | None, *, causal: bool, queries: int, keys: int
) -> Bias:
    """Find the shortest exact form of what one attention call was given.

    Args:
        mask: the call's mask `[head or 1, query, key]`: boolean (True is seen) or additive, or None.
        added: a learned bias `[head or 1, query, key]` on top (T5's relative positions), or None.
        causal: whether the call hides later keys by itself; only meant where `mask` is None.
        queries, keys: lengths of the call.
    """
    import torch

    seen: torch.Tensor | None = None
    if mask is None:
        band: Band | None = (None, 0) if causal and keys > 1 else None
    else:
        if mask.dtype == torch.bool:
            seen = mask
        else:
            # Half the most negative number is beyond any learned bias: models mask with finfo.min.
            seen = mask > torch.finfo(mask.dtype).min / 2
            extra = torch.where(seen, mask.float(), 0.0)
            if bool(extra.any()):
                added = extra if added is None else added + extra
        band, seen = _as_band(seen, queries, keys)

    relative = None
    if added is not None and not bool(added.any()):
        added = None  # T5 hands a bias of zeros to its cross-attention.
    if added is not None:
        added = added.float().expand(-1, queries, keys)
        relative = _as_relative(added)
    if seen is None and (added is None or relative is not None):
        return Bias(queries, keys, band=band, relative=relative)

    dense = torch.zeros(1, queries, keys) if added is None else added
    if band is not None:
        distance = torch.arange(keys)[None, :] - torch.arange(queries)[:, None]
        dense = dense.masked_fill(~_within(distance, band), -torch.inf)
    if seen is not None:
        dense = dense.masked_fill(~seen, -torch.inf)
    return Bias(queries, keys, dense=dense)


def _as_band(seen: torch.Tensor, queries: int, keys: int) -> tuple[Band | None, torch.Tensor | None]:
    """A boolean mask as a band, with None as the rest; or no band, and the mask itself as the rest."""
    import torch

    if bool(seen.all()):
        return None, None
    distance = torch.arange(keys)[None, :] - torch.arange(queries)[:, None]
    let_through = distance.expand(seen.shape[0], -1, -1)[seen.expand(-1, queries, keys)]
    if len(let_through) == 0:
        return None, seen
    before, after = -int(let_through.min()), int(let_through.max())
    band: Band = (before if before < queries - 1 else None, after if after < keys - 1 else None)
    if bool((_within(distance, band) == seen).all()):
        return band, None
    return None, seen


def _as_relative(added: torch.Tensor) -> torch.Tensor | None:
    """`[head, query, key]` as `[head, queries + keys − 1]`, if it depends on the distance alone."""
    import torch

    if not torch.equal(added[:, 1:, 1:], added[:, :-1, :-1]):
        return None
    return torch.cat([added[:, :, 0].flip(-1), added[:, 0, 1:]], dim=-1)
