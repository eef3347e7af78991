"""A tiny random model of every architecture that transformers knows, and something for it to read.

The sizes in a configuration class are shrunk by the names of its fields, in sub-configurations too, and the
inputs are made for the names in the model's `forward`. Where that is not enough, `tests.capture.overrides`
says what else a type needs, as data.
"""

from __future__ import annotations

import dataclasses
import functools
import re
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
import transformers
from transformers.models.auto import modeling_auto

from tests.capture.inputs import FIRST_SPECIAL, candidates
from tests.capture.overrides import DEEP, OVERRIDES, Override

VOCABULARY = 128

# Field name → size, the first that matches; a size is never made larger than it is. None stays as it is.
_DEPTHS: list[tuple[str, int | None]] = [
    (r"^mask_|^num_labels$|stride|kernel|padding|channels$|num_mel_bins", None),
    (r"vocab_?size|codebook_size", VOCABULARY),
    (r"index_topk", 8),
    (r"experts_per_tok|top_?k(_experts)?$|moe_k$", 2),
    (r"^(?!.*(size|dim)).*experts?$|experts_num", 4),
    (r"layers?$|^depth$|num_blocks$|num_encoder_blocks", 2),
    (r"sliding_window$|attention_window$|local_attention$", 8),
    (r"^num_queries$", 10),
]
_WIDTHS: list[tuple[str, int | None]] = [
    (r"spatial_|temporal_", None),
    (r"^n_group|topk_group|ngroups|n_groups|_groups$", 1),
    (r"expert.*(size|dim)|intermediate_(size|dim)|ffn|feed_?forward|d_ff|d_inner|mlp_dim|n_inner", 48),
    (r"linear_num_key_heads", 2),
    (r"mamba_(n|num)_heads|n_mamba_heads", 8),
    (r"heads?$|num_heads|attention_heads", 4),
    (r"(head_dim|head_size|d_kv|d_head|headdim)$|kv_channels|key_dim|query_pre_attn_scalar", 8),
    (r"rotary_dim", 4),
    (r"lora_rank|low_rank|_rank$", 16),
    (r"state_size|d_state|chunk_size", 8),
    (r"max_source_positions", 60),
    (
        r"(hidden|embed|embedding|proj|projection|model|channel)_?(size|dims?)$|^n_embd$|^d_(model|latents)$",
        32,
    ),
    (r"hidden_sizes?$|width$|_dim$|^dim$|hidden_channels", 32),
]
# Widths where a class leaves them to others.
_UNSET = {
    "head_dim": 8,
    "num_key_value_heads": 4,
    "pad_token_id": 0,
    "n_routed_experts": 4,
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "vocab_size": VOCABULARY,
}
# Fields that hold one number for each stage of a pyramid.
_STAGES = (
    "depths",
    "hidden_sizes",
    "num_heads",
    "num_attention_heads",
    "embed_dim",
    "embed_dims",
    "encoder_in_channels",
)

# Ids of tokens that a configuration names; the text is drawn from those between these and the others.
_TOKENS = {"pad": 0, "bos": 1, "eos": 2, "sep": 3, "cls": 4, "mask": 5, "decoder_start": 1, "blank": 6}
_TOKEN = re.compile(r"(.+?)_token_(?:id|index)")


class Built(NamedTuple):
    """A model in evaluation mode, and the keyword arguments of its `forward`."""

    model: torch.nn.Module
    inputs: dict[str, Any]


@functools.cache
def types() -> dict[str, str]:
    """Every model type that an auto class makes a model of, and the name of that model's class."""
    names = [name for name in dir(modeling_auto) if re.fullmatch(r"MODEL_FOR_.*_MAPPING_NAMES", name)]
    found: dict[str, str] = {}
    for mapping in ["MODEL_MAPPING_NAMES", *names]:
        for model_type, model in getattr(modeling_auto, mapping).items():
            found.setdefault(model_type, model if isinstance(model, str) else model[0])
    return {name: found[name] for name in sorted(found) if name in transformers.CONFIG_MAPPING}


def build(model_type: str) -> Built:
    """The model of a type with sharpened random weights, and inputs for one text without padding."""
    override = OVERRIDES.get(model_type, Override())
    config = tiny_config(transformers.CONFIG_MAPPING[model_type], override.config, deep=model_type in DEEP)
    torch.manual_seed(3)
    model = getattr(transformers, override.model or types()[model_type])._from_config(config)
    sharpen(model)
    return Built(model, _inputs(model, override))


def _inputs(model: Any, override: Override) -> dict[str, Any]:
    """The first inputs that the model runs on."""
    reason: Exception | None = None
    for make in candidates(model, override.inputs):
        torch.manual_seed(5)
        try:
            with torch.no_grad():
                given = make()
                if given:
                    model(**given)
                    return given
        except Exception as error:  # noqa: BLE001 - each model complains in its own way.
            reason = reason or error
    raise reason or TypeError("its forward wants nothing that has a known name")


def tiny_config(
    cls: Any, overrides: Mapping[str, Any], given: dict[str, Any] | None = None, *, deep: bool = False
) -> Any:
    """A configuration of a class with small sizes, its sub-configurations likewise.

    Args:
        overrides: what the class shall be given as it stands; a dict for a sub-configuration.
        given: other values to start from than the class's defaults, to be shrunk too.
        deep: whether to shrink only depth and vocabulary, for widths that depend on each other.
    """
    given = given or {}
    defaults = {field.name: field.default for field in dataclasses.fields(cls)} | given
    # Widths that grow from stage to stage hang together, and are small enough.
    deep = deep or any(isinstance(defaults.get(name), tuple | list) for name in _STAGES)
    options = dict(given)
    # A backbone whose stages are named keeps them all.
    whole = "out_indices" in given or "out_features" in given
    for name, value in defaults.items():
        if whole and re.search(r"layers$|^depth", name):
            continue
        small = _shrunk(name, value, defaults, deep=deep)
        if small is not None:
            options[name] = small
    for name, spec in cls.sub_configs_defaults.items():
        if spec.optional and name not in overrides:
            continue
        sub_overrides = dict(overrides.get(name) or {})
        model_type = sub_overrides.pop("model_type", spec.model_type)
        auto = spec.config_class is transformers.AutoConfig
        sub_class = transformers.CONFIG_MAPPING[model_type] if auto else spec.config_class
        sub_given = spec.init_kwargs if model_type == spec.model_type else {}
        options[name] = tiny_config(sub_class, sub_overrides, sub_given, deep=deep)
    if "mrope_section" in getattr(cls, "ignore_keys_at_rope_validation", ()):
        options.setdefault(
            "rope_parameters", {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]}
        )
    own = {name: value for name, value in overrides.items() if name not in cls.sub_configs_defaults}
    return cls(**{**options, **own})


def _shrunk(name: str, value: Any, defaults: dict[str, Any], *, deep: bool) -> Any:
    """The small value of one field, or None where the class's own default does."""
    if value is None:
        return None if deep else _UNSET.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return _shrunk_number(name, value, defaults, deep=deep)
    if name == "image_size":
        return _image_size(value, defaults.get("patch_size"))
    limit = {"depths": 2, "conv_dim": 32}.get(name)
    return [min(each, limit) for each in value] if limit else None


def _shrunk_number(name: str, value: int, defaults: dict[str, Any], *, deep: bool) -> int | None:
    if token := _TOKEN.fullmatch(name):
        return _token(token[1])
    if name == "image_size":
        return int(_image_size(value, defaults.get("patch_size")))
    if name == "num_hidden_layers" and "layer_types" in defaults:
        return min(value, 4)  # Layers of several kinds take turns.
    if re.search(r"key_value_heads|kv_heads", name) and not deep:
        # As many as query heads where the class has as many, or half of them.
        heads = defaults.get("num_attention_heads", defaults.get("n_head", defaults.get("num_heads")))
        return min(value, 4 if value == heads else 2)
    sizes = _DEPTHS if deep else [*_DEPTHS, *_WIDTHS]
    size = next((size for pattern, size in sizes if re.search(pattern, name)), None)
    return None if size is None or value <= size else size


def _image_size(value: Any, patch: Any) -> Any:
    """Room for at least 64 pixels or two patches a side."""
    patch = patch if isinstance(patch, int) else 16
    size = max(2 * patch, -(-64 // patch) * patch)
    if isinstance(value, int):
        return min(value, size)
    return [min(each, size) for each in value] if value else None


def _token(name: str) -> int:
    """One id for one name, also where several sub-configurations have it."""
    return _TOKENS.get(name, FIRST_SPECIAL + zlib.crc32(name.encode()) % (VOCABULARY - FIRST_SPECIAL))


def sharpen(model: torch.nn.Module, seed: int = 1) -> torch.nn.Module:
    """Draw a model's weights anew, at any width so that its attention has clear favourites."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in model.modules():
            for name, parameter in module.named_parameters(recurse=False):
                if isinstance(module, torch.nn.modules.conv._ConvNd) or not parameter.is_floating_point():
                    continue
                if parameter.dim() >= 2:
                    width = max(min(parameter.shape[-2:]), 16)
                    size = 1.0 if isinstance(module, torch.nn.Embedding) else 1.4 / width**0.5
                elif name.endswith("sinks"):
                    size = 1.0
                else:
                    continue
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * size)
    return model.eval()
