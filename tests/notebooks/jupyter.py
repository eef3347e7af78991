"""A real Jupyter server and the notebooks that are open in it, driven in a real browser.

One server has JupyterLab (`/doc/tree`) and Notebook 7 (`/notebooks`). It keeps to folders of its own: its
configuration, its kernel, and its memory of which notebooks are trusted; the kernel is this Python with this
checkout. Nothing asks for the network.

    def test_x(jupyter, chromium):
        path = jupyter.write("x.ipynb", ["1 + 1"])
        with jupyter.opened(chromium, "x.ipynb") as notebook:
            notebook.run()
            notebook.save()
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat.sign import NotebookNotary
from PIL import Image

ROOT = Path(__file__).parents[2]
# For whatever a slow machine may take; a test that passes waits for none of it.
PATIENCE = 60

App = Literal["lab", "notebook"]
_PATHS = {"lab": "doc/tree", "notebook": "notebooks"}
_KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}


class Server:
    """A running server.

    Attributes:
        url: its address, with a slash at the end.
        token: what a browser shows to be let in.
        folder: where its notebooks are.
        data: where it keeps which notebooks are trusted.
    """

    def __init__(self, url: str, token: str, folder: Path, data: Path) -> None:
        self.url, self.token, self.folder, self.data = url, token, folder, data

    def write(self, name: str, cells: Sequence[str], metadata: dict[str, Any] | None = None) -> Path:
        """A notebook of code cells, none of which was run."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}, **(metadata or {})},
        )
        path = self.folder / name
        nbformat.write(notebook, path)
        return path

    def trust(self, name: str, trusted: bool) -> None:
        """What `jupyter trust` does, or takes it back, as in a notebook that came from somebody else."""
        notary = NotebookNotary(data_dir=str(self.data))
        try:
            notebook = nbformat.read(self.folder / name, as_version=4)
            (notary.sign if trusted else notary.unsign)(notebook)
        finally:
            notary.store.close()

    @contextmanager
    def opened(self, browser: Any, name: str, app: App = "lab", **context: Any) -> Iterator[OpenNotebook]:
        """A notebook in a browser window of its own, which is closed afterwards, and its kernel ended.

        Args:
            browser: the session's Chromium.
            name: of the notebook, in the server's folder.
            app: JupyterLab or Notebook 7.
            context: options of Playwright's `new_context`.
        """
        window = browser.new_context(**{"viewport": {"width": 1200, "height": 1000}, **context})
        window.set_default_timeout(PATIENCE * 1000)
        try:
            page = window.new_page()
            page.goto(f"{self.url}{_PATHS[app]}/{name}?token={self.token}")
            notebook = OpenNotebook(page, self.folder / name)
            notebook.wait_until_loaded()
            yield notebook
        finally:
            window.close()
            self.end_kernel(name)

    def end_kernel(self, name: str) -> None:
        """Ends the kernel of a notebook, as closing its window does not."""
        for session in self._ask("GET", "api/sessions"):
            if session["path"] == name:
                self._ask("DELETE", f"api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> Any:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.url}{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None


class OpenNotebook:
    """A notebook in the browser.

    Attributes:
        page: Playwright's page of the whole app.
        path: its file.
        foreign: addresses outside the server that were asked for; a test may look that there are none.
    """

    def __init__(self, page: Any, path: Path) -> None:
        self.page, self.path = page, path
        self.foreign: list[str] = []
        origin = "/".join(page.url.split("/")[:3])
        inner = (origin, origin.replace("http", "ws", 1), "data:", "blob:", "about:")
        page.on(
            "request",
            lambda request: None if request.url.startswith(inner) else self.foreign.append(request.url),
        )

    def wait_until_loaded(self) -> None:
        """Until the cells are there and the app takes commands."""
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.page.wait_for_function("() => window.jupyterapp !== undefined")

    def run(self) -> None:
        """Runs all cells, and waits until they have run; a cell that fails, fails the test."""
        self.page.wait_for_selector(".jp-NotebookPanel-notebook .jp-Cell")
        self.page.evaluate(
            """async () => {
              const panel = window.jupyterapp.shell.currentWidget;
              await panel.context.ready;
              await panel.sessionContext.ready;
              await window.jupyterapp.commands.execute('notebook:run-all-cells');
            }"""
        )
        errors = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        assert errors.count() == 0, errors.first.inner_text()

    def save(self) -> None:
        """Saves as a person does, and waits until the outputs are in the file."""
        # Keys go to the frame that was clicked last, until something else is.
        self.page.locator(".jp-InputArea-prompt").first.click()
        self.page.keyboard.press("Control+S")
        wait_until(self._is_saved, f"{self.path.name} to be saved with its outputs")

    def _is_saved(self) -> bool:
        try:
            cells = nbformat.read(self.path, as_version=4).cells
        except ValueError:
            return False  # It is being written.
        return all(cell.execution_count is not None for cell in cells if cell.cell_type == "code")

    def find(self, selector: str, count: int) -> list[Any]:
        """Elements in the outputs, once there are as many; the apps make outputs out of sight when idle."""
        selector = f".jp-OutputArea-output {selector}"
        self.page.wait_for_function(
            "([selector, count]) => document.querySelectorAll(selector).length === count",
            arg=[selector, count],
        )
        found: list[Any] = self.page.locator(selector).element_handles()
        return found

    def frames(self, count: int) -> list[Any]:
        """The frames of so many views, from top to bottom, each of them ready."""
        return [ready(element) for element in self.find("iframe", count)]


def ready(element: Any) -> Any:
    """The frame in an element, once its view is ready: scrolled to, as a browser draws what is in sight."""
    element.scroll_into_view_if_needed()
    frame = element.content_frame()
    frame.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")
    return frame


def wait_until_drawn(element: Any) -> None:
    """Until an element shows more than a ground with some words: the screen follows the page."""

    def is_drawn() -> bool:
        with Image.open(BytesIO(element.screenshot())) as image:
            return len(image.convert("RGB").getcolors(1 << 24)) > 100

    wait_until(is_drawn, "the view to be on the screen")


def wait_until(holds: Any, what: str) -> None:
    """Until `holds()` is true; a failure says what was waited for."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {PATIENCE} s for {what}.")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ends a server, and waits until it has ended."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A server over `folder / "notebooks"`, ended in any case.

    Args:
        folder: for everything that the server writes.
    """
    places = {name: folder / name for name in ("notebooks", "config", "data", "runtime", "ipython")}
    for place in places.values():
        place.mkdir()
    _write_kernel(places["data"])
    _write_configuration(places["config"])
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(places["config"]),
        "JUPYTER_DATA_DIR": str(places["data"]),
        "JUPYTER_RUNTIME_DIR": str(places["runtime"]),
        "IPYTHONDIR": str(places["ipython"]),
        "JUPYTERLAB_SETTINGS_DIR": str(places["config"] / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(places["config"] / "workspaces"),
    }
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"],
            cwd=places["notebooks"],
            env=environment,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _wait_for_server(process, places, log)
    finally:
        # Its kernels end with it.
        end(process)


def _wait_for_server(process: subprocess.Popen[bytes], places: dict[str, Path], log: Path) -> Server:
    # Written once it listens, with the port that it was given.
    note = places["runtime"] / f"jpserver-{process.pid}.json"
    wait_until(lambda: process.poll() is not None or note.exists(), "Jupyter to start")
    if process.poll() is not None:
        raise RuntimeError(f"Jupyter did not start:\n{log.read_text(encoding='utf-8')}")
    wait_until(lambda: note.read_text().endswith("}"), "Jupyter's address")
    told = json.loads(note.read_text(encoding="utf-8"))
    return Server(told["url"], told["token"], places["notebooks"], places["data"])


def _write_kernel(data: Path) -> None:
    kernel = data / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
        "env": {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
    }
    (kernel / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _write_configuration(config: Path) -> None:
    settings = {
        # Any free port.
        "ServerApp": {"ip": "127.0.0.1", "port": 0, "open_browser": False},
        # Nothing asks for news or newer versions.
        "LabApp": {
            "expose_app_in_browser": True,
            "news_url": None,
            "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        },
        "JupyterNotebookApp": {"expose_app_in_browser": True},
    }
    (config / "jupyter_server_config.json").write_text(json.dumps(settings), encoding="utf-8")
    (config / "labconfig").mkdir()
    disabled = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig" / "page_config.json").write_text(json.dumps(disabled), encoding="utf-8")
