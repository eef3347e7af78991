"""Every layer that a family returns under eager attention, against what was captured of it."""

import numpy as np
import pytest

from tests.capture.architectures import build
from tests.capture.reference import TOLERANCE, Reference, captured_layers, compare, eager_attentions

# The families that people use, and those whose attention is unlike the others'. All types that there are
# run in `benchmarks/coverage.py`.
FAMILIES = [
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
    "t5",
    "mt5",
    "umt5",
    "bart",
    "mbart",
    "marian",
    "pegasus",
    "whisper",
    "vit",
    "dinov2",
    "swin",
    "clip",
    "siglip",
    "wav2vec2",
    "llava",
    "qwen2_vl",
]


@pytest.mark.parametrize("model_type", FAMILIES)
@pytest.mark.filterwarnings("ignore")  # What a model's own code warns of is not this test's business.
def test_captured_weights_are_the_models_own(model_type):
    model, inputs = build(model_type)
    references = eager_attentions(model, inputs)
    assert references
    # An even reference would let any formula pass.
    assert max(each.weights.max(axis=-1).mean() * each.weights.shape[-1] for each in references) > 3
    result = compare([layer.weights() for layer in captured_layers(model, inputs)], references)
    assert (result.matched, result.missed) == (len(references), 0)
    assert result.worst <= TOLERANCE


def _references(*values: float) -> list[Reference]:
    return [Reference("attentions", i, np.full((1, 2, 2), value)) for i, value in enumerate(values)]


@pytest.mark.parametrize(
    ("captured", "expected"),
    [
        ([0.1, 0.2], (2, 0)),
        ([0.3, 0.1, 0.2], (2, 0)),
        ([0.2, 0.1], (1, 1)),
        ([0.1], (1, 1)),
        ([], (0, 2)),
        ([0.1, 0.5], (1, 0)),
    ],
)
def test_layers_are_matched_in_order(captured, expected):
    result = compare([np.full((1, 2, 2), value) for value in captured], _references(0.1, 0.2))
    assert (result.matched, result.missed) == expected
