"""What tests of the live widget share: nobody at the other end of the line, and traces to show."""

from collections.abc import Iterator

import comm
import pytest
from ipywidgets import Widget

from tests.views.front_end import RecordingComm

TEXT = "the cat sat on the mat because it was tired"


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Widgets speak to nobody, what they say is kept, and after the test they are closed."""
    monkeypatch.setattr(comm, "create_comm", RecordingComm)
    yield
    Widget.close_all()


@pytest.fixture(scope="module")
def pair(demo_lens):
    return demo_lens.trace("梅雨は何季の一種か？", "雨季の一種である。")


@pytest.fixture(scope="module")
def translation(tiny_lens):
    return tiny_lens("BART").trace(TEXT, target="the dog saw it")


@pytest.fixture
def widget(pair, comms):
    return pair.explore(layer=3, heads=[4, 1]).widget()
