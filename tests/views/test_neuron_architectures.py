"""The neuron view of every architecture: what stands on the screen adds up to the model's weight.

One page holds a trace of each type, tiny and random; of every kind of attention one query is read from the
tables that screen readers get, and computed again here from the numbers of the step before. Whisper and
Wav2Vec2 are not among them, because `lens.trace` reads no sound, nor Swin, which it refuses.
"""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
import transformers
from PIL import Image
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

import attnviz
from attnviz.errors import UnsupportedModel
from attnviz.views import View
from tests.capture.architectures import build
from tests.tiny import sharpen, word_tokenizer

pytestmark = pytest.mark.browser

TEXT = "a quick brown fox jumps over lazy dogs near cold rivers"
TARGET = "birds sing while dogs jumps"
WORDS = sorted({*TEXT.split(), *TARGET.split()})

ENCODERS = [
    "bert",
    "roberta",
    "distilbert",
    "albert",
    "electra",
    "deberta-v2",
    "modernbert",
    "xlnet",
    "xlm",
    "longformer",
    "big_bird",
    "mpnet",
    "luke",
]
DECODERS = [
    "gpt2",
    "gpt_neox",
    "gptj",
    "opt",
    "llama",
    "mistral",
    "qwen2",
    "qwen3",
    "gemma2",
    "gemma3_text",
    "phi3",
    "mixtral",
    "gpt_oss",
    "deepseek_v3",
    "falcon",
    "bloom",
    "mpt",
    "jamba",
    "bamba",
    "zamba2",
    "qwen3_next",
]
ENCODER_DECODERS = ["t5", "umt5", "bart"]
# Their attention is T5's or BART's.
LIKE_THEM = ["mt5", "mbart", "marian", "pegasus"]
TOWERS = ["clip", "siglip", "llava", "qwen2_vl"]
PICTURES = ["vit", "dinov2"]

# (type, kind, layer): the last layer of each, and one that sees a window where layers differ.
CASES = [
    *((name, "encoder", -1) for name in ENCODERS + PICTURES),
    *((name, "decoder", -1) for name in DECODERS),
    *((name, kind, -1) for name in ENCODER_DECODERS for kind in ("encoder", "decoder", "cross")),
    *((name, "cross", -1) for name in LIKE_THEM),
    *((name, "text", -1) for name in TOWERS),
    *((name, "decoder", 0) for name in ("gemma2", "gemma3_text", "gpt_oss")),
    ("modernbert", "encoder", 1),
]
HEAD = 3
# The tables have three decimals.
ROUNDED = 0.0005


def _traced(name: str) -> attnviz.Trace:
    model = build(name).model
    if name in PICTURES:
        size = model.config.image_size
        pixels = ViTImageProcessorPil(size={"height": size, "width": size})
        picture = np.random.default_rng(1).integers(0, 256, (size, size, 3), dtype=np.uint8)
        return attnviz.load(model=model, processor=pixels).trace(image=Image.fromarray(picture))
    if not model.config.is_encoder_decoder:
        return attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace(TEXT)
    model.config.decoder_start_token_id = 1
    return attnviz.load(model=model, tokenizer=word_tokenizer(WORDS)).trace(TEXT, target=TARGET)


@pytest.fixture(scope="module")
def traces() -> dict[str, attnviz.Trace]:
    return {name: _traced(name) for name in dict.fromkeys(name for name, _, _ in CASES)}


@pytest.fixture(scope="module")
def path(traces, tmp_path_factory):
    """One page with all of them."""
    view = View.of(list(traces.values()), "explore", titles=list(traces))
    return view.save(tmp_path_factory.mktemp("neurons") / "all.html")


@pytest.fixture(scope="module")
def tab(chromium):
    context = chromium.new_context(viewport={"width": 1400, "height": 900}, locale="en-US")
    page = context.new_page()
    faults = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def _open(tab, path, address: str) -> None:
    # Only a page that is opened anew reads its address.
    tab.goto("about:blank")
    tab.goto(f"{path.as_uri()}#{address}")
    tab.wait_for_function("() => document.documentElement.dataset.attnviz === 'ready'")


class Shown:
    """What the two views say of one query, key by key."""

    def __init__(self, tab, path, address: str) -> None:
        _open(tab, path, f"{address}&pane=neuron")
        self.steps = _table(tab, ".neuron-view")
        said = re.search(r"a sink without a key takes ([\d.]+)", tab.locator(".status").inner_text())
        self.sink = float(said[1]) / 100 if said else 0.0
        tab.locator(".pane-bar .titled [data-value=head]").click()
        self.weights = _table(tab, ".weights")


def _table(tab, view: str) -> dict[str, list[str]]:
    """Its rows, by the name of the key; the table follows the selection after a short rest."""
    tab.wait_for_selector(f"{view} table", state="attached")
    read = "rows => rows.map(row => [...row.children].map(cell => cell.textContent.trim()))"
    _, *rows = tab.eval_on_selector_all(f"{view} table tr", read)
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: row[1:] for row in rows}


def written(labels: list[str]) -> list[str]:
    """As the pages write added tokens: in a capsule in place of brackets."""
    return [label.strip("[]") for label in labels]


def number(text: str) -> float:
    """As the pages write it: `−7.100`, `.512`, `<.001`, `−∞`."""
    return float(text.replace("−", "-").replace("∞", "inf").replace("<.001", "0.0003"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}, {case[1]}, layer {case[2]}")
def test_the_steps_on_the_screen_add_up_to_the_weight_of_the_head_view(traces, tab, path, case):
    name, kind, layer = case
    trace = traces[name]
    group = trace.group(kind)
    layer %= group.layers
    query = len(group.query_tokens) - 3
    place = f"trace={list(traces).index(name)}&kind={kind}&layer={layer}&token={query}"
    shown = Shown(tab, path, f"{place}&head={HEAD}&heads={HEAD}")
    formula = group[layer].formula

    labels = written(group.key_tokens.labels)
    assert list(shown.steps) == labels
    columns = np.array([[number(cell) for cell in shown.steps[label]] for label in labels]).T
    dot, scaled, *capped, bias, weight = columns
    assert (len(capped) == 1) == (formula.softcap is not None)
    np.testing.assert_allclose(scaled, dot * formula.scale, atol=ROUNDED * (1 + abs(formula.scale)) + 1e-4)
    score = scaled
    if capped:
        np.testing.assert_allclose(
            capped[0], formula.softcap * np.tanh(scaled / formula.softcap), atol=2 * ROUNDED
        )
        score = capped[0]
    total = score + bias
    powers = np.exp(total - total.max())
    expected = powers / powers.sum() * (1 - shown.sink)
    np.testing.assert_allclose(weight, expected, atol=2 * ROUNDED, rtol=6 * ROUNDED)

    exact = trace.attention(layer, HEAD, kind)[query]
    np.testing.assert_allclose(weight, exact, atol=ROUNDED + 1e-5)
    assert (shown.sink > 0) == (formula.sinks is not None)
    for label, cells in shown.weights.items():
        assert shown.steps[label][-1] == cells[0]
    # Keys that get nothing are left out there.
    assert set(shown.weights) >= {label for label, share in zip(labels, exact, strict=True) if share > 1e-7}


def test_what_is_masked_is_shown_as_such(traces, tab, path):
    """The first layer of Gemma 2 sees eight tokens back, the last one all of them."""
    trace = traces["gemma2"]
    place = f"trace={list(traces).index('gemma2')}&kind=decoder&head={HEAD}&token=10"
    for layer in (0, trace.group().layers - 1):
        shown = Shown(tab, path, f"{place}&layer={layer}")
        hidden = [label for label, cells in shown.steps.items() if cells[-2] == "−∞"]
        before = {0: trace.tokens.labels[:3]}.get(layer, [])
        assert hidden == written(before + trace.tokens.labels[11:])


def _sparse() -> attnviz.Trace:
    """BigBird in sparse blocks: a layer of weights that no formula of queries and keys gives."""
    config = transformers.BigBirdConfig(
        vocab_size=99,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=128,
        attention_type="block_sparse",
        block_size=4,
        num_random_blocks=1,
    )
    torch.manual_seed(0)
    model = sharpen(transformers.BigBirdModel(config))
    lens = attnviz.load(model=model, tokenizer=word_tokenizer(WORDS, model_max_length=128))
    return lens.trace(" ".join([TEXT] * 6))


def _given() -> attnviz.Trace:
    weights = np.random.default_rng(1).dirichlet(np.ones(4), size=(2, 3, 4))
    return attnviz.from_attentions(weights, ["a", "quick", "brown", "fox"])


@pytest.mark.parametrize("make", [_sparse, _given])
@pytest.mark.filterwarnings("ignore")
def test_weights_without_a_formula_are_told_in_a_sentence(tab, tmp_path, make):
    """It names the views that show them; so does Python's error."""
    trace = make()
    assert trace.layer(1).formula is None
    _open(tab, View.of([trace], "explore").save(tmp_path / "weights.html"), "pane=neuron")
    sentence = tab.locator(".neuron-message").inner_text()
    assert "without the queries and keys" in sentence
    assert "the head view and the model view show them" in sentence
    with pytest.raises(UnsupportedModel, match="use head_view, text_view, model_view or explore"):
        trace.neuron_view()
