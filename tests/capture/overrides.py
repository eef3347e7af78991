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
        leave_out: arguments that would be made by name, but that it does not want.
        model: its class, where another than the auto class's is meant.
    """

    config: dict[str, Any] = {}
    inputs: Mapping[str, Callable[[Any], Any]] = {}
    leave_out: tuple[str, ...] = ()
    model: str | None = None


OVERRIDES: dict[str, Override] = {}
