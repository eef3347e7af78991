"""Traces in, something to look at out: the payload, the page around it, and the `View` that holds both."""

from attnviz.views.choice import Hide
from attnviz.views.encoding import PayloadEncoding
from attnviz.views.opening import Over, Pane, Toward, ViewName
from attnviz.views.view import View, check_target

__all__ = ["Hide", "Over", "Pane", "PayloadEncoding", "Toward", "View", "ViewName", "check_target"]
