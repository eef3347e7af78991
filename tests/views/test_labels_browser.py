"""Labels in full, and addresses that name a head, as a person meets them."""

from __future__ import annotations

import pytest

ENGLISH = (
    "The old lighthouse keeper climbed the narrow stairs every evening to light the lamp. "
    "Nobody had asked him to do so for many years, but he never forgot. He stayed."
)


@pytest.fixture(scope="module")
def trace(demo_lens):
    return demo_lens.trace(ENGLISH)


def test_a_sentence_is_found_by_its_last_word(trace, opened) -> None:
    page = opened(trace.explore(by="sentence")).page
    page.keyboard.press("/")
    page.keyboard.type("forgot")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('token=2')")
    assert page.locator(".find-count").inner_text() == "1 of 1"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    page.keyboard.type("the")
    page.keyboard.press("Enter")
    page.wait_for_function("() => location.hash.includes('token=1')")


def test_a_head_in_the_address_brings_its_lines(trace, opened) -> None:
    page = opened(trace.head_view(layer=2, heads=[0, 1])).page
    page.evaluate("() => { location.hash = '#layer=1&head=5&token=7' }")
    page.wait_for_selector(".chip[data-head='5'][aria-pressed='true']")
    assert page.locator(".chip[aria-pressed='true']").all_inner_texts() == ["5"]


@pytest.mark.parametrize("width", [700, 1400])
def test_the_selected_sentence_covers_nothing_in_the_text_view(trace, opened, width) -> None:
    page = opened(trace.text_view(by="sentence", token=1), width=width).page
    bottom = page.locator(".side-selected").bounding_box()
    plate = page.locator(".side-plate").bounding_box()
    top = page.locator(".side-list h3").bounding_box()
    assert plate["y"] + plate["height"] <= bottom["y"] + bottom["height"] + 1 <= top["y"] + 1


def test_layers_heads_and_tokens_stay_beside_a_long_name(trace, opened) -> None:
    page = opened(trace.head_view(), width=700).page
    page.evaluate("document.querySelector('.model-name').textContent = 'organisation/'.repeat(20)")
    box = page.locator(".facts").bounding_box()
    shown = [
        fact.inner_text()
        for fact in page.locator(".facts span").all()
        if fact.bounding_box()["y"] < box["y"] + box["height"] - 1
    ]
    assert shown[:2] == ["6 layers × 6 heads", f"{len(trace.tokens)} tokens"]
    assert page.locator(".header-end").bounding_box()["x"] < 700 - 40
