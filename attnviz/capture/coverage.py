"""Which architectures are captured: the result of `benchmarks/coverage.py`, which ships with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Architecture:
    """What was found of one model type.

    Attributes:
        model_type: as a model's `config.json` names it.
        outcome: "right", "right in eager", "no reference", "none", "partial", …; see docs/coverage.md.
        tiers: where its attention was listened to.
        error: the largest difference of a weight from the model's own eager attention; None without any.
        remark: why, where it is not right.
    """

    model_type: str
    outcome: str
    tiers: tuple[str, ...]
    error: float | None
    remark: str


def architectures() -> tuple[str, list[Architecture]]:
    """The version of transformers that was looked at, and all its model types by name."""
    data = json.loads((resources.files("attnviz.capture") / "coverage.json").read_text(encoding="utf-8"))
    rows = [
        Architecture(
            row["type"],
            row["outcome"],
            tuple(row.get("tier", ())),
            row.get("worst_in_eager", row.get("worst")),
            row.get("reason", ""),
        )
        for row in data["types"]
    ]
    return data["transformers"], rows
