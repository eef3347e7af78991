"""A stand-in for a notebook: the real widget in Python, the real bridge and page in Chromium.

Between them is what ipywidgets does, without its network.

`Host` serves one document that imports `widget.js` and gives it a model with the interface that anywidget
documents. Messages of both sides wait in lists until `pump` carries them over, so a test decides when the
kernel answers, and whether it does.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

ADDRESS = "http://notebook.test"
STATIC = files("attnviz") / "static"

PAGE = """<!doctype html><meta charset="utf-8"><body style="margin:0"><script type="module">
import widget from "./widget.js";
const values = JSON.parse(document.body.dataset.state);
const heard = new Map();
const changed = {};
const outbox = [];
const tell = (name, ...given) => [...(heard.get(name) ?? [])].forEach((each) => each(...given));
const model = {
  get: (name) => values[name],
  set: (name, value) => { values[name] = value; changed[name] = value; tell(`change:${name}`); },
  save_changes: () => {
    outbox.push({ method: "update", state: { ...changed } });
    for (const name of Object.keys(changed)) delete changed[name];
  },
  send: (content) => {
    if (window.notebook.cut) throw new Error("Cannot send");
    outbox.push({ method: "custom", content });
  },
  on: (name, each) => heard.set(name, [...(heard.get(name) ?? []), each]),
  off: (name, each) => heard.set(name, (heard.get(name) ?? []).filter((one) => one !== each)),
};
window.notebook = {
  model,
  take: () => outbox.splice(0),
  update: (state) => {
    Object.assign(values, state);
    for (const name of Object.keys(state)) tell(`change:${name}`);
  },
  custom: (content, buffers) => tell("msg:custom", content, buffers.map((text) =>
    new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer))),
  line: () => tell("comm_live_update"),
  show: () => widget.render({ model, el: document.body }),
};
window.ends = [window.notebook.show()];
</script>"""


class Host:
    """A notebook that shows one widget, in a page of the given context."""

    def __init__(self, context: Any, widget: Any) -> None:
        self.widget = widget
        self.alive = True
        self.faults: list[str] = []
        self.page = context.new_page()
        self.page.on(
            "console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None
        )
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.route(f"{ADDRESS}/**", self._serve)
        self.page.goto(f"{ADDRESS}/notebook.html")
        self.page.wait_for_function("() => window.notebook !== undefined")

    def _serve(self, route: Any) -> None:
        name = route.request.url.removeprefix(f"{ADDRESS}/")
        if name == "widget.js":
            route.fulfill(body=(STATIC / name).read_text(), content_type="text/javascript")
            return
        import html
        import json

        keys = [key for key in self.widget.keys if not key.startswith("_") or key in OWN]
        state = json.dumps({key: self.widget.get_state(key)[key] for key in keys})
        self.widget.comm.sent.clear()
        body = PAGE.replace("<body ", f'<body data-state="{html.escape(state)}" ')
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    @property
    def frame(self) -> Any:
        """The sandboxed page."""
        return self.page.frames[-1]

    def press(self, key: str) -> None:
        """A key, as if the person had clicked into the page before."""
        self.frame.evaluate("() => window.focus()")
        self.page.keyboard.press(key)

    def carry(self) -> int:
        """Carries over what both sides have said; returns how many messages that was."""
        messages = self.page.evaluate("() => window.notebook.take()")
        if not self.alive:
            return 0
        for data in messages:
            if data["method"] == "update":
                data["buffer_paths"] = []
            self.widget.comm.handle_msg({"content": {"data": data}, "buffers": []})
        said = [each for each in self.widget.comm.take() if each["type"] == "comm_msg"]
        for data in said:
            if data["method"] == "update":
                self.page.evaluate("state => window.notebook.update(state)", data["state"])
            elif data["method"] == "custom":
                given = [data["content"], [base64.b64encode(each).decode() for each in data["buffers"]]]
                self.page.evaluate("given => window.notebook.custom(...given)", given)
        return len(messages) + len(said)

    def pump(self, until: Callable[[], bool], seconds: float = 30) -> None:
        """Carries messages until something holds; fails after some seconds."""
        end = time.monotonic() + seconds
        while True:
            moved = self.carry()
            if until():
                return
            assert time.monotonic() < end, "It did not come to hold."
            if not moved:
                self.page.wait_for_timeout(10)

    def state(self, name: str) -> str | None:
        """A field of the state that the page shows."""
        return self.frame.evaluate("name => document.getElementById('attnviz')?.dataset[name]", name)

    def wait(self, name: str, value: str) -> None:
        self.pump(lambda: self.state(name) == value)

    def ready(self) -> None:
        self.pump(lambda: len(self.page.frames) > 1 and self._marked() == "ready")

    def _marked(self) -> str | None:
        return self.frame.evaluate("() => document.documentElement.dataset.attnviz")

    def notice(self) -> str:
        """What is said of the kernel."""
        return self.frame.locator(".notice").inner_text() if self._noticed() else ""

    def _noticed(self) -> bool:
        return self.frame.locator(".notice").is_visible()


OWN = ("_document", "_header", "_title", "_height", "_picture")
