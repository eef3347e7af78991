"""Widgets that share what is selected."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import traitlets

from attnviz.errors import InvalidOption
from tests.views.front_end import Page

pytestmark = pytest.mark.usefixtures("comms")


def test_traitlets_own_links_work(pair):
    one, other = pair.explore(layer=1).widget(), pair.head_view(layer=4).widget()
    link = traitlets.link((one, "layer"), (other, "layer"))
    assert other.layer == 1
    other.layer = 5
    assert one.layer == 5
    Page(one).select(layer=2)
    assert other.layer == 2
    link.unlink()
    one.layer = 0
    assert other.layer == 2
    traitlets.dlink((one, "heads"), (other, "heads"))
    one.heads = [2, 5]
    assert other.heads == [2, 5]


def test_linked_widgets_share_one_selection(pair):
    one, other = pair.explore(layer=1, token=4).widget(), pair.head_view(layer=4).widget()
    link = one.link(other)
    assert (other.layer, other.token) == (1, 4)
    Page(other).select(token=6)
    assert one.token == 6
    one.by = "word"
    assert (other.by, other.token) == ("word", one.token)
    one.pane = "text"  # Which a head view has not.
    assert other.pane == "head"
    link.unlink()
    one.layer = 5
    assert other.layer == 1
    other.head = 3
    assert one.head != 3


def test_several_changes_reach_the_other_page_in_one_message(pair):
    one, other = pair.explore(layer=1).widget(), pair.explore(layer=4).widget()
    one.link(other)
    page = Page(other)
    page.told()
    one.select(layer=2, heads=[0, 5], token=2)
    told = page.told()
    assert [{name: each[name] for name in ("layer", "heads", "token")} for each in told] == [
        {"layer": 2, "heads": [0, 5], "token": 2}
    ]
    Page(one).select(layer=3, token=4)
    assert page.told() == [{"layer": 3, "token": 4}]


def test_a_kind_comes_with_the_layer_that_only_it_has(translation):
    one, other = (translation.explore(kind="encoder", layer=0).widget() for _ in range(2))
    one.link(other)
    one.select(kind="decoder", layer=2, token=1)
    assert (other.kind, other.layer, other.token) == ("decoder", 2, 1)


def test_the_other_has_what_holds_where_an_observer_selected_in_turn(pair):
    one, other = pair.explore(layer=1).widget(), pair.explore(layer=4).widget()

    def further(change):
        if one.layer == 2:
            one.layer = 3

    one.observe(further, "selection")
    one.link(other)
    one.layer = 2
    assert (one.layer, other.layer) == (3, 3)


def test_only_what_was_named_is_shared(pair):
    one, other = pair.explore(layer=1).widget(), pair.explore(layer=4).widget()
    one.link(other, "token")
    one.token = 3
    one.layer = 2
    assert (other.token, other.layer) == (3, 4)


def test_a_shared_layer_that_one_lacks_stays_there_as_it_is(pair, translation):
    one, other = pair.explore(layer=1).widget(), translation.explore(kind="decoder", layer=1).widget()
    one.link(other)
    one.layer = 5
    assert other.layer == 1
    other.threshold = 0.5
    assert (one.layer, one.threshold) == (5, 0.5)
    assert other.kind == "encoder"


def test_three_widgets_in_a_ring_agree(pair):
    ring = [pair.explore(layer=layer).widget() for layer in (1, 2, 3)]
    for i in range(3):
        ring[i].link(ring[(i + 1) % 3])
    ring[1].layer = 5
    assert [each.layer for each in ring] == [5, 5, 5]


def test_a_closed_widget_is_linked_no_more(pair):
    one, other = pair.explore(layer=1).widget(), pair.explore(layer=4).widget()
    one.link(other)
    other.close()
    one.layer = 3
    assert other.selection.layer == 1


def test_what_cannot_be_linked_is_said(pair):
    one, other = pair.explore().widget(), pair.explore().widget()
    with pytest.raises(InvalidOption, match="'depth' is nothing to share"):
        one.link(other, "depth")
    for wrong in (one, pair, None):
        with pytest.raises(InvalidOption, match="is no other widget of attnviz"):
            one.link(wrong)


def test_linked_widgets_may_be_changed_from_two_threads(pair):
    one, other = pair.explore().widget(), pair.explore().widget()
    one.link(other)
    page = Page(other)

    def in_python():
        for number in range(60):
            one.layer = number % 6

    def in_the_page():
        for number in range(60):
            page.select(layer=number % 5)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(in_python), pool.submit(in_the_page)]:
            done.result(timeout=60)
    assert one.selection.layer == other.selection.layer
