"""What single model types need beyond the shrinking by names: configuration values and inputs, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import torch

from tests.capture.inputs import find


class Override(NamedTuple):
    """What one model type needs.

    Attributes:
        config: values for its configuration; a dict for a sub-configuration.
        inputs: arguments of its `forward` by name, made from the model's configuration.
        model: its class, where another than the auto class's is meant.
    """

    config: Mapping[str, Any] = MappingProxyType({})
    inputs: Mapping[str, Callable[[Any], Any]] = MappingProxyType({})
    model: str | None = None


def _random(*shape: int | str) -> Callable[[Any], torch.Tensor]:
    """Random numbers of a shape; a name stands for the configuration's number."""
    return lambda config: torch.randn(*(find(config, n, 1) if isinstance(n, str) else n for n in shape))


def _ones(*shape: int) -> Callable[[Any], torch.Tensor]:
    return lambda config: torch.ones(*shape, dtype=torch.long)


def _zeros(*shape: int) -> Callable[[Any], torch.Tensor]:
    return lambda config: torch.zeros(*shape, dtype=torch.long)


def _ids(*shape: int) -> Callable[[Any], torch.Tensor]:
    return lambda config: torch.randint(8, 99, shape)


def _flattened_patches(config: Any) -> torch.Tensor:
    """Pix2Struct's patches, `[1, patch, row and column and pixels]`, of an image of 4 × 4."""
    places = torch.cartesian_prod(torch.arange(1.0, 5), torch.arange(1.0, 5))
    return torch.cat([places, torch.randn(16, 768)], dim=1)[None]


_HYBRID = {"num_hidden_layers": 2, "layer_types": ["linear_attention", "full_attention"]}
_SWIN = {
    "image_size": 32,
    "patch_size": 2,
    "window_size": 4,
    "embed_dim": 24,
    "depths": [2, 2, 2],
    "num_heads": [3, 6, 12],
}
_SERIES = Override(
    {"prediction_length": 6, "context_length": 12, "num_time_features": 2},
    {
        "past_values": _random(1, 19),
        "past_time_features": _random(1, 19, 2),
        "past_observed_mask": _ones(1, 19),
        "future_values": _random(1, 6),
        "future_time_features": _random(1, 6, 2),
    },
)
_NAFLEX = {
    "pixel_values": _random(1, 16, 768),
    "pixel_attention_mask": _ones(1, 16),
    "spatial_shapes": lambda config: torch.tensor([[4, 4]]),
}
_PAIR = {"pixel_values": _random(1, 2, 3, 64, 64)}
_LARGE = {"pixel_values": _random(1, 3, 192, 192)}
_QWEN4 = {
    "indexer_n_heads": 4,
    "indexer_kv_heads": 1,
    "indexer_head_dim": 8,
    "indexer_budget": 8,
    "indexer_compress_ratio": 4,
}
_COMPASS = {"rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 1e4}}}
_HALF_ROPE = {"rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 0]}}

OVERRIDES: dict[str, Override] = {
    "audio-spectrogram-transformer": Override({"max_length": 64}, {"input_values": _random(1, 64, 128)}),
    "autoformer": _SERIES,
    "bailing_hybrid": Override({**_HYBRID, "head_dim": 8, "qk_rope_head_dim": 8}),
    "bamba": Override({"attn_layer_indices": [1], "mamba_n_heads": 8, "mamba_d_head": 8}),
    "blip_2_qformer": Override(
        {"encoder_hidden_size": 32},
        {"query_embeds": _random(1, 8, "hidden_size"), "encoder_hidden_states": _random(1, 17, 32)},
    ),
    "big_bird": Override({"attention_type": "original_full"}),
    "blip-2": Override({"image_token_index": 120}),
    "chameleon": Override({"vocabulary_map": {"<image>": 120}}),
    "cohere_compass": Override({"text_config": _COMPASS}),
    "cohere_compass_text": Override(_COMPASS),
    "dbrx": Override({"attn_config": {"rope_theta": 1e4, "clip_qkv": 8.0}}),
    "decision_transformer": Override(
        {},
        {
            "states": _random(1, 5, "state_dim"),
            "actions": _random(1, 5, "act_dim"),
            "rewards": _random(1, 5, 1),
            "returns_to_go": _random(1, 5, 1),
            "timesteps": lambda config: torch.arange(5)[None],
        },
    ),
    "deepseek_ocr2": Override({"text_config": {"mlp_layer_types": ["dense", "dense"]}}),
    "dia": Override({}, {"decoder_input_ids": _ids(1, 11, 9)}),
    "diffusion_gemma": Override({"text_config": {"moe_intermediate_size": 16, "top_k_experts": 2}}),
    "dots1": Override({"n_shared_experts": 1}),
    "donut-swin": Override(_SWIN),
    "efficientloftr": Override({}, _PAIR),
    "emu3": Override({"vocabulary_map": {"<image>": 120, "<|extra_200|>": 121}}),
    "fun_asr_nano": Override({"adaptor_config": {"intermediate_size": 8}}),
    "fun_asr_nano_encoder": Override(
        {}, {"input_features": _random(1, 64, 560), "input_features_mask": _ones(1, 64)}
    ),
    "gemma4_assistant": Override(
        {"text_config": {"hidden_size_per_layer_input": 0, "vocab_size_per_layer_input": 0}}
    ),
    "glm4v_moe": Override({"text_config": _HALF_ROPE}),
    "glm4v_moe_text": Override(_HALF_ROPE),
    "glm5_next": Override({"text_config": {"index_topk": 16}}),
    "glm5_next_text": Override({"index_topk": 16}),
    "gpt_neo": Override({"attention_types": [[["global", "local"], 1]], "window_size": 8}),
    "granite_speech5_ctc": Override({}, {"input_features": _random(1, 64, 320)}),
    "granite_speech5_encoder": Override({}, {"input_features": _random(1, 64, 320)}),
    "granitemoehybrid": Override({**_HYBRID, "mamba_n_heads": 8, "mamba_d_head": 8}),
    "grounding-dino": Override({}, _LARGE),
    "informer": _SERIES,
    "instructblip": Override({"image_token_index": 120}, {"qformer_input_ids": _ids(1, 9)}),
    "instructblipvideo": Override(
        {"video_token_index": 120},
        {"pixel_values": _random(1, 4, 3, 64, 64), "qformer_input_ids": _ids(1, 9)},
    ),
    "jamba": Override({"attn_layer_period": 2, "attn_layer_offset": 1, "use_mamba_kernels": False}),
    "kimi_linear": Override(_HYBRID),
    "kyutai_speech_to_text": Override({}, {"input_ids": _ids(1, 11, 33)}),
    "kosmos-2": Override(
        {"latent_query_num": 4},
        {"image_embeds_position_mask": lambda config: (torch.arange(22) < 4)[None].long()},
    ),
    "lfm2_moe": Override({"num_hidden_layers": 2, "layer_types": ["conv", "full_attention"]}),
    "lightglue": Override({}, _PAIR),
    "lxmert": Override(
        {}, {"visual_feats": _random(1, 9, "visual_feat_dim"), "visual_pos": _random(1, 9, 4)}
    ),
    "mamba2": Override({"num_heads": 8, "head_dim": 8}),
    "mm-grounding-dino": Override({}, _LARGE),
    "molmo2": Override({"adapter_config": {"vision_feature_layer": [1, 0]}}),
    "moonshine_streaming": Override({"num_key_value_heads": 4}),
    "muse_glimmer_vision": Override({}, {"pixel_values": _random(16, 1176)}),
    "muse_spark_vision": Override({}, {"pixel_values": _random(16, 1176)}),
    "kimi_k25_vision": Override({}, {"pixel_values": _random(16, 3, 14, 14)}),
    "musicgen": Override(inputs={"decoder_input_ids": _ids(4, 11)}, model="MusicgenForConditionalGeneration"),
    "musicgen_melody": Override(model="MusicgenMelodyForConditionalGeneration"),
    "neomme": Override({"head_dim": 16}),
    "oneformer": Override({}, {"task_inputs": _ids(1, 77)}),
    "patchtsmixer": Override({}, {"past_values": _random(1, "context_length", "num_input_channels")}),
    "patchtst": Override({}, {"past_values": _random(1, "context_length", "num_input_channels")}),
    "perceiver": Override({}, {"inputs": _random(1, 20, "d_model")}),
    "pi0": Override({}, {"action_embeds": _random(1, 5, 32)}),
    "pix2struct": Override(
        {"vision_config": {"patch_embed_hidden_size": 768}}, {"flattened_patches": _flattened_patches}
    ),
    "pvt": Override({"image_size": 224}),
    "qwen4_exp": Override({"text_config": _QWEN4}),
    "qwen4_exp_text": Override(_QWEN4),
    "qwen3_asr_encoder": Override(
        {}, {"input_features": _random(1, "num_mel_bins", 200), "input_features_mask": _ones(1, 200)}
    ),
    "recurrent_gemma": Override({"num_hidden_layers": 3, "attention_window_size": 8}),
    "reformer": Override(
        {
            "attn_layers": ["local", "lsh"],
            "axial_pos_embds": False,
            "max_position_embeddings": 64,
            "local_attn_chunk_length": 8,
            "lsh_attn_chunk_length": 8,
            "num_buckets": 2,
        }
    ),
    "sam": Override({"vision_config": {"output_channels": 32, "num_pos_feats": 16}}),
    "sam_hq": Override({"vision_config": {"output_channels": 32, "num_pos_feats": 16}}),
    "sam2": Override({"vision_config": {"backbone_config": {"hidden_size": 96}}}),
    "sam2_hiera_det_model": Override({"hidden_size": 96}),
    "sam2_vision_model": Override({"backbone_config": {"hidden_size": 96}}),
    "seggpt": Override(
        {"image_size": [64, 32], "patch_size": 16},
        {
            "pixel_values": _random(1, 3, 32, 32),
            "prompt_pixel_values": _random(1, 3, 32, 32),
            "prompt_masks": _random(1, 3, 32, 32),
        },
    ),
    "shieldgemma2": Override({"mm_tokens_per_image": 4}),
    "siglip2": Override({}, _NAFLEX),
    "siglip2_vision_model": Override({}, _NAFLEX),
    "speecht5": Override(model="SpeechT5ForSpeechToText"),
    "superglue": Override({}, _PAIR),
    "swin": Override(_SWIN),
    "t5gemma2_encoder": Override({"text_config": {"dropout_rate": 0.0}}),
    "time_series_transformer": _SERIES,
    "timesfm": Override(
        {},
        {"past_values": _random(1, 128), "past_values_padding": _zeros(1, 128), "freq": _zeros(1, 1)},
    ),
    "timesfm2_5": Override({}, {"past_values": _random(1, 128), "past_values_padding": _zeros(1, 128)}),
    "tvp": Override({"visual_prompt_size": 64, "max_img_size": 128}),
    "video_llama_3_vision": Override({}, {"merge_sizes": _ones(1)}),
    "videoprism": Override({}, {"pixel_values_videos": _random(1, "num_frames", 3, 64, 64)}),
    "xmod": Override({"default_language": "en_XX"}),
    "zamba": Override(
        {
            "num_hidden_layers": 3,
            "layers_block_type": ["linear_attention", "hybrid", "hybrid"],
            "use_mamba_kernels": False,
        }
    ),
    "zamba2": Override({"layers_block_type": ["linear_attention", "hybrid"], "use_mem_rope": True}),
}

# Only depth and vocabulary of these are shrunk: their widths depend on each other.
DEEP = {
    "align",
    "bridgetower",
    "bros",
    "deformable_detr",
    "efficientnet",
    "florence2",
    "layoutlmv3",
    "lilt",
    "lightglue",
    "mimi",
    "superglue",
    "superpoint",
    "zoedepth",
}
