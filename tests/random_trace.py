"""Traces of any size without a model: what counts in them is how much there is."""

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

import attnviz
from attnviz.capture import AttentionGroup, Trace
from attnviz.capture.bias import Bias
from attnviz.capture.layer import AttentionLayer, Formula


def random_trace(tokens: int, layers: int, heads: int, key_heads: int, width: int) -> Trace:
    """A trace of random queries and keys, causal as a language model's."""
    generator = torch.Generator().manual_seed(0)
    words = attnviz.from_attentions(np.eye(2, dtype=np.float32)[None, None], ["a", "b"], special=[])
    table = attnviz.tokenize(_tokenizer(tokens), " ".join(["the cat"] * (tokens // 2)))

    def layer(number: int) -> AttentionLayer:
        query = torch.randn(heads, tokens, width, generator=generator)
        key = torch.randn(key_heads, tokens, width, generator=generator)
        return AttentionLayer(f"l{number}", Formula(query, key, width**-0.5, Bias(tokens, tokens, (None, 0))))

    group = AttentionGroup("decoder", table, table, tuple(map(layer, range(layers))))
    return Trace(words.model, table, None, {"decoder": group})


def _tokenizer(limit: int) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.WordLevel({"[UNK]": 0, "the": 1, "cat": 2}, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=limit, unk_token="[UNK]")
