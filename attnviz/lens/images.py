"""Images as a model is given them: pixels by its processor, patches as tokens.

Three kinds of models read images: those that read nothing else (ViT), those with one tower for images and
one for texts (CLIP), and those whose text holds the patches as tokens (LLaVA, Qwen2-VL).
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from attnviz import hub
from attnviz.errors import InvalidImage, InvalidOption, UnsupportedModel
from attnviz.lens.reading import Reading
from attnviz.tokens import Grid, patch_tokens, with_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from attnviz.capture import Kind, Side
    from attnviz.tokens import Tokens


def reads_images_alone(model: Any) -> bool:
    """Whether a model takes images and no text (ViT, DINOv2, Swin, …)."""
    config = model.config
    both = hasattr(config, "vision_config") or getattr(config, "is_encoder_decoder", False)
    return model.main_input_name == "pixel_values" and not both


def load_processor(name: str, *, trust_remote_code: bool = False) -> Any:
    """What makes pixels of an image for the model of a folder or name.

    Raises:
        UnsupportedModel: there is none, or it needs what is not installed.
    """
    _require_pillow()
    import transformers

    auto: Any = transformers
    try:
        try:
            return auto.AutoProcessor.from_pretrained(
                name, backend="pil", trust_remote_code=trust_remote_code
            )
        except (OSError, ValueError):
            return auto.AutoImageProcessor.from_pretrained(
                name, backend="pil", trust_remote_code=trust_remote_code
            )
    except Exception as error:  # Broken files raise whatever their parsers raise.
        raise UnsupportedModel(
            f"The image processor of {name!r} cannot be loaded ({hub.first_line(error)}): pass processor=."
        ) from error


def opened(image: Any) -> Any:
    """An image in RGB: from a file, an array `[height, width, 3]` of bytes, or as it is.

    Raises:
        InvalidImage: none of these.
    """
    _require_pillow()
    from PIL import Image

    if isinstance(image, str | Path):
        if "://" in str(image):
            raise InvalidImage(f"{str(image)!r} is an address, and attnviz fetches nothing: pass a file.")
        try:
            with Image.open(image) as file:
                return file.convert("RGB")
        except Exception as error:  # Decoders raise what they like.
            raise InvalidImage(
                f"The image {str(image)!r} cannot be read: {hub.first_line(error)}."
            ) from error
    if isinstance(image, Image.Image):
        return image.convert("RGB")
    array = np.asarray(image)
    if array.ndim != 3 or array.shape[2] != 3 or array.dtype != np.uint8:
        raise InvalidImage(
            f"An image is a file, a PIL image, or uint8 [height, width, 3], not {array.dtype} {array.shape}."
        )
    return Image.fromarray(array)


def _require_pillow() -> None:
    if importlib.util.find_spec("PIL") is None:
        raise UnsupportedModel("Images need Pillow: pip install 'attnviz[image]'")


def read_image(
    model: Any, processor: Any, image: Any, text: str | None, read: Callable[[str], Tokens]
) -> Reading:
    """An image, alone or with a text, as the model is given it.

    Args:
        model: the model.
        processor: makes its inputs.
        image: what `opened` takes.
        text: read with the image. In models whose text holds the image, it is put in front where the text
            has no placeholder for it.
        read: tokenizes a text.

    Raises:
        InvalidImage: the image cannot be read.
        InvalidOption: a text for a model that reads none.
        UnsupportedModel: the model reads no images, or its processor does something unknown.
    """
    picture = opened(image)
    if 0 in picture.size:
        raise InvalidImage(f"The image is {picture.width} × {picture.height} pixels: give another.")
    name = Path(image).name if isinstance(image, str | Path) else "image"
    pixels_of = getattr(processor, "image_processor", processor)
    image_token = getattr(processor, "image_token", None)
    if text is not None and image_token is not None:
        return _within_text(model, processor, picture, name=name, text=text, read=read)
    if text is not None and reads_images_alone(model):
        raise InvalidOption(f"{type(model).__name__} reads images alone: leave the text out.")
    if model.main_input_name != "pixel_values" and not hasattr(model.config, "vision_config"):
        raise UnsupportedModel(f"{type(model).__name__} reads no images: leave image= out.")
    inputs = dict(_processed(pixels_of, images=picture, return_tensors="pt"))
    grid = _vision_grid(model, inputs)
    vision = _side(name, grid)
    shown = _seen(inputs["pixel_values"], pixels_of, picture)
    if text is None:
        patches = None if grid is None else patch_tokens(name, grid, grid.rows * grid.columns)
        if patches is None:
            raise UnsupportedModel(f"How {type(model).__name__} cuts an image into patches is not known.")
        kind: Kind = "vision" if hasattr(model.config, "vision_config") else "encoder"
        return Reading(patches, None, _placed(model, inputs), {kind: (vision, vision)}, image=shown)
    reading = Reading.of(model, read(text))
    return replace(
        reading,
        inputs=_placed(model, {**inputs, **reading.inputs}),
        sides={**reading.sides, "vision": (vision, vision)},
        image=shown,
    )


def _within_text(
    model: Any,
    processor: Any,
    picture: Any,
    *,
    name: str,
    text: str,
    read: Callable[[str], Tokens],
) -> Reading:
    """A text in which patches are tokens."""
    image_token: str = processor.image_token
    if image_token not in text:
        text = image_token + text
    if text.count(image_token) > 1:
        raise InvalidOption(f"The text has {text.count(image_token)} places for an image: one is read.")
    inputs = dict(_processed(processor, text=text, images=picture, return_tensors="pt"))
    ids = inputs["input_ids"][0].tolist()
    image_id = processor.tokenizer.convert_tokens_to_ids(image_token)
    grid = _vision_grid(model, inputs)
    tokens = with_image(read(text), ids, image_id, _text_grid(grid, inputs, ids.count(image_id)))
    if tokens is None:
        raise UnsupportedModel(
            f"{type(processor).__name__} writes the image into the text in a way that is not known, so its "
            "patches cannot be told from the words."
        )
    vision = _side(name, grid)
    reading = Reading.of(model, tokens)
    return replace(
        reading,
        inputs=_placed(model, inputs),
        sides={**reading.sides, "vision": (vision, vision)},
        image=_seen(inputs["pixel_values"], processor.image_processor, picture),
    )


def _processed(processor: Any, **given: Any) -> Any:
    try:
        return processor(**given)
    except Exception as error:  # Processors check what they are given, each in its own way.
        raise UnsupportedModel(
            f"{type(processor).__name__} cannot read the image: {hub.first_line(error)}"
        ) from error


def _placed(model: Any, inputs: dict[str, Any]) -> dict[str, Any]:
    """Tensors where the model is, and in its precision."""
    parameter = next(model.parameters())
    return {
        name: tensor.to(parameter.device, parameter.dtype if tensor.is_floating_point() else None)
        for name, tensor in inputs.items()
        if hasattr(tensor, "is_floating_point")
    }


def _vision_grid(model: Any, inputs: dict[str, Any]) -> Grid | None:
    """The patches that the vision model attends between; None where their order is not known."""
    config = getattr(model.config, "vision_config", model.config)
    if "image_grid_thw" in inputs:
        if getattr(config, "window_size", None):  # Qwen2.5-VL lists its patches by windows.
            return None
        _, rows, columns = inputs["image_grid_thw"][0].tolist()
        return Grid(rows, columns, config.spatial_merge_size)
    size = getattr(config, "patch_size", None)
    pixels = inputs["pixel_values"]
    if size is None or pixels.dim() != 4:
        return None
    height, width = (size, size) if isinstance(size, int) else size
    return Grid(pixels.shape[2] // height, pixels.shape[3] // width)


def _side(name: str, grid: Grid | None) -> Side:
    """What the vision model's queries and keys stand for."""
    if grid is None:
        return lambda _count: None
    return cache(partial(patch_tokens, name, grid))  # Queries and keys are the same tokens.


def _text_grid(vision: Grid | None, inputs: dict[str, Any], patches: int) -> Grid | None:
    """Rows and columns of the patches in a text: those of the vision model, or squares of them merged.

    None where neither gives their number (tiles, and rows that end in a token of their own).
    """
    if vision is None and "image_grid_thw" in inputs:  # Listed by windows there, and in rows here.
        _, rows, columns = inputs["image_grid_thw"][0].tolist()
        vision = Grid(rows, columns)
    if vision is None or not patches:
        return None
    side = round((vision.rows * vision.columns / patches) ** 0.5)
    if side < 1 or vision.rows % side or vision.columns % side:
        return None
    merged = Grid(vision.rows // side, vision.columns // side)
    return merged if merged.rows * merged.columns == patches else None


def _seen(pixels: Any, processor: Any, picture: Any) -> np.ndarray:
    """The image as the model sees it, cut and scaled, uint8 `[height, width, 3]`."""
    if pixels.dim() != 4 or pixels.shape[1] != 3:  # Listed by patches, of the whole image.
        return np.asarray(picture)
    array = pixels[0].float().numpy().transpose(1, 2, 0)
    mean, deviation = getattr(processor, "image_mean", None), getattr(processor, "image_std", None)
    if getattr(processor, "do_normalize", False) and mean is not None and deviation is not None:
        array = array * np.asarray(deviation) + np.asarray(mean)
    shown: np.ndarray = np.clip(np.rint(array * 255), 0, 255).astype(np.uint8)
    return shown
