"""Tiny models that read images, as fixtures that several tests share; `conftest.py` takes them in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

VISION = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "image_size": 24,
    "patch_size": 6,
}
TEXT = {
    "vocab_size": 60,
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 64,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


@pytest.fixture(scope="session")
def picture() -> Any:
    from PIL import Image

    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8))


@pytest.fixture(scope="session")
def vit_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    import transformers
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    from tests.tiny import sharpen

    folder = tmp_path_factory.mktemp("vit")
    torch.manual_seed(0)
    sharpen(transformers.ViTModel(transformers.ViTConfig(**VISION))).save_pretrained(folder)
    ViTImageProcessorPil(size={"height": 24, "width": 24}).save_pretrained(folder)
    return folder


def clip_pixels() -> Any:
    """CLIP's own preparation of an image, at the size of the tiny models."""
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    return CLIPImageProcessorPil(size={"shortest_edge": 24}, crop_size={"height": 24, "width": 24})


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    import transformers

    from tests.tiny import sharpen, word_tokenizer

    folder = tmp_path_factory.mktemp("clip")
    torch.manual_seed(0)
    config = transformers.CLIPConfig(text_config=dict(TEXT), vision_config=dict(VISION), projection_dim=16)
    sharpen(transformers.CLIPModel(config)).save_pretrained(folder)
    tokenizer = word_tokenizer(["a", "cat"])
    transformers.CLIPProcessor(image_processor=clip_pixels(), tokenizer=tokenizer).save_pretrained(folder)
    return folder


def image_tokenizer() -> Any:
    """Whole words, and the mark that stands for an image."""
    from tests.tiny import word_tokenizer

    tokenizer = word_tokenizer(["a", "cat"])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<image>"]})
    tokenizer.image_token = "<image>"
    tokenizer.image_token_id = tokenizer.convert_tokens_to_ids("<image>")
    return tokenizer


@pytest.fixture(scope="session")
def llava() -> Any:
    import torch
    import transformers

    import attnviz
    from tests.tiny import sharpen

    torch.manual_seed(0)
    tokenizer = image_tokenizer()
    config = transformers.LlavaConfig(
        vision_config=transformers.CLIPVisionConfig(**VISION),
        text_config=transformers.LlamaConfig(**TEXT, num_key_value_heads=2, head_dim=8),
        image_token_index=tokenizer.image_token_id,
        vision_feature_layer=-1,
    )
    processor = transformers.LlavaProcessor(
        image_processor=clip_pixels(),
        tokenizer=tokenizer,
        patch_size=6,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
    )
    model = sharpen(transformers.LlavaForConditionalGeneration(config))
    return attnviz.load(model=model, tokenizer=tokenizer, processor=processor)
