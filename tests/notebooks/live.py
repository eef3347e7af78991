"""What tests of live widgets do to an open notebook, beside what `jupyter.py` offers for all views."""

from __future__ import annotations

from typing import Any

from tests.notebooks.jupyter import OpenNotebook, wait_until

# As `tests.real.minilm_folder` reads it, in a cell.
LOAD = """
import attnviz
from tests.real import minilm_folder
lens = attnviz.load(minilm_folder())
trace = lens.trace({text!r})
"""

_RUN = """async (code) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({ code, store_history: false });
  const said = [];
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === 'stream' && content.name === 'stdout') said.push(content.text);
    if (header.msg_type === 'error') said.push(content.traceback.join('\\n'));
  };
  const { content } = await future.done;
  return [content.status, said.join('')];
}"""

# Keeps the ports of bridges, in the order in which their pages were first told something, and the answers to
# what a test asks in a page's place.
_SPY = """() => {
  const ports = new Set();
  const awaited = new Map();
  const post = MessagePort.prototype.postMessage;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.type === 'answer') {
      ports.add(this);
      awaited.get(message.id)?.({ ...message, bytes: new Uint8Array(message.bytes).slice() });
    }
    return post.call(this, message, ...rest);
  };
  const encoded = (bytes) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.split(',')[1]);
    reader.readAsDataURL(new Blob([bytes]));
  });
  window.askKernel = async (place, asks) => {
    const port = [...ports][place];
    const answers = [];
    for (const [i, ask] of asks.entries()) {
      const id = `spy-${i}`;
      const answer = new Promise((done) => awaited.set(id, done));
      const from = performance.now();
      port.onmessage({ data: { type: 'ask', content: { ...ask, id } } });
      const { value, error, bytes } = await answer;
      const ms = performance.now() - from;
      answers.push({ value, error, ms, bytes: await encoded(bytes) });
    }
    return answers;
  };
}"""


def python(notebook: OpenNotebook, code: str) -> str:
    """Runs code in the notebook's kernel as a cell does; returns what it prints."""
    status, said = notebook.page.evaluate(_RUN, code)
    assert status == "ok", said
    return str(said).strip()


def spy(notebook: OpenNotebook) -> None:
    """From now on `ask` can ask in a page's place; before the widgets are shown."""
    notebook.page.evaluate(_SPY)


def ask(notebook: OpenNotebook, place: int, asks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Asks as the page of a widget would, one after the other, through bridge, server and kernel.

    Args:
        notebook: where `spy` was called before the widgets were shown.
        place: which widget, in the order in which they were shown.
        asks: the questions.

    Returns:
        For each the `value`, its `bytes` as they arrived in base64, and the time in `ms`.
    """
    answers: list[dict[str, Any]] = notebook.page.evaluate(
        "([place, asks]) => window.askKernel(place, asks)", [place, asks]
    )
    return answers


def state(frame: Any, name: str) -> str:
    """A field of the state that a page shows."""
    return str(frame.evaluate("name => document.getElementById('attnviz').dataset[name]", name))


def wait(frame: Any, **fields: str) -> None:
    """Until a page's state has these values, and all that it shows is loaded.

    It is scrolled to, as a browser has a page that is out of sight draw nothing.
    """
    frame.frame_element().scroll_into_view_if_needed()
    for name, value in {**fields, "loaded": "true"}.items():
        wait_until(lambda name=name, value=value: state(frame, name) == value, f"{name} to be {value}")


def press(notebook: OpenNotebook, frame: Any, key: str) -> None:
    """A key, as if the person had clicked into the page before."""
    frame.frame_element().scroll_into_view_if_needed()
    frame.evaluate("() => window.focus()")
    notebook.page.keyboard.press(key)


def notice(frame: Any) -> str:
    """What the page says of the kernel; empty where that is nothing."""
    element = frame.locator(".notice")
    return str(element.inner_text()) if element.is_visible() else ""
