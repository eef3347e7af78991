"""Traces in, something to look at out: the payload, the page around it, and the `View` that holds both."""

from attnviz.views.view import View, ViewOptions, check_target

__all__ = ["View", "ViewOptions", "check_target"]
