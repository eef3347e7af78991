"""Inputs by the names in a model's `forward`: one text, one image or one sound, without padding."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch

LENGTH, TARGET_LENGTH = 22, 11
# Below this no configuration of ours names a token, so that nothing but text is read.
_FIRST, _LAST = 8, 99


def text(length: int) -> torch.Tensor:
    """Ids of a text, `[1, token]`."""
    return torch.randint(_FIRST, _LAST, (1, length))


def _ids(config: Any) -> torch.Tensor:
    return text(LENGTH)


def _decoder_ids(config: Any) -> torch.Tensor:
    return text(TARGET_LENGTH)


def _boxes(config: Any) -> torch.Tensor:
    """Boxes of the tokens on a page, `[1, token, 4]`: left, top, right, bottom."""
    corners = torch.randint(0, 50, (1, LENGTH, 2))
    return torch.cat([corners, corners + torch.randint(1, 40, (1, LENGTH, 2))], dim=-1)


def _pixels(config: Any) -> torch.Tensor:
    height, width = _sides(_find(config, "image_size", 64))
    return torch.randn(1, int(_find(config, "num_channels", 3)), height, width)


def _sides(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[-1])


def _video(config: Any) -> torch.Tensor:
    frames = _find(config, "num_frames", _find(config, "frames_per_clip", 8))
    return _pixels(config).expand(1, frames, -1, -1, -1)[:].clone()


def _mel(config: Any) -> torch.Tensor:
    """A spectrogram as whisper takes it, `[1, mel, frame]`; its length is fixed by the configuration."""
    bins = _find(config, "num_mel_bins", _find(config, "feature_size", 80))
    return torch.randn(1, bins, 2 * _find(config, "max_source_positions", 60))


def _frames(config: Any) -> torch.Tensor:
    """A spectrogram, `[1, frame, mel]`."""
    bins = _find(config, "input_feat_per_channel", _find(config, "num_mel_bins", _find(config, "feature_size", 80)))
    return torch.randn(1, 120, bins)


def _sound(config: Any) -> torch.Tensor:
    return torch.randn(1, 8000)


MAKERS: dict[str, Callable[[Any], torch.Tensor]] = {
    "input_ids": _ids,
    "decoder_input_ids": _decoder_ids,
    "bbox": _boxes,
    "pixel_values": _pixels,
    "input_features": _frames,
    "input_values": _sound,
}
# Alone these are what a model reads; beside others they are one more thing that it could.
_ALONE: dict[str, Callable[[Any], torch.Tensor]] = {
    "pixel_values_videos": _video,
    "waveform": _sound,
}


def _find(config: Any, name: str, default: Any) -> Any:
    """A value of a configuration or of the first sub-configuration that has it."""
    if getattr(config, name, None) is not None:
        return getattr(config, name)
    for key in config.sub_configs_defaults:
        sub = getattr(config, key, None)
        if sub is not None and (found := _find(sub, name, None)) is not None:
            return found
    return default


def inputs(model: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """What `forward` of a model wants, as far as names tell."""
    names = list(inspect.signature(model.forward).parameters)
    found = {name: make for name, make in MAKERS.items() if name in names}
    if not found:
        found = {name: make for name, make in _ALONE.items() if name in names}
    if not model.config.is_encoder_decoder:
        found.pop("decoder_input_ids", None)
    return {name: make(model.config) for name, make in found.items() if name not in leave_out}
