"""Weights in, numbers out: what is worked out from a trace, with numpy alone."""

from attnviz.analysis.rollout import rollout

__all__ = ["rollout"]
