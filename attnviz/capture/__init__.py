"""A model and its tokens in, a `Trace` out: queries, keys and biases of every attention layer."""

from attnviz.capture.forward import Captured, Side, Sides, evaluating, exactly, forward
from attnviz.capture.groups import AttentionGroup, Kind, is_vision
from attnviz.capture.trace import ModelFacts, Trace

__all__ = [
    "AttentionGroup",
    "Captured",
    "Kind",
    "ModelFacts",
    "Side",
    "Sides",
    "Trace",
    "evaluating",
    "exactly",
    "forward",
    "is_vision",
]
