"""Opens a page of attnviz or of BertViz in a fresh Chromium and measures what a person waits for.

Both are measured by the same script, which asks in every animation frame whether the drawing is there:

- drawn: milliseconds from the start of the navigation until two frames after that; Chromium begins the
  second only when it has put the first on the screen.
- memory: megabytes (proportional set size) that all renderer processes hold then beyond an empty page,
  nothing collected by force.
- hover: milliseconds of script, and of all work of the main thread (script, style, layout, paint), for each
  of up to 20 moves of the mouse from token to token, by Chromium's own counters (`Performance.getMetrics`).
- layer: milliseconds from choosing a layer not seen before until two frames after its drawing (head view).
- head: the same for a click on a thumbnail (model view).

A page that is not drawn within the time limit, whose process crashes or whose process outgrows the memory
limit "never draws". BertViz asks for its scripts from the web; they are answered from npm's packages.
"""

from __future__ import annotations

import subprocess
import tarfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Page, sync_playwright

from benchmarks.writing import LAYER, status
from tests.real import CHROMIUM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# What BertViz's page asks for, and the npm package that has it. jQuery 2.0.0 was never published there.
CDN = "https://cdnjs.cloudflare.com/ajax/libs/"
SCRIPTS = {
    "require.js/2.3.6/require.min.js": ("requirejs@2.3.6", "package/require.js"),
    "d3/5.7.0/d3.min.js": ("d3@5.7.0", "package/dist/d3.min.js"),
    "jquery/2.0.0/jquery.min.js": ("jquery@2.1.0", "package/dist/jquery.min.js"),
}
HOVERS = 20
LAYERS = 5
# Seconds after which a drawing that was asked for by hand has failed.
LATE = 300


@dataclass(frozen=True)
class Probe:
    """How to see what a tool's page does; functions in JavaScript.

    Attributes:
        drawn: whether the first drawing is there.
        tokens: `[x, y]` on the screen of query tokens, one after the other.
        hovered: the token that the page says is under the pointer.
        choose_layer: shows a layer; `layer_drawn` whether it is drawn.
        choose_head: opens a head of the model view; `head_drawn` whether it is drawn.
    """

    drawn: str
    tokens: str
    hovered: str
    choose_layer: str
    layer_drawn: str
    choose_head: str
    head_drawn: str


_STATE = "document.getElementById('attnviz').dataset"
PROBES = {
    "attnviz": Probe(
        drawn="() => document.documentElement?.dataset.attnviz === 'ready'",
        tokens="""() => {
            const box = document.querySelector('.head-canvas').getBoundingClientRect();
            return Array.from({ length: 40 }, (_, i) => [box.left + 80, box.top + 40 + 20 * i])
                .filter(([, y]) => y < box.bottom - 20);
        }""",
        hovered=f"() => {_STATE}.hover",
        choose_layer="""() => document.body.dispatchEvent(
            new KeyboardEvent('keydown', { key: ']', bubbles: true }))""",
        layer_drawn=f"(layer) => {_STATE}.layer === String(layer) && {_STATE}.loaded === 'true'",
        choose_head="""([layer, head]) => {
            const canvas = document.querySelector('.model-grid canvas');
            const box = canvas.getBoundingClientRect();
            const edge = 24;
            const x = box.left + edge + ((head + 0.5) / 12) * (box.width - edge);
            const y = box.top + edge + ((layer + 0.5) / 12) * (box.height - edge);
            const at = { bubbles: true, clientX: x, clientY: y };
            canvas.dispatchEvent(new PointerEvent('pointermove', at));
            canvas.dispatchEvent(new MouseEvent('click', at));
        }""",
        head_drawn=f"""([layer, head]) => {_STATE}.layer === String(layer)
            && {_STATE}.heads === String(head) && {_STATE}.loaded === 'true'""",
    ),
    "BertViz": Probe(
        drawn="() => document.querySelector('#vis svg line') !== null",
        tokens="""() => [...document.querySelectorAll('#left .background')].map((rect) => {
            const box = rect.getBoundingClientRect();
            return [box.left + box.width / 2, box.top + box.height / 2];
        }).filter(([, y]) => y < innerHeight)""",
        hovered="""() => String([...document.querySelectorAll('#left .background')]
            .findIndex((rect) => rect.style.opacity === '1'))""",
        choose_layer="""(layer) => {
            const select = document.getElementById('layer');
            select.value = String(layer);
            select.dispatchEvent(new Event('change'));
        }""",
        layer_drawn="() => document.querySelector('#vis svg line') !== null",
        choose_head="""([layer, head]) => document.getElementById(`attn_background_${layer}_${head}`)
            .parentNode.lastElementChild.dispatchEvent(new MouseEvent('click', { bubbles: true }))""",
        head_drawn="() => document.querySelector('.detail line') !== null",
    ),
}

# Runs in the page before anything else: resolves when a drawing has been on the screen for a frame.
SHOWN = """
window.__shown = (drawn) => new Promise((done) => {
  let left = 2;
  const look = () => {
    if (left < 2 || drawn()) left -= 1;
    if (left < 0) done(performance.now());
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""


@dataclass
class Drawing:
    """What was measured of one page; `never` says why nothing was drawn."""

    never: str | None = None
    drawn: float | None = None
    memory: float | None = None
    hover_script: list[float] = field(default_factory=list)
    hover_task: list[float] = field(default_factory=list)
    layer: list[float] = field(default_factory=list)
    head: list[float] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def cdn_scripts(folder: Path) -> dict[str, bytes]:
    """The scripts that BertViz's page asks for, by their address."""
    found = {}
    for address, (package, member) in SCRIPTS.items():
        done = subprocess.run(
            ["npm", "pack", package, "--silent", "--pack-destination", str(folder)],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        with tarfile.open(folder / done.stdout.split()[-1]) as archive:
            opened = archive.extractfile(member)
            assert opened is not None, f"{package} has no {member}"
            found[CDN + address] = opened.read()
    return found


def draw(
    tool: str,
    view: str,
    page_file: Path,
    tokens: int,
    scripts: Mapping[str, bytes],
    *,
    limit: float = 120,
    memory_limit: float = 8000,
) -> Drawing:
    """Open a page in a browser of its own and measure it.

    Args:
        limit: seconds to the first drawing.
        memory_limit: megabytes of the largest renderer process.
    """
    probe = PROBES[tool]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        try:
            context = browser.new_context(viewport={"width": 1400, "height": 900})
            _serve(context, scripts)
            page = context.new_page()
            page.add_init_script(
                f"{SHOWN}window.__drawn = null; window.__shown({probe.drawn})"
                ".then((at) => { window.__drawn = at; });"
            )
            renderers = _renderers(browser.new_browser_cdp_session())
            found = Drawing()
            empty = sum(_pss(process) for process in renderers())
            try:
                page.goto(page_file.as_uri(), wait_until="commit", timeout=limit * 1000)
                _wait(page, renderers, limit, memory_limit)
            except (Error, TooLarge) as error:
                found.never = str(error).splitlines()[0]
                return found
            found.drawn = page.evaluate("() => window.__drawn")
            found.memory = sum(_pss(process) for process in renderers()) - empty
            if view == "head":
                _hover(page, probe, min(HOVERS, tokens - 2), found)
                for layer in range(LAYER + 1, LAYER + 1 + LAYERS):
                    found.layer.append(_timed(page, probe.choose_layer, probe.layer_drawn, layer))
            else:
                for place in ([1, 4], [4, 9], [7, 2], [9, 6], [10, 0]):
                    found.head.append(_timed(page, probe.choose_head, probe.head_drawn, place))
            return found
        finally:
            browser.close()


class TooLarge(Exception):
    """A renderer outgrew the limit."""


def _serve(context: BrowserContext, scripts: Mapping[str, bytes]) -> None:
    """The same for both tools, though only one of them asks."""
    context.route(
        f"{CDN}**",
        lambda route: route.fulfill(body=scripts[route.request.url], content_type="text/javascript"),
    )


def _renderers(session: CDPSession) -> Callable[[], list[int]]:
    def processes() -> list[int]:
        infos = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return [info["id"] for info in infos if info["type"] == "renderer"]

    return processes


def _pss(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _wait(page: Page, renderers: Callable[[], list[int]], limit: float, memory_limit: float) -> None:
    """Until the page is drawn; looks at the memory once a second."""
    crashed: list[bool] = []
    page.on("crash", lambda _: crashed.append(True))
    failed: list[str] = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    end = time.monotonic() + limit
    while True:
        try:
            page.wait_for_function("() => window.__drawn !== null", timeout=1000)
        except Error as error:
            if crashed:
                raise TooLarge("its process crashed") from error
            if failed:
                raise TooLarge(failed[0]) from error
            if time.monotonic() > end:
                raise TooLarge(f"not drawn in {limit:.0f} s") from error
            largest = max((status("VmRSS", process) for process in renderers()), default=0)
            if largest > memory_limit:
                raise TooLarge(f"stopped when its process held {largest / 1000:.1f} GB") from error
        else:
            return


def _timed(page: Page, act: str, drawn: str, value: object) -> float:
    """Milliseconds from an action in the page to its drawing on the screen."""
    taken: float = page.evaluate(
        f"""(value) => {{
            const started = performance.now();
            ({act})(value);
            const late = new Promise((_, fail) => setTimeout(fail, {1000 * LATE}, new Error('not drawn')));
            const shown = window.__shown(() => ({drawn})(value)).then((at) => at - started);
            return Promise.race([shown, late]);
        }}""",
        value,
    )
    return taken


def _hover(page: Page, probe: Probe, count: int, found: Drawing) -> None:
    places = page.evaluate(probe.tokens)[:count]
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.mouse.move(*places[0])
    _settle(page)
    seen = set()
    before = _metrics(session)
    for place in [*places[1:], places[0]]:
        page.mouse.move(*place)
        _settle(page)
        after = _metrics(session)
        found.hover_script.append(1000 * (after["ScriptDuration"] - before["ScriptDuration"]))
        found.hover_task.append(1000 * (after["TaskDuration"] - before["TaskDuration"]))
        seen.add(page.evaluate(probe.hovered))
        before = _metrics(session)
    # A pointer that hovers over nothing would be quick.
    if len(seen) < len(places) - 1:
        raise RuntimeError(f"{len(places)} moves of the mouse reached {len(seen)} tokens: {places}")


def _settle(page: Page) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _metrics(session: CDPSession) -> dict[str, float]:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in metrics}
