"""What single model types need beyond the shrinking by names: configuration values and inputs, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch


class Override(NamedTuple):
    """What one model type needs.

    Attributes:
        config: values for its configuration; a dict for a sub-configuration.
        inputs: arguments of its `forward` by name, made from the model's configuration.
        model: its class, where another than the auto class's is meant.
    """

    config: dict[str, Any] = {}
    inputs: Mapping[str, Callable[[Any], Any]] = {}
    model: str | None = None


OVERRIDES: dict[str, Override] = {}

# Only depth and vocabulary of these are shrunk: their widths depend on each other.
DEEP: set[str] = set()
