"""Tiny models with random, sharpened weights: each family's real code, small enough to run in milliseconds.

Freshly initialised models attend almost evenly, and an even matrix hides most mistakes. So the weights are
drawn large enough for rows to have clear favourites.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import torch
import transformers

VOCABULARY = 99
_SIZES = {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
_COMMON = {**_SIZES, "intermediate_size": 48, "max_position_embeddings": 64}
_GROUPED = {**_COMMON, "num_key_value_heads": 2, "head_dim": 8}
_SEQ2SEQ = {
    "vocab_size": VOCABULARY,
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 3,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 48,
    "decoder_ffn_dim": 48,
    "max_position_embeddings": 64,
    "decoder_start_token_id": 2,
}

CONFIGS: dict[str, tuple[str, dict[str, Any]]] = {
    "BERT": ("BertConfig", _COMMON),
    "DistilBERT": (
        "DistilBertConfig",
        {
            "vocab_size": VOCABULARY,
            "dim": 32,
            "n_layers": 2,
            "n_heads": 4,
            "hidden_dim": 48,
            "max_position_embeddings": 64,
        },
    ),
    "RoBERTa": ("RobertaConfig", _COMMON),
    "ModernBERT": (
        "ModernBertConfig",
        {
            **_COMMON,
            "num_hidden_layers": 4,
            "local_attention": 8,
            "global_attn_every_n_layers": 2,
            "pad_token_id": 0,
        },
    ),
    "Splinter": ("SplinterConfig", _COMMON),
    "LayoutLM": ("LayoutLMConfig", _COMMON),
    "CLIP text": ("CLIPTextConfig", {**_COMMON, "projection_dim": 32}),
    "LongT5": (
        "LongT5Config",
        {
            "vocab_size": VOCABULARY,
            "d_model": 32,
            "d_kv": 8,
            "d_ff": 48,
            "num_layers": 2,
            "num_heads": 4,
            "local_radius": 8,
            "decoder_start_token_id": 0,
        },
    ),
    "ALBERT": ("AlbertConfig", {**_COMMON, "embedding_size": 16}),
    "GPT-2": (
        "GPT2Config",
        {"vocab_size": VOCABULARY, "n_embd": 32, "n_layer": 2, "n_head": 4, "n_positions": 64},
    ),
    "Llama": ("LlamaConfig", _GROUPED),
    "Mistral": ("MistralConfig", {**_GROUPED, "sliding_window": 8}),
    "Gemma 2": (
        "Gemma2Config",
        {**_GROUPED, "sliding_window": 8, "attn_logit_softcapping": 2.0, "query_pre_attn_scalar": 8},
    ),
    "GPT-OSS": (
        "GptOssConfig",
        {
            **_GROUPED,
            "sliding_window": 8,
            "num_local_experts": 2,
            "num_experts_per_tok": 1,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e4},
        },
    ),
    "DiffLlama": ("DiffLlamaConfig", _GROUPED),
    "LFM2": (
        "Lfm2Config",
        {
            **_GROUPED,
            "num_hidden_layers": 4,
            "layer_types": ["conv", "full_attention", "conv", "full_attention"],
        },
    ),
    "T5": (
        "T5Config",
        {
            "vocab_size": VOCABULARY,
            "d_model": 32,
            "d_kv": 8,
            "d_ff": 48,
            "num_layers": 2,
            "num_decoder_layers": 3,
            "num_heads": 4,
            "decoder_start_token_id": 0,
        },
    ),
    "BART": ("BartConfig", _SEQ2SEQ),
    "Bloom": ("BloomConfig", {"vocab_size": VOCABULARY, "hidden_size": 32, "n_layer": 2, "n_head": 4}),
    "DeBERTa-v2": (
        "DebertaV2Config",
        {**_COMMON, "relative_attention": True, "position_buckets": 8, "pos_att_type": ["p2c", "c2p"]},
    ),
    "Mamba": (
        "MambaConfig",
        {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "state_size": 4},
    ),
}


def sharpen(model: torch.nn.Module, seed: int = 1) -> torch.nn.Module:
    """Draw a model's weights anew so that its attention has clear favourites."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2:
                size = 1.0 if "embed" in name or "shared" in name else 0.25
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * size)
            elif name.endswith("sinks"):
                parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return model.eval()


@functools.cache
def tiny_model(family: str) -> torch.nn.Module:
    """One shared model of a family; nobody may change it."""
    name, options = CONFIGS[family]
    config = getattr(transformers, name)(**options)
    return sharpen(transformers.AutoModel.from_config(config))


def word_tokenizer(words: list[str], model_max_length: int = 64) -> transformers.PreTrainedTokenizerFast:
    """A BERT-like tokenizer of whole words, with [CLS] and [SEP], made on the spot."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    vocabulary = {token: i for i, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words])}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=model_max_length,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )


def save_folder(folder: Path, model: Any, tokenizer: Any) -> Path:
    """A model's folder as `from_pretrained` reads it."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
