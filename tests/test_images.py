"""Models that read images: alone, beside a text, and within it."""

import sys

import numpy as np
import pytest
import torch
import transformers
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

import attnviz
from attnviz.cli import main
from attnviz.errors import InvalidImage, InvalidOption, UnsupportedModel
from attnviz.tokens import Grid, with_image
from tests.images import TEXT, clip_pixels, image_tokenizer
from tests.tiny import sharpen

GIVEN = object()
PATCHES = [f"▦{row},{column}" for row in range(1, 5) for column in range(1, 5)]


def _eager(model, **inputs):
    """A model's own weights, from a separate run with eager attention."""
    implementation = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            return model(**inputs, output_attentions=True)
    finally:
        model.set_attn_implementation(implementation)


def _assert_equal(trace, kind, expected):
    assert trace.groups[kind].layers == len(expected)
    for layer, weights in enumerate(expected):
        np.testing.assert_allclose(trace.attention(layer, kind=kind), weights[0].numpy(), atol=1e-5, rtol=0)


def test_a_vision_model_attends_between_patches_with_their_place(vit_folder, picture):
    lens = attnviz.load(vit_folder)
    trace = lens.trace(image=picture)
    assert trace.tokens.labels == ["[CLS]", *PATCHES]
    assert trace.tokens.boxes[0] is None
    assert trace.tokens.boxes[1 + 4 * 2 + 3] == (0.75, 0.5, 1.0, 0.75)
    pixels = ViTImageProcessorPil(size={"height": 24, "width": 24})(images=picture, return_tensors="pt")
    _assert_equal(trace, "encoder", _eager(lens.model, **pixels).attentions)


def test_the_image_is_kept_as_the_model_sees_it(clip_folder):
    """Two halves: the middle square is cut out of them, and the colours come back."""
    halves = np.zeros((24, 48, 3), dtype=np.uint8)
    halves[:, 24:] = [250, 100, 20]
    trace = attnviz.load(clip_folder).trace(image=halves)
    assert trace.image.shape == (24, 24, 3)
    assert abs(trace.image[:, -6:].astype(int) - [250, 100, 20]).max() <= 1
    assert trace.image[:, :6].max() <= 1


@pytest.mark.parametrize("kind", ["path", "array", "picture"])
def test_images_come_as_files_arrays_or_pictures(vit_folder, picture, tmp_path, kind):
    picture.save(tmp_path / "cat.png")
    given = {"path": tmp_path / "cat.png", "array": np.asarray(picture), "picture": picture}[kind]
    lens = attnviz.load(vit_folder)
    np.testing.assert_array_equal(
        lens.trace(image=given).attention(1), lens.trace(image=picture).attention(1)
    )


def test_both_towers_are_found_and_named(clip_folder, picture):
    lens = attnviz.load(clip_folder)
    trace = lens.trace("a cat", image=picture)
    assert list(trace.groups) == ["text", "vision"]
    assert trace.notes == []
    assert trace.groups["text"].query_tokens is trace.tokens
    assert trace.groups["vision"].query_tokens.labels == ["[CLS]", *PATCHES]
    inputs = {
        "input_ids": torch.tensor([trace.tokens.ids]),
        "pixel_values": clip_pixels()(images=picture, return_tensors="pt")["pixel_values"],
    }
    expected = _eager(lens.model, **inputs)
    _assert_equal(trace, "text", expected.text_model_output.attentions)
    _assert_equal(trace, "vision", expected.vision_model_output.attentions)


def test_one_tower_runs_alone_where_only_one_has_something_to_read(clip_folder, picture):
    lens = attnviz.load(clip_folder)
    assert list(lens.trace("a cat").groups) == ["text"]
    assert list(lens.trace(image=picture).groups) == ["vision"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a <image> cat", ["[CLS]", "a", *PATCHES, "cat", "[SEP]"]),
        ("a cat", ["[CLS]", *PATCHES, "a", "cat", "[SEP]"]),
        ("<image>", ["[CLS]", *PATCHES, "[SEP]"]),
    ],
)
def test_patches_stand_in_the_text_as_tokens(llava, picture, text, labels):
    trace = llava.trace(text, image=picture)
    assert trace.tokens.labels == labels
    assert [box is not None for box in trace.tokens.boxes] == [label.startswith("▦") for label in labels]
    assert list(trace.groups) == ["text", "vision"]
    assert trace.notes == []
    pixels = clip_pixels()(images=picture, return_tensors="pt")["pixel_values"]
    expected = _eager(llava.model, input_ids=torch.tensor([trace.tokens.ids]), pixel_values=pixels)
    _assert_equal(trace, "text", expected.attentions)


def test_patches_that_are_merged_are_listed_by_blocks():
    assert [*Grid(2, 4, block=2).places()] == [
        *[(0, 0), (0, 1), (1, 0), (1, 1)],
        *[(0, 2), (0, 3), (1, 2), (1, 3)],
    ]


def test_a_model_that_merges_patches_names_both_kinds(picture):
    torch.manual_seed(0)
    tokenizer = image_tokenizer()
    config = transformers.Qwen2VLConfig(
        text_config={
            **TEXT,
            "num_key_value_heads": 2,
            "head_dim": 8,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [1, 1, 2]},
        },
        vision_config={
            "depth": 2,
            "embed_dim": 32,
            "hidden_size": 32,
            "num_heads": 4,
            "patch_size": 4,
            "mlp_ratio": 2,
            "temporal_patch_size": 2,
            "spatial_merge_size": 2,
        },
        image_token_id=tokenizer.image_token_id,
    )
    pixels = Qwen2VLImageProcessorPil(patch_size=4, merge_size=2, min_pixels=64, max_pixels=384)

    class Processor:
        """What Qwen2VLProcessor does with one image; that class itself wants torchvision, for videos."""

        image_processor = pixels
        image_token = "<image>"

        def __init__(self):
            self.tokenizer = tokenizer

        def __call__(self, text, images, return_tensors):
            found = pixels(images=images, return_tensors=return_tensors)
            merged = int(found["image_grid_thw"][0].prod()) // 4
            ids = tokenizer(text.replace("<image>", "<image>" * merged), return_tensors="pt")["input_ids"]
            types = (ids == tokenizer.image_token_id).long()
            return {**found, "input_ids": ids, "mm_token_type_ids": types}

    model = sharpen(transformers.Qwen2VLModel(config))
    trace = attnviz.load(model=model, tokenizer=tokenizer, processor=Processor()).trace(
        "a cat", image=picture
    )
    _, rows, columns = pixels(images=picture, return_tensors="pt")["image_grid_thw"][0].tolist()
    vision = trace.groups["vision"].query_tokens
    assert len(vision) == rows * columns
    assert vision.labels[:5] == ["▦1,1", "▦1,2", "▦2,1", "▦2,2", "▦1,3"]
    assert [label for label in trace.tokens.labels if label.startswith("▦")] == [
        f"▦{row + 1},{column + 1}" for row in range(rows // 2) for column in range(columns // 2)
    ]


def test_pages_carry_every_table_of_tokens(clip_folder, picture, tmp_path):
    trace = attnviz.load(clip_folder).trace("a cat", image=picture)
    assert trace.explore().save(tmp_path / "page.html").stat().st_size > 50_000


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"image": "nowhere.png"}, InvalidImage, "'nowhere.png' cannot be read"),
        ({"image": np.zeros((3, 3))}, InvalidImage, r"float64 \(3, 3\)"),
        ({"image": GIVEN, "text": "a cat"}, InvalidOption, "ViTModel reads images alone"),
        ({"image": GIVEN, "generate": 3}, InvalidOption, "leave pair, target, messages and generate out"),
        ({"text": "a cat"}, InvalidOption, "reads images alone: pass image="),
    ],
)
def test_what_cannot_be_read_is_refused(vit_folder, picture, options, error, message):
    given = {name: picture if value is GIVEN else value for name, value in options.items()}
    with pytest.raises(error, match=message):
        attnviz.load(vit_folder).trace(**given)


def test_a_model_of_texts_reads_no_images(tiny_lens, picture):
    with pytest.raises(UnsupportedModel, match="pass processor="):
        tiny_lens("BERT").trace("a cat", image=picture)


def test_without_pillow_the_error_names_what_installs_it(vit_folder, picture, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(UnsupportedModel, match=r"pip install 'attnviz\[image\]'"):
        attnviz.load(vit_folder).trace(image=picture)


def test_the_command_line_reads_an_image(vit_folder, picture, tmp_path, capsys):
    picture.save(tmp_path / "cat.png")
    with pytest.raises(SystemExit, match="0"):
        main(
            ["view", str(vit_folder), "--image", str(tmp_path / "cat.png"), "-o", str(tmp_path / "page.html")]
        )
    assert capsys.readouterr().out.endswith("page.html\n")
    with pytest.raises(SystemExit, match="2"):
        main(["view", str(vit_folder), "--image", "nowhere.png", "-o", str(tmp_path / "page.html")])
    assert capsys.readouterr().err.startswith("attnviz: The image 'nowhere.png' cannot be read")


def test_patches_in_rows_with_tokens_between_have_no_place_that_is_guessed():
    """As Pixtral writes them: four rows of nine, which could be taken for six by six."""
    tokens = attnviz.tokenize(image_tokenizer(), "a <image> cat")
    row = [9] * 9 + [4]
    ids = [*tokens.ids[:2], *row * 4, *tokens.ids[3:]]
    found = with_image(tokens, ids, 9, Grid(6, 6))
    assert found.boxes == [None] * len(ids)
    assert found.labels[2:5] == ["▦1", "▦2", "▦3"]


def test_an_image_without_pixels_is_refused(vit_folder):
    with pytest.raises(InvalidImage, match="is 5 × 0 pixels"):
        attnviz.load(vit_folder).trace(image=np.zeros((0, 5, 3), dtype=np.uint8))


def test_positions_of_patches_are_no_limit_for_the_text(llava):
    assert llava._limit("encoder") == 64
