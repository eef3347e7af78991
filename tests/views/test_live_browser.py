"""The live widget as a person meets it: the real page and bridge in Chromium, the real widget behind them."""

import numpy as np
import pytest

import attnviz
from tests.random_trace import random_trace
from tests.views.live_host import Host

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("comms")]


@pytest.fixture
def hosted(chromium, comms):
    """Shows a widget in a stand-in for a notebook, and checks afterwards that nothing complained."""
    hosts = []

    def host(widget, width=900, alive=True, **context):
        options = {"viewport": {"width": width, "height": 800}, "locale": "en-US", **context}
        made = chromium.new_context(**options)
        made.set_default_timeout(20_000)
        hosts.append(Host(made, widget))
        hosts[-1].alive = alive
        if alive:
            hosts[-1].ready()
        return hosts[-1]

    yield host
    for made in hosts:
        assert made.faults == []
        made.page.context.close()


@pytest.fixture(scope="module")
def english(minilm_lens):
    return minilm_lens.trace("The dog gave the ball back because it was tired.")


def picture(host):
    """The first drawing in view, as PNG in base64; an empty one of its size has some hundred characters."""
    return host.frame.locator("canvas:visible").first.evaluate("canvas => canvas.toDataURL()")


@pytest.mark.parametrize("view", ["head", "model", "neuron", "text", "explore"])
def test_every_view_draws_what_the_kernel_sends(hosted, english, view):
    host = hosted(attnviz.View.of([english], view, layer=2, heads=[1, 4]).widget())
    assert host.state("layer") == "2"
    assert host.state("loaded") == "true"
    # Of the text view that is the bar of one line.
    assert len(picture(host)) > (350 if view == "text" else 1500)


def test_a_selection_set_in_python_moves_the_view(hosted, english):
    widget = english.head_view(layer=2).widget()
    host = hosted(widget)
    widget.layer = 4
    widget.heads = [0, 7]
    host.wait("layer", "4")
    host.wait("heads", "0,7")
    host.wait("loaded", "true")
    widget.token = 3
    host.wait("token", "3")


def test_what_a_person_selects_comes_back_to_python(hosted, english):
    widget = english.head_view(layer=2).widget()
    host = hosted(widget)
    seen = []
    widget.observe(lambda change: seen.append((change["name"], change["new"])), names=["layer", "token"])
    host.press("]")
    host.pump(lambda: widget.layer == 3)
    host.press("ArrowDown")
    host.press("Enter")
    host.pump(lambda: widget.token == 0)
    assert seen == [("layer", 3), ("token", 0)]


def test_the_page_is_not_told_what_it_has_just_said(hosted, english):
    widget = english.head_view(layer=2).widget()
    host = hosted(widget)
    host.page.evaluate(
        """() => {
          window.told = [];
          const post = MessagePort.prototype.postMessage;
          MessagePort.prototype.postMessage = function (message, ...rest) {
            if (message.type === 'selection') window.told.push(message.selection.layer);
            post.call(this, message, ...rest);
          };
        }"""
    )
    host.press("]")
    host.wait("layer", "3")
    host.pump(lambda: widget.layer == 3)
    # Late, it would undo what a person has selected since.
    widget.layer = 5
    host.wait("layer", "5")
    assert host.page.evaluate("() => window.told") == [5]


def test_the_table_has_the_weights_of_the_trace(hosted, english):
    widget = english.head_view(layer=1, heads=[3], token=2).widget()
    host = hosted(widget)
    for layer in (1, 5, 0):
        widget.layer = layer
        host.wait("layer", str(layer))
        host.wait("loaded", "true")
        host.pump(lambda layer=layer: f"layer {layer}" in host.frame.locator(".weights caption").inner_text())
        cells = host.frame.locator(".weights tbody tr td:nth-child(2)").all_inner_texts()
        exact = english.attention(layer, 3)[2]
        shown = np.array([float(cell.replace("<", "")) for cell in cells])
        assert len(shown) == len(exact)
        assert np.abs(np.sort(shown) - np.sort(exact)).max() < 0.00051


def test_two_widgets_share_one_selection(hosted, english):
    one, other = english.head_view(layer=1).widget(), english.text_view(layer=2).widget()
    one.link(other)
    first, second = hosted(one), hosted(other)
    first.press("]")
    first.pump(lambda: one.layer == 2)
    first.press("]")
    first.pump(lambda: one.layer == 3)
    second.wait("layer", "3")


def test_of_a_long_text_only_the_heads_in_view_are_sent(hosted):
    trace = random_trace(1500, layers=2, heads=16, key_heads=16, width=64)
    widget = trace.head_view(layer=1, heads=[2, 9]).widget()
    asked = []
    widget.on_msg(lambda _, content, __: asked.append(content))
    host = hosted(widget)
    assert {(ask["layer"], ask["head"]) for ask in asked if ask["ask"] == "head"} == {(1, 2), (1, 9)}
    host.frame.locator(".chip").nth(5).click()
    host.pump(lambda: widget.heads == [2, 5, 9])
    host.wait("loaded", "true")
    assert asked[-1]["head"] == 5


def test_a_kernel_that_is_gone_is_told_and_the_last_picture_stays(hosted, english):
    widget = english.head_view(layer=2).widget()
    host = hosted(widget)
    host.alive = False
    host.page.evaluate("() => window.notebook.line()")
    host.frame.wait_for_selector(".notice.grave")
    assert "The kernel does not answer" in host.notice()
    assert "last picture" in host.notice()
    assert len(picture(host)) > 10_000
    # It only had a long cell to run.
    host.alive = True
    host.page.evaluate("() => window.notebook.line()")
    host.pump(lambda: host.notice() == "")


def test_where_the_host_knows_that_the_kernel_is_gone_the_page_stays_at_its_last_picture(hosted, english):
    host = hosted(english.head_view(layer=2).widget())
    host.page.evaluate("() => { window.notebook.cut = true; }")
    for _ in range(2):
        host.frame.evaluate(
            """() => {
              window.moved = false;
              new MutationObserver((records) => {
                window.moved ||= records.some((record) => record.oldValue === '3');
              }).observe(document.getElementById('attnviz'), {
                attributeFilter: ['data-layer'], attributeOldValue: true });
            }"""
        )
        host.press("]")
        host.pump(lambda: host.frame.evaluate("() => window.moved") and host.state("layer") == "2")
        host.frame.wait_for_selector(".notice.grave")
        assert host.notice() == (
            "The kernel was restarted or shut down. What is shown is the last picture. "
            "To go on, run the cell again."
        )
        assert host.state("loaded") == "true"
    assert len(picture(host)) > 10_000


def test_a_text_that_no_kernel_will_read_is_not_waited_for(hosted, minilm_lens):
    host = hosted(minilm_lens.explorer("The cat sat."))
    host.page.evaluate("() => { window.notebook.cut = true; }")
    field = host.frame.get_by_label("Text for the model to read")
    field.fill("A dog barked.")
    field.press("Enter")
    error = host.frame.get_by_role("alert")
    error.wait_for()
    assert "run the cell again" in error.inner_text()
    assert host.frame.get_by_role("button", name="Show", exact=True).is_visible()
    assert field.input_value() == "A dog barked."


def test_a_notebook_opened_without_its_kernel_shows_the_last_picture(hosted, english):
    widget = english.head_view(layer=2).widget()
    host = hosted(widget)
    host.press("]")
    host.pump(lambda: widget.layer == 3 and widget._picture.startswith("data:image/png;base64,"))
    reopened = hosted(widget, alive=False)
    reopened.page.wait_for_timeout(100)
    reopened.frame.wait_for_selector(".last-picture:visible")
    size = reopened.frame.locator(".last-picture").evaluate("image => image.naturalWidth")
    assert size > 200
    reopened.page.evaluate("() => window.notebook.line()")
    reopened.frame.wait_for_selector(".notice.grave")
    assert "run the cell again" in reopened.notice()


def test_a_widget_that_is_taken_away_leaves_nothing(hosted, english):
    host = hosted(english.head_view().widget())
    host.page.evaluate("() => window.ends[0]()")
    assert host.page.locator("iframe").count() == 0


def test_a_text_typed_into_the_explorer_is_shown(hosted, minilm_lens):
    explorer = minilm_lens.explorer("The cat sat.")
    host = hosted(explorer)
    field = host.frame.get_by_label("Text for the model to read")
    assert field.input_value() == "The cat sat."
    field.fill("A dog barked at the cat.")
    field.press("Enter")
    host.pump(lambda: len(explorer.traces) == 2)
    host.pump(lambda: "barked" in host.frame.locator(".header").inner_text())
    host.ready()
    assert explorer.trace == 1
    assert explorer.traces[1].tokens.text == "A dog barked at the cat."
    assert field.input_value() == "A dog barked at the cat."


def test_the_fields_hold_the_text_that_is_shown(hosted, minilm_lens):
    explorer = minilm_lens.explorer("The cat sat.")
    explorer.run("A dog barked.", "At whom?")
    host = hosted(explorer)
    field = host.frame.get_by_label("Text for the model to read")
    second = host.frame.get_by_label("Second text (may stay empty)")
    explorer.trace = 0
    host.pump(lambda: field.input_value() == "The cat sat.")
    assert second.input_value() == ""
    explorer.trace = 1
    host.pump(lambda: field.input_value() == "A dog barked.")
    assert second.input_value() == "At whom?"
    # What the person types is not taken away.
    field.fill("A new")
    explorer.trace = 0
    host.wait("trace", "0")
    assert field.input_value() == "A new"


def test_a_new_text_is_loaded_alone(hosted, minilm_lens):
    explorer = minilm_lens.explorer("The cat sat.")
    asked = []
    explorer.on_msg(lambda _, content, __: asked.append(content))
    host = hosted(explorer)
    # Every head of the layer, those out of view after the others, and the thumbnails.
    host.pump(lambda: sum(ask["ask"] == "head" for ask in asked) == 12 and host.carry() == 0)
    asked.clear()
    explorer.run("A dog barked.")
    host.ready()
    host.wait("trace", "1")
    host.wait("loaded", "true")
    assert {ask["trace"] for ask in asked if "trace" in ask} == {1}


def test_keys_faster_than_messages_all_count(hosted, english):
    widget = english.head_view(layer=0).widget()
    host = hosted(widget)
    for _ in range(5):
        host.press("]")
    host.pump(lambda: widget.layer == 5)
    host.wait("layer", "5")
    for _ in range(20):
        host.carry()
    assert host.state("layer") == "5"


def test_a_head_that_could_not_be_had_is_asked_for_again(hosted, english, monkeypatch):
    from attnviz.views import tiles

    widget = english.head_view(layer=0).widget()
    host = hosted(widget)
    encode = tiles.encode_head
    refused = []

    def fails_once(layer, head, chunk):
        if layer is english.layer(3) and head == widget.head and not refused:
            refused.append(head)
            raise MemoryError("no room")
        return encode(layer, head, chunk)

    monkeypatch.setattr(tiles, "encode_head", fails_once)
    widget.layer = 3
    host.pump(lambda: "no room" in host.frame.locator("body").inner_text())
    widget.layer = 4
    host.wait("layer", "4")
    host.wait("loaded", "true")
    widget.layer = 3
    host.wait("layer", "3")
    host.wait("loaded", "true")


def test_the_page_may_change_what_is_selected_and_nothing_else(hosted, english):
    widget = english.head_view(layer=0).widget()
    host = hosted(widget)
    before = {name: getattr(widget, name) for name in ("_esm", "_document", "_header", "_height", "_picture")}
    # A page that was taken over has the port.
    host.page.evaluate("() => window.ends[0]()")
    host.page.evaluate(
        """() => new Promise((done) => {
          const connect = MessageChannel;
          window.MessageChannel = function () { const made = new connect(); window.stolen = made.port2;
            return { port1: made.port1, port2: new connect().port2 }; };
          window.notebook.show();
          setTimeout(done, 1000);
        })"""
    )
    host.page.evaluate(
        """() => {
          const evil = { _esm: "alert(1)", _document: "x", _header: "{}", _height: 7, layer: 3 };
          window.stolen.postMessage({ type: "selection", selection: evil });
          window.stolen.postMessage({ type: "picture", picture: "https://x.test/a.png" });
        }"""
    )
    host.pump(lambda: widget.layer == 3)
    assert {name: getattr(widget, name) for name in before} == before


def test_an_error_is_told_below_the_field_and_loses_nothing(hosted, demo_lens):
    explorer = demo_lens.explorer("犬が走る。")
    host = hosted(explorer, locale="ja-JP")
    field = host.frame.get_by_label("モデルに読ませる文")
    field.fill("犬" * 500)
    field.press("Enter")
    error = host.frame.get_by_role("alert")
    host.pump(error.is_visible)
    assert "96" in error.inner_text()
    assert len(explorer.traces) == 1
    assert host.state("loaded") == "true"
    # What was typed is still there to be mended.
    assert field.input_value() == "犬" * 500
    field.fill("猫が眠る。")
    field.press("Enter")
    host.pump(lambda: len(explorer.traces) == 2)
    host.pump(lambda: not error.is_visible())


def test_enter_that_ends_a_composition_sends_nothing(hosted, demo_lens):
    explorer = demo_lens.explorer("犬が走る。")
    host = hosted(explorer)
    field = host.frame.get_by_label("Text for the model to read")
    field.fill("猫が眠る。")
    composing = (
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})"
    )
    field.evaluate(f"field => field.dispatchEvent({composing})")
    host.carry()
    assert len(explorer.traces) == 1
    field.press("Enter")
    host.pump(lambda: len(explorer.traces) == 2)
