"""A stand-in for a notebook's front end: keeps what a widget says, and says what a page would."""

from __future__ import annotations

import json
from typing import Any

import comm


class RecordingComm(comm.base_comm.BaseComm):
    """Keeps what the widget sends."""

    def __init__(self, **options: Any) -> None:
        self.sent: list[dict[str, Any]] = []
        super().__init__(**options)

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        copies = [bytes(each) for each in buffers or []]
        self.sent.append({"type": msg_type, **(data or {}), "buffers": copies})

    def take(self) -> list[dict[str, Any]]:
        """What it has sent since this was last called."""
        sent, self.sent[:] = list(self.sent), []
        return sent


class Page:
    """A page that shows a widget."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.sent = widget.comm.sent
        self.asked = 0

    def send(self, data: dict[str, Any]) -> None:
        """A message of ipywidgets' protocol."""
        self.widget.comm.handle_msg({"content": {"data": data}, "buffers": []})

    def select(self, **state: Any) -> None:
        """What the page sends when a person selects something."""
        self.send({"method": "update", "state": state, "buffer_paths": []})

    def ask(self, what: str, **about: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Asks, and returns answer and buffers."""
        self.asked += 1
        self.sent.clear()
        self.send({"method": "custom", "content": {"id": self.asked, "ask": what, **about}})
        [answer] = [each for each in self.sent if each.get("method") == "custom"]
        assert answer["content"]["id"] == self.asked
        return answer["content"], answer["buffers"]

    def told(self) -> list[dict[str, Any]]:
        """The updates that the widget has sent since this was last called, echoes left out."""
        return [each["state"] for each in self.widget.comm.take() if each.get("method") == "update"]


def header_of(widget: Any) -> dict[str, Any]:
    """The header that the page has."""
    header: dict[str, Any] = json.loads(widget._header)
    return header
