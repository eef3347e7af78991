"""Inputs by the names in a model's `forward`: one text, one image or one sound, without padding."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import torch

LENGTH, TARGET_LENGTH = 22, 11
# Ids from here on are text, up to those that `tests.capture.architectures` gives to other tokens.
FIRST_TEXT, FIRST_SPECIAL = 8, 100
# Patches of the image where a model takes them in a row: one frame of 4 × 4.
_GRID = (1, 4, 4)
_FRAMES = 128

Maker: TypeAlias = Callable[[Any], torch.Tensor]


def candidates(model: Any, own: Mapping[str, Maker]) -> Iterator[Callable[[], dict[str, Any]]]:
    """What a model may want to read, the richest first: names tell what it is, not always its shape.

    Args:
        own: inputs that the type is known to want, by name.
    """
    names = list(inspect.signature(model.forward).parameters)
    config = model.config
    extra = {name: make(config) for name, make in own.items()}
    known = {name: shapes for name, shapes in _SHAPES.items() if name in names and name not in own}
    if "input_ids" in names or "pixel_values" in names:
        known = {name: shapes for name, shapes in known.items() if name not in _ALONE}
    if not config.is_encoder_decoder:
        known.pop("decoder_input_ids", None)
    if "grid_thw" in names or "image_grid_thw" in names:
        known |= {name: [patches] for name in ("pixel_values", "hidden_states") if name in known}
    else:
        known.pop("hidden_states", None)
    # A generator that raised would give nothing more, so each choice is made by who asks for it.
    for shapes in itertools.product(*known.values()):
        made = dict(zip(known, shapes, strict=True))
        yield lambda made=made: _made(config, made) | extra
        yield lambda made=made: _with_placeholders(model, names, _made(config, made) | extra)
    yield lambda: _made(config, {name: known[name][0] for name in _TEXT if name in known}) | extra
    yield lambda: extra


def _made(config: Any, makers: dict[str, Maker | None]) -> dict[str, Any]:
    return {name: make(config) for name, make in makers.items() if make is not None}


def _with_placeholders(model: Any, names: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """The text with a token for every feature of the image or the sound."""
    ids = given.get("input_ids")
    for kind in ("image", "audio"):
        token = find(model.config, f"{kind}_token_id", find(model.config, f"{kind}_token_index", None))
        features = getattr(model, f"get_{kind}_features", None)
        if ids is None or token is None or features is None:
            continue
        wanted = inspect.signature(features).parameters
        with torch.no_grad():
            found = features(**{name: value for name, value in given.items() if name in wanted})
        tensors = _tensors(getattr(found, "pooler_output", found))
        count = sum(each[..., 0].numel() for each in tensors)
        if not count:
            continue
        ids = torch.cat([ids[:, :3], torch.full((1, count), token), ids[:, 3:]], dim=1)
        given = given | {"input_ids": ids}
        for name in ("mm_token_type_ids", "token_type_ids"):
            if name in names:
                given[name] = (ids == token).long()
    return given


def _tensors(value: Any) -> list[torch.Tensor]:
    return [value] if torch.is_tensor(value) else [each for part in value for each in _tensors(part)]


def text(config: Any, length: int = LENGTH) -> torch.Tensor:
    """Ids of a text, `[1, token]`, that no configuration gives another meaning."""
    last = min(FIRST_SPECIAL, find(config, "vocab_size", FIRST_SPECIAL))
    places = find(config, "max_position_embeddings", length)
    length = min(length, places) if places > 0 else length  # XLNet says -1 for no limit.
    return torch.randint(FIRST_TEXT, last, (1, length))


def _target(config: Any) -> torch.Tensor:
    return text(config, TARGET_LENGTH)


def _boxes(config: Any) -> torch.Tensor:
    """Boxes of the tokens on a page, `[1, token, 4]`: left, top, right, bottom."""
    corners = torch.randint(0, 50, (1, LENGTH, 2))
    return torch.cat([corners, corners + torch.randint(1, 40, (1, LENGTH, 2))], dim=-1)


def image(config: Any) -> torch.Tensor:
    """`[1, channel, row, column]`."""
    size = find(config, "image_size", 64)
    height, width = (size, size) if isinstance(size, int) else (size[0], size[-1])
    return torch.randn(1, int(find(config, "num_channels", find(config, "in_channels", 3))), height, width)


def _images(config: Any) -> torch.Tensor:
    """`[1, image, channel, row, column]`: a text's images, or a video's frames."""
    count = find(config, "num_frames", find(config, "frames_per_clip", 1))
    return torch.cat([image(config) for _ in range(count)])[None]


def patches(config: Any) -> torch.Tensor:
    """Patches of an image in a row, `[patch, channel · frame · row · column]`."""
    vision = getattr(config, "vision_config", config)
    size = find(vision, "patch_size", 14)
    frames = find(vision, "temporal_patch_size", 1)
    channels = find(vision, "in_channels", find(vision, "num_channels", 3))
    return torch.randn(_GRID[1] * _GRID[2], channels * frames * size * size)


def _grid(config: Any) -> torch.Tensor:
    return torch.tensor([_GRID])


def _mel_bins(config: Any) -> int:
    for name in (
        "input_feat_per_channel",
        "num_mel_bins",
        "n_mels",
        "feature_size",
        "feature_projection_input_dim",
    ):
        if (found := find(config, name, None)) is not None:
            return int(found)
    return int(find(config, "input_dim", 80))


def _length(config: Any) -> int:
    return 2 * find(config, "max_source_positions", _FRAMES // 2)


def _frames(config: Any) -> torch.Tensor:
    """A spectrogram, `[1, frame, mel]`."""
    return torch.randn(1, _FRAMES, _mel_bins(config))


def _mel(config: Any) -> torch.Tensor:
    """A spectrogram as Whisper takes it, `[1, mel, frame]`; the configuration fixes its length."""
    return torch.randn(1, _mel_bins(config), _length(config))


def _sound(config: Any) -> torch.Tensor:
    return torch.randn(1, 8000)


def _mono(config: Any) -> torch.Tensor:
    return torch.randn(1, 1, 8000)


# What an argument of this name may look like; None where it may be left out.
_SHAPES: dict[str, list[Maker | None]] = {
    "input_ids": [text],
    "decoder_input_ids": [_target],
    "bbox": [_boxes],
    "pixel_values": [image, _images],
    "hidden_states": [patches],
    "grid_thw": [_grid],
    "image_grid_thw": [_grid],
    "image_sizes": [None, lambda config: torch.tensor([image(config).shape[-2:]])],
    "input_features": [_frames, _mel, None],
    "input_features_mask": [
        lambda config: torch.ones(1, _FRAMES, dtype=torch.long),
        lambda config: torch.ones(1, _length(config), dtype=torch.long),
    ],
    "feature_attention_mask": [
        lambda config: torch.ones(1, _FRAMES, dtype=torch.long),
        lambda config: torch.ones(1, _length(config), dtype=torch.long),
    ],
    "input_values": [_sound, _mono, _frames, None],
    "pixel_values_videos": [_images],
    "waveform": [_sound],
}
_TEXT = ("input_ids", "decoder_input_ids", "bbox")
# Read only by what reads nothing more usual.
_ALONE = ("pixel_values_videos", "waveform", "hidden_states")


def find(config: Any, name: str, default: Any) -> Any:
    """A value of a configuration, or of the first sub-configuration that has it."""
    if getattr(config, name, None) is not None:
        return getattr(config, name)
    for key in config.sub_configs_defaults:
        sub = getattr(config, key, None)
        if sub is not None and (found := find(sub, name, None)) is not None:
            return found
    return default
