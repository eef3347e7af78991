"""Every control of every view, driven in a real browser: what it changes in the state and on the screen.

Each case opens one page and drives, in each of its panes, every control that can take the focus. A control
that no driver here knows fails the test, so none is added without one. Whatever a control changes, the table
for screen readers is held against the model's own weights.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from playwright.sync_api import TimeoutError as Late

import attnviz
from tests.conftest import Opened

pytestmark = pytest.mark.browser

PANES = ("head", "neuron", "text")
# What a pane shows.
CANVAS = {"head": "canvas.head-canvas", "neuron": ".neuron-box canvas", "text": ".text-view"}
GRID = ".model-grid canvas"
# Which field of the state a group of options changes, by its name.
FIELDS = {
    "Kind": "kind",
    "Texts": "texts",
    "Rows and columns": "by",
    "View": "pane",
    "Tinted by": "over",
    "Direction": "toward",
    "Direction of the text": "orientation",
    "Neurons": "neurons",
    "Keys": "rows",
}
# Weights are carried in 8 bits or float16, and written with three digits.
ERROR = 0.0035

CAPTIONED = "([inside, wanted]) => document.querySelector(`${inside} caption`)?.textContent.includes(wanted)"

# A number for what is seen of some elements: pixels of canvases, text, and the tints of words.
LOOK = """selector => {
  let sum = 2166136261;
  const mix = (value) => { sum = Math.imul(sum ^ value, 16777619) >>> 0; };
  const write = (text) => { for (let i = 0; i < text.length; i++) mix(text.charCodeAt(i)); };
  const draw = (canvas) => {
    if (canvas.width * canvas.height === 0) return;
    // A copy: a canvas that is read draws a little differently from then on.
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement('canvas'), { width, height });
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    for (const pixel of new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer)) mix(pixel);
  };
  for (const element of document.querySelectorAll(selector)) {
    if (element.tagName === 'CANVAS') draw(element);
    else {
      write(element.innerText);
      for (const canvas of element.querySelectorAll('canvas')) draw(canvas);
      for (const unit of element.querySelectorAll('.unit')) write(unit.className + unit.style.cssText);
    }
  }
  return sum;
}"""

# Controls in sight that are switched on: each by the first selector that it matches, or as it is written.
CONTROLS = """known => [...document.querySelectorAll(
    'button, input, select, textarea, summary, a[href], [tabindex], [contenteditable], canvas[data-keys]')]
  .filter(e => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.ariaDisabled !== 'true')
  .map(e => known.find(selector => e.matches(selector)) ?? e.outerHTML.slice(0, 200))"""


class Case(NamedTuple):
    trace: attnviz.Trace
    kind: str
    layer: int
    head: int
    token: int


@pytest.fixture(scope="module")
def cases(minilm_lens, demo_lens, tiny_lens, vit_folder, picture) -> dict[str, Callable[[], Case]]:
    story = "the cat sat on the mat because it was tired"
    return {
        "encoder": lambda: Case(
            minilm_lens.trace("The cat sat on the mat. It was tired."), "encoder", 2, 8, 3
        ),
        "decoder": lambda: Case(tiny_lens("GPT-2").trace(story), "decoder", 0, 1, 5),
        "encoder-decoder": lambda: Case(
            tiny_lens("T5").trace(story, target="the dog saw it"), "cross", 0, 1, 2
        ),
        "pair": lambda: Case(minilm_lens.trace("The cat sat on it.", "Who was tired?"), "encoder", 3, 1, 3),
        "japanese": lambda: Case(demo_lens.trace("梅雨は何季の一種か？"), "encoder", 1, 1, 2),
        "vision": lambda: Case(attnviz.load(vit_folder).trace(image=picture), "encoder", 0, 1, 6),
    }


class Driven:
    """The page of a case, with what its numbers should be."""

    def __init__(self, page: Opened, case: Case) -> None:
        self.opened, self.page, self.case = page, page.page, case
        self.group = case.trace.group(case.kind)
        self.pane = "head"

    # What is there.

    @property
    def queries(self) -> list[str]:
        return shown(self.group.query_tokens)

    @property
    def keys(self) -> list[str]:
        return shown(self.group.key_tokens)

    @property
    def heads(self) -> int:
        return self.case.trace.attention(self.case.layer, kind=self.case.kind).shape[0]

    def weights(self, head: int | None = None) -> np.ndarray:
        return self.case.trace.attention(self.case.layer, head, self.case.kind)

    def state(self, name: str) -> str:
        return self.opened.state(name)

    def look(self, selector: str) -> int:
        return self.page.evaluate(LOOK, selector)

    def controls(self) -> list[str]:
        """The selectors of all controls in sight, none of which may be unknown."""
        found = self.page.evaluate(CONTROLS, [*DRIVERS, *INNER])
        unknown = [name for name in found if name not in DRIVERS and name not in INNER]
        assert unknown == [], f"no step of this test drives these in the {self.pane} pane: {unknown}"
        return found

    # What is done.

    def restore(self, pane: str) -> None:
        """Back to what the page opened with, in a pane."""
        self.pane = pane
        self.page.mouse.move(1, 1)
        self.page.evaluate(
            "pane => { document.activeElement?.blur(); location.hash = `#pane=${pane}`; }", pane
        )
        self.opened.wait("pane", pane)
        self.opened.wait("token", str(self.case.token))
        self.opened.wait("hover", "")
        self.settle()

    def settle(self) -> None:
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        if self.pane == "text":
            self.page.wait_for_function(
                "() => document.querySelector('.text-view').dataset.counting === 'false'"
            )

    def changes(self, act: Callable[[], object], *looks: str, **state: object) -> None:
        """Does something, after which the state has these fields and these elements look different."""
        before = {selector: self.look(selector) for selector in looks}
        act()
        for name, value in state.items():
            self.opened.wait(name, str(value))
        for selector, look in before.items():
            try:
                self.page.wait_for_function(
                    f"([selector, before]) => ({LOOK})(selector) !== before",
                    arg=[selector, look],
                    timeout=3000,
                )
            except Late as error:
                raise AssertionError(
                    f"{selector} stays as it was with {state} in the {self.pane} pane"
                ) from error
        self.controls()

    @property
    def canvas(self) -> str:
        return CANVAS[self.pane]

    def press(self, key: str) -> Callable[[], object]:
        return lambda: self.page.keyboard.press(key)

    def all(self, selector: str) -> Iterator[object]:
        """The controls of a selector that are in sight and switched on."""
        for each in self.page.locator(selector).all():
            if each.is_visible() and each.is_enabled() and each.get_attribute("aria-disabled") != "true":
                yield each

    # The table for screen readers.

    def check_table(self, token: int) -> None:
        {"head": self._head_table, "neuron": self._neuron_table, "text": self._text_table}[self.pane](token)

    def _name(self, token: int) -> str:
        """What the table calls a token: in the text view a patch goes by its place."""
        boxes = self.group.query_tokens.boxes
        if self.pane != "text" or boxes is None or boxes[token] is None:
            return self.queries[token]
        row, column = re.findall(r"\d+", self.queries[token])
        return f"row {row}, column {column}"

    def _rows(self, inside: str, token: int) -> list[list[str]]:
        """The body of the table whose caption names the token, once it is there."""
        self.page.wait_for_function(
            CAPTIONED,
            arg=[inside, self._name(token)],
        )
        return self.page.eval_on_selector_all(
            f"{inside} tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        )

    def _head_table(self, token: int) -> None:
        self.page.wait_for_timeout(260)
        heads = [int(head) for head in self.state("heads").split(",")]
        exact = self.weights()[heads, token]
        rows = self._rows(".weights table", token)
        expected = [
            (label, *exact[:, key]) for key, label in enumerate(self.keys) if exact[:, key].sum() > 1e-3
        ]
        assert_rows([(row[0], *map(number, row[1:-1])) for row in rows], expected)
        for row in rows:
            assert number(row[-1]) == pytest.approx(np.mean([*map(number, row[1:-1])]), abs=0.0011)

    def _neuron_table(self, token: int) -> None:
        self.page.wait_for_timeout(260)
        head = int(self.state("head"))
        rows = self._rows(".neuron-view table", token)
        exact = self.weights(head)[token]
        got = [(row[0], number(row[-1])) for row in rows]
        assert_rows(got, list(zip(self.keys, exact, strict=True)))

    def _text_table(self, token: int) -> None:
        """The strongest units that stand in the text, in their order."""
        self.settle()
        exact = self.weights(int(self.state("head")))[token]
        tokens = self.group.key_tokens
        inside = [key for key in range(len(tokens)) if not tokens.special[key]]
        order = sorted((key for key in inside if exact[key] > 1e-4), key=lambda key: -exact[key])[:10]
        rows = self._rows("table.strongest", token)
        units = self.page.eval_on_selector_all(
            "table.strongest button", "all => all.map(button => Number(button.dataset.unit))"
        )
        weights = [number(row[-1]) for row in rows][: len(order)]
        assert weights == pytest.approx([exact[key] for key in order], abs=ERROR)
        assert weights == pytest.approx([exact[unit] for unit in units[: len(order)]], abs=ERROR)


def shown(tokens) -> list[str]:
    """Labels as the pages write them."""
    return [
        re.sub(r"^\[(.+)\]$|^<(.+)>$", lambda found: found[1] or found[2], label) if special else label
        for label, special in zip(tokens.labels, tokens.special, strict=True)
    ]


def number(text: str) -> float:
    text = re.search(r"<?\d?\.\d+$", text.strip())[0]
    return 0.0 if text.startswith("<") else float(text)


def assert_rows(got: list[tuple], expected: list[tuple]) -> None:
    """The same rows in any order; those of next to no weight may be missing."""
    got, expected = sorted(got), sorted(expected)
    strong = [row for row in got if sum(row[1:]) > 2 * ERROR * len(row)]
    assert strong
    for label, *weights in strong:
        near = [row for row in expected if row[0] == label and row[1:] == pytest.approx(weights, abs=ERROR)]
        assert near, f"{label} has {weights}, and the model none such"
    assert len(strong) >= len([row for row in expected if sum(row[1:]) > 3 * ERROR * len(row)])


# The drivers: what a person does with a control, and what must come of it


def export(on: Driven) -> None:
    summary = on.page.locator(".export summary")
    summary.click()
    on.page.wait_for_selector(".export[open]")
    on.controls()
    for choice in list(on.all(".export [role=radio]")):
        choice.click()
        assert choice.get_attribute("aria-checked") == "true"
    on.page.locator(f".export [role=radio][data-value={on.pane}]").click()
    for form, begin in (("svg", b"<svg"), ("png", b"\x89PNG")):
        with on.page.expect_download() as download:
            on.page.locator(f".export [data-format={form}]").click()
        assert download.value.suggested_filename.endswith(f"-{on.pane}-layer{on.case.layer}.{form}")
        data = Path(download.value.path()).read_bytes()
        assert data.startswith(begin)
        if form == "svg":
            assert f"Layer {on.case.layer}" in data.decode()
        on.page.wait_for_function("() => document.querySelector('.export [aria-disabled]') === null")
    on.page.keyboard.press("Escape")
    on.page.wait_for_selector(".export:not([open])")
    assert on.state("token") == str(on.case.token)


def link(on: Driven) -> None:
    button = on.page.locator(".header-end > .icon-button:not([aria-haspopup])")
    button.click()
    on.page.wait_for_selector(".header-end > .icon-button.done")
    assert on.page.evaluate("() => navigator.clipboard.readText()") == on.page.url
    assert f"token={on.case.token}" in on.page.url


def sheet(on: Driven) -> None:
    button = on.page.locator("button[aria-haspopup=dialog]")
    button.click()
    on.page.wait_for_selector("dialog.sheet[open]")
    on.controls()
    box = on.page.locator(".sheet-single input")
    box.uncheck()
    on.page.locator(".sheet-body").focus()
    on.page.locator(".sheet .icon-button").click()
    on.page.wait_for_selector("dialog.sheet", state="hidden")
    # Single keys are switched off, and on again.
    on.page.keyboard.press("v")
    on.settle()
    assert on.state("pane") == on.pane
    button.click()
    box.check()
    on.page.keyboard.press("Escape")
    on.page.wait_for_selector("dialog.sheet", state="hidden")
    on.page.keyboard.press("v")
    on.page.wait_for_function(f"() => document.getElementById('attnviz').dataset.pane !== '{on.pane}'")
    on.page.keyboard.press("V")
    on.opened.wait("pane", on.pane)


def options(on: Driven) -> None:
    """Every option of every group, and the way between them by arrow keys."""
    groups = on.page.eval_on_selector_all(
        "[role=radiogroup]", "all => all.filter(e => e.checkVisibility()).map(e => e.ariaLabel)"
    )
    for name in groups:
        assert name in FIELDS, f"the options of {name} have no field"
        choose_each(on, name)
        on.restore(on.pane)


def choose_each(on: Driven, name: str) -> None:
    group = on.page.locator(f"[role=radiogroup][aria-label='{name}']")
    field = FIELDS[name]
    value_of = {"orientation": on.page.locator(".head-scroll").get_attribute("data-direction")}
    names = [
        each.get_attribute("data-value") for each in on.all(f"[role=radiogroup][aria-label='{name}'] button")
    ]
    if names == []:
        # In the neuron view some are switched off, and say why.
        assert len(group.locator("button").first.get_attribute("title")) > 20
        return
    first = value_of.get(field) or option_of(on, group)
    for value in [value for value in names if value != first] + [first]:
        button = group.locator(f"[data-value='{value}']")
        on.changes(button.click, *seen_through(on, name), **{field: as_state(field, value)})
        assert button.get_attribute("aria-checked") == "true"
        assert group.locator("[aria-checked=true]").count() == 1
        if field == "by" and value == "word":
            # Hides that only words have.
            for box in on.all("input[data-hide=particles]"):
                on.changes(box.check, on.canvas, hide="particles")
                on.changes(box.uncheck, on.canvas, hide="")
        if field == "pane":
            on.page.wait_for_selector(CANVAS[value])
    if len(names) > 1:
        # The arrow keys go from one option to the next.
        group.locator("[aria-checked=true]").focus()
        on.page.keyboard.press("ArrowRight")
        on.page.wait_for_function(
            "([name, first]) => document.querySelector(`[role=radiogroup][aria-label='${name}'] "
            "[aria-checked=true]`).dataset.value !== first",
            arg=[name, first],
        )


def option_of(on: Driven, group) -> str:
    return group.locator("[aria-checked=true]").get_attribute("data-value")


def as_state(field: str, value: str) -> str:
    if field != "texts":
        return value
    return "" if value == "null" else "-".join(part or "all" for part in value.split(","))


def seen_through(on: Driven, name: str) -> list[str]:
    """What looks different with another option."""
    if name == "View":
        return [".chosen"]
    if name == "Keys":
        # A short text may have few keys, all of which are strong.
        return []
    if name == "Rows and columns":
        # Where every word is one token, only the sentence below the page tells.
        return [f"{on.canvas}, .status"]
    if name in ("Kind", "Texts"):
        return [on.canvas, GRID]
    return [on.canvas]


def hides(on: Driven) -> None:
    for box in list(on.all("input[data-hide]")):
        name = box.get_attribute("data-hide")
        on.changes(box.check, on.canvas, ".status", hide=name)
        on.changes(box.uncheck, on.canvas, ".status", hide="")
        on.restore(on.pane)


def threshold(on: Driven) -> None:
    heads = [int(head) for head in on.state("heads").split(",")]
    exact = on.weights()[heads]
    slider = on.page.locator("input[type=range]")
    slider.focus()
    for key in ["ArrowRight"] * 4 + ["ArrowLeft"] * 2:
        before = on.state("threshold")
        on.page.keyboard.press(key)
        on.page.wait_for_function(
            f"() => document.getElementById('attnviz').dataset.threshold !== '{before}'"
        )
    on.settle()
    now = float(on.state("threshold"))
    lines = int(on.state("drawnLines"))
    # Weights at the very edge may fall on either side.
    assert (exact >= now + ERROR).sum() <= lines <= (exact >= now - ERROR).sum()
    on.changes(on.press("End"), on.canvas, threshold=1)
    # Where no line is left, a button brings the strongest back.
    remedy = on.page.locator(".head-message button")
    if exact.max() < 1 - ERROR:
        on.changes(remedy.click, on.canvas)
        on.settle()
        assert float(on.state("threshold")) == pytest.approx(exact.max(), abs=2 * ERROR)
        assert int(on.state("drawnLines")) >= 1


def find(on: Driven) -> None:
    needles = [unicodedata.normalize("NFKC", label).lower() for label in on.queries]
    token = on.case.token
    wanted = next(
        unit
        for unit, needle in enumerate(needles)
        if unit != token and needle.strip() and needle not in needles[token]
    )
    matches = [unit for unit, label in enumerate(needles) if needles[wanted] in label]
    target = next((unit for unit in matches if unit > token), matches[0])
    field = on.page.locator("input[type=search]")
    field.click()
    on.changes(lambda: on.page.keyboard.type(on.queries[wanted]), ".find", find=on.queries[wanted])
    assert str(len(matches)) in on.page.inner_text(".find-count")
    on.changes(on.press("Enter"), on.canvas, token=target)
    on.check_table(target)
    on.changes(on.press("Escape"), find="")


def bubbles(on: Driven) -> None:
    for button in list(on.all(".bubble-button")):
        button.click()
        assert button.get_attribute("aria-expanded") == "true"
        assert len(on.page.inner_text(".bubble")) > 40
        on.page.keyboard.press("Escape")
        assert button.get_attribute("aria-expanded") == "false"
        assert on.page.inner_text(".bubble") == ""
        assert on.state("token") == str(on.case.token)


def grid(on: Driven) -> None:
    box = on.page.locator(".model-grid")
    box.hover()
    on.page.wait_for_selector(".tooltip:not([hidden])")
    on.page.mouse.move(1, 1)
    box.focus()
    on.changes(on.press("ArrowRight"), GRID)
    head = on.case.head + 1
    on.changes(on.press("Enter"), on.canvas, ".model-zoom-map", head=head, layer=on.case.layer)
    assert on.state("heads") == str(head)
    on.check_table(on.case.token)


def layer(on: Driven) -> None:
    last = on.group.layers - 1
    words = {1: "Next layer", -1: "Layer before"}
    first = 1 if on.case.layer < last else -1
    for by, goal in ((first, on.case.layer + first), (-first, on.case.layer)):
        button = on.page.get_by_role("button", name=words[by])
        on.changes(button.click, on.canvas, ".model-zoom-map", layer=goal, loaded="true")
        assert on.page.inner_text(".stepper output") == str(goal)


def chips(on: Driven) -> None:
    lit = {int(head) for head in on.state("heads").split(",")}
    buttons = list(on.all(".chip"))
    assert len(buttons) == on.heads
    for button in buttons:
        head = int(button.get_attribute("data-head"))
        if on.pane == "head":
            if lit == {head}:
                continue
            lit ^= {head}
            on.changes(button.click, on.canvas, heads=",".join(map(str, sorted(lit))))
            assert button.get_attribute("aria-pressed") == str(head in lit).lower()
        elif head != int(on.state("head")):
            on.changes(button.click, on.canvas, head=head)
            assert button.get_attribute("aria-pressed") == "true"
    if on.pane == "head":
        on.changes(buttons[0].dblclick, heads="0")
        on.changes(buttons[0].dblclick, heads=",".join(map(str, range(on.heads))))
    on.check_table(on.case.token)


def lines(on: Driven) -> None:
    canvas = on.page.locator("canvas.head-canvas")
    canvas.focus()
    on.check_table(on.case.token)
    on.changes(on.press("Escape"), on.canvas, token="")
    # Along the text, which runs down or to the right.
    vertical = on.page.locator(".head-scroll").get_attribute("data-direction") == "vertical"
    along, across = ("ArrowDown", "ArrowRight") if vertical else ("ArrowRight", "ArrowDown")
    on.changes(on.press(along), on.canvas, hover=0)
    on.changes(on.press(along), on.canvas, hover=1)
    on.changes(on.press("Enter"), token=1)
    on.check_table(1)
    on.press(across)()
    on.page.wait_for_function("() => document.getElementById('attnviz').dataset.hoverKey !== ''")
    on.press("Escape")()
    on.opened.wait("token", "")
    on.opened.wait("hover", "")
    at = find_query(on, canvas.bounding_box(), vertical)
    token = int(on.state("hover"))
    on.changes(lambda: on.page.mouse.click(*at), token=token)
    on.check_table(token)


def find_query(on: Driven, box: dict[str, float], vertical: bool) -> tuple[float, float]:
    """Moves the pointer until it is on a query."""
    for aside in (30, 15, 45, 60, 80):
        for step in range(36, 240, 16):
            x, y = (aside, step) if vertical else (step, aside)
            on.page.mouse.move(box["x"] + x, box["y"] + y)
            on.page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            if on.state("hover") != "":
                return box["x"] + x, box["y"] + y
    raise AssertionError("the pointer found no query")


def queries(on: Driven) -> None:
    before, after = (on.page.get_by_role("button", name=name) for name in ("Token before", "Next token"))
    on.changes(after.click, on.canvas, token=on.case.token + 1)
    on.check_table(on.case.token + 1)
    on.changes(before.click, on.canvas, token=on.case.token)
    on.check_table(on.case.token)


def neurons(on: Driven) -> None:
    box = on.page.locator(".neuron-box")
    box.focus()
    on.changes(on.press("ArrowDown"), on.canvas)
    on.page.wait_for_function("() => document.getElementById('attnviz').dataset.hoverKey !== ''")
    on.changes(on.press("ArrowRight"), on.canvas, token=on.case.token + 1)
    on.check_table(on.case.token + 1)
    place = box.bounding_box()
    on.page.mouse.move(place["x"] + place["width"] / 3, place["y"] + place["height"] / 3)
    on.page.wait_for_selector(".tooltip:not([hidden])")


def text(on: Driven) -> None:
    on.check_table(on.case.token)
    on.page.locator(".text-scroll").focus()
    on.changes(on.press("Escape"), on.canvas, token="")
    on.page.keyboard.press("ArrowRight")
    on.opened.wait("hover", "0")
    on.page.keyboard.press("ArrowRight")
    on.opened.wait("hover", "1")
    on.changes(on.press("Enter"), on.canvas, token=1)
    on.check_table(1)
    units = on.page.locator(".text-article[data-side=queries] .unit")
    if units.count() > 0:
        other = units.nth(2)
        token = int(other.get_attribute("data-unit"))
        on.changes(other.click, on.canvas, token=token)
    else:
        place = on.page.locator(".figure-canvas").bounding_box()
        on.changes(
            lambda: on.page.mouse.click(
                place["x"] + place["width"] * 0.9, place["y"] + place["height"] * 0.9
            ),
            on.canvas,
            token=len(on.queries) - 1,
        )
        token = len(on.queries) - 1
    on.page.mouse.move(1, 1)
    on.check_table(token)


def strongest(on: Driven) -> None:
    for button in list(on.all("table.strongest button"))[:3]:
        unit = button.get_attribute("data-unit")
        field = "hover" if on.group.query_tokens is on.group.key_tokens else "hoverKey"
        on.changes(button.click, on.canvas, **{field: unit})


def added(on: Driven) -> None:
    """Tokens that do not stand in the text."""
    for place in range(on.page.locator(".side-chip").count()):
        on.restore("text")
        button = on.page.locator(".side-chip").nth(place)
        unit = int(button.get_attribute("data-unit"))
        # A click on the other text of two turns the question round.
        field = "token" if on.group.query_tokens is on.group.key_tokens else "key"
        on.changes(button.click, on.canvas, **{field: unit})
        if field == "token":
            on.check_table(unit)
        else:
            assert on.state("toward") == "queries"


# What drives each control that can take the focus; the first selector that fits counts.
DRIVERS: dict[str, Callable[[Driven], None]] = {
    ".export > summary": export,
    ".header-end > button.icon-button:not([aria-haspopup])": link,
    "button[aria-haspopup=dialog]": sheet,
    ":not(.export *)[role=radio]": options,
    "input[data-hide]": hides,
    ".controls input[type=range]": threshold,
    ".find input[type=search]": find,
    ".bubble-button": bubbles,
    ".model-grid": grid,
    ".stepper button": layer,
    ".chip": chips,
    "canvas.head-canvas": lines,
    "button.neuron-step": queries,
    ".neuron-box": neurons,
    ".text-scroll": text,
    "table.strongest button": strongest,
    ".side-chip": added,
}
# Those that are there only while another is open, which drives them too.
INNER = (
    ".head-message button",
    ".export [role=radio]",
    ".export button[data-format]",
    ".sheet .icon-button",
    ".sheet-single input",
    ".sheet-body",
)
# Every view has these; the others belong to one.
EVERYWHERE = {
    name for name, driver in DRIVERS.items() if driver in (export, link, sheet, options, find, bubbles)
}
EVERYWHERE |= {name for name, driver in DRIVERS.items() if driver in (grid, layer, chips)}
OWN = {
    "head": {"canvas.head-canvas", ".controls input[type=range]"},
    "neuron": {"button.neuron-step", ".neuron-box"},
    "text": {".text-scroll", "table.strongest button"},
}


@pytest.mark.parametrize("name", ["encoder", "decoder", "encoder-decoder", "pair", "japanese", "vision"])
def test_every_control_of_every_view_changes_what_it_should(opened, cases, name):
    case = cases[name]()
    heads = [case.head, 0]  # The first of them is the one that single heads are shown of.
    view = case.trace.explore(kind=case.kind, layer=case.layer, heads=heads, token=case.token)
    page = opened(view, permissions=["clipboard-read", "clipboard-write"])
    page.page.set_default_timeout(10_000)
    on = Driven(page, case)
    for pane in PANES:
        on.restore(pane)
        found = set(on.controls())
        assert found >= EVERYWHERE | OWN[pane]
        for selector, driver in DRIVERS.items():
            if selector in found:
                on.restore(pane)
                driver(on)
