"""Traces as files: what comes back is what was saved, and a file that is not right says so in a sentence."""

import copy
import json
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load

import attnviz
from attnviz.capture import AttentionGroup, ModelFacts, Trace, stored
from attnviz.capture.bias import Bias
from attnviz.capture.layer import AttentionLayer, Formula, Kept
from attnviz.capture.records import MalformedRecord, read, written
from attnviz.errors import InvalidOption, OutputError, UnsupportedModel
from attnviz.tokens import Grid, Tokens, patch_tokens, tokens_of_strings
from attnviz.views import View
from attnviz.views.payload import build
from tests.capture.alone import run_without_transformers
from tests.tiny import tiny_model, word_tokenizer

TEXT, PAIR = "the cat sat on the mat because it was tired", "the dog saw it"


def _traced(family: str, *, pair: str | None = None, target: str | None = None, dtype=None):
    def trace(tiny_lens, demo_lens):
        lens = tiny_lens(family)
        if dtype is not None:
            model = copy.deepcopy(tiny_model(family)).to(dtype)
            lens = attnviz.load(model=model, tokenizer=lens.tokenizer)
        return lens.trace(TEXT, pair, target)

    return trace


def _chat(tiny_lens, demo_lens):
    tokenizer = word_tokenizer(["猫", "は", "user"])
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }} {{ m.content }} {% endfor %}"
    lens = attnviz.load(model=tiny_model("BERT"), tokenizer=tokenizer)
    return lens.trace(messages=[{"role": "user", "content": "猫 は"}, {"role": "assistant", "content": "猫"}])


def _kept(tiny_lens, demo_lens):
    """One layer of three has weights only."""
    trace = tiny_lens("BERT").trace(TEXT)
    group = trace.group()
    weights = torch.tensor(group[0].weights())
    layers = (group[0], replace(group[1], source=Kept(weights), tier="outputs"), group[1])
    return replace(trace, groups={"encoder": replace(group, _layers=layers)}, notes=["猫\ud800 <b>"])


def _beside_an_image(tiny_lens, demo_lens):
    """A tower for texts and one for images, whose patches are a table of their own."""
    trace = tiny_lens("BERT").trace(TEXT)
    patches = patch_tokens("image", Grid(2, 2), 5)
    source = Formula(torch.randn(2, 5, 4), torch.randn(2, 5, 4), 0.5, Bias(5, 5))
    vision = AttentionGroup("vision", patches, patches, (AttentionLayer("v", source, "adapter", 4),))
    image = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)[:, ::-1]
    return replace(trace, groups={"text": replace(trace.group(), kind="text"), "vision": vision}, image=image)


TRACES = {
    "BERT": _traced("BERT"),
    "GPT-2": _traced("GPT-2"),
    "Llama, which groups queries": _traced("Llama"),
    "T5 with a target": _traced("T5", target=PAIR),
    "T5 without one": _traced("T5"),
    "BART, a window less": _traced("BART", target=PAIR),
    "GPT-OSS with sinks": _traced("GPT-OSS"),
    "Gemma 2 with softcap and window": _traced("Gemma 2"),
    "ModernBERT with windows to both sides": _traced("ModernBERT"),
    "Bloom with a bias by key": _traced("Bloom"),
    "DeBERTa-v2 with a dense bias": _traced("DeBERTa-v2"),
    "a pair": _traced("BERT", pair=PAIR),
    "bfloat16": _traced("Llama", dtype=torch.bfloat16),
    "float16": _traced("T5", target=PAIR, dtype=torch.float16),
    "sinks in bfloat16": _traced("GPT-OSS", dtype=torch.bfloat16),
    "a chat": _chat,
    "a text beside an image": _beside_an_image,
    "kept weights": _kept,
    "a Japanese text": lambda _, demo: demo.trace(
        "東北大学で㍿の自然言語処理を研究しています。", "猫が𠮷を見た。"
    ),
    "a truncated text": lambda _, demo: demo.trace("猫 " * 100, truncate=True),
    "weights from elsewhere": lambda *_: attnviz.from_attentions([np.eye(3)[None]], ["[CLS]", "猫", "が"]),
}


@pytest.fixture(params=TRACES)
def saved(request, tiny_lens, demo_lens, tmp_path):
    """A trace, and the same opened from its file."""
    trace = TRACES[request.param](tiny_lens, demo_lens)
    return trace, attnviz.open_trace(trace.save(tmp_path / "x.safetensors"))


def test_tokens_notes_and_names_come_back(saved):
    trace, opened = saved
    assert opened.tokens == trace.tokens
    assert opened.target_tokens == trace.target_tokens
    assert list(opened.notes) == list(trace.notes)
    assert opened.model == trace.model
    assert np.array_equal(opened.image, trace.image)
    assert list(opened.groups) == list(trace.groups)


def test_tables_that_were_one_are_one_again(saved):
    pairs = [(each.tokens, each.target_tokens) for each in saved]
    for kind in saved[0].groups:
        for i, each in enumerate(saved):
            pairs[i] += (each.groups[kind].query_tokens, each.groups[kind].key_tokens)
    alike = [[one is other for one in tables for other in tables] for tables in pairs]
    assert alike[0] == alike[1]
    assert pairs[0] == pairs[1]


def test_weights_queries_and_keys_come_back_to_the_last_bit(saved):
    trace, opened = saved
    for kind, group in trace.groups.items():
        for i in range(group.layers):
            before, after = group[i], opened.groups[kind][i]
            assert np.array_equal(before.weights(), after.weights())
            assert (before.name, before.tier, before.windows) == (after.name, after.tier, after.windows)
            if before.formula is None:
                assert after.formula is None
                continue
            for name in ("query", "key", "sinks"):
                ours, theirs = getattr(before.formula, name), getattr(after.formula, name)
                assert ours is theirs is None or (ours.dtype == theirs.dtype and torch.equal(ours, theirs))
            constants = [(f.scale, f.softcap, f.rotary, f.bias.band) for f in (before.formula, after.formula)]
            assert constants[0] == constants[1]


@pytest.mark.parametrize("view", ["head", "model", "neuron", "explore"])
def test_every_view_carries_the_same(saved, view):
    trace, opened = saved
    if view == "neuron" and trace.layer(trace.group().layers // 2).formula is None:
        with pytest.raises(UnsupportedModel):
            View.of([opened], view)
        return
    payloads = []
    for each in (trace, opened):
        of = View.of([each], view)
        payloads.append(
            build(
                [each], view, titles=of.titles, initial=of.initial, inline=False, lang=None, encoding="auto"
            )
        )
    assert payloads[0].header == payloads[1].header
    assert payloads[0].chunks == payloads[1].chunks


def test_a_saved_trace_saves_to_the_same_bytes(saved, tmp_path):
    trace, opened = saved
    first, second = trace.save(tmp_path / "1.safetensors"), opened.save(tmp_path / "2.safetensors")
    assert first.read_bytes() == second.read_bytes()


def test_what_layers_share_is_written_once_and_shared_again(tiny_lens, tmp_path):
    trace = tiny_lens("T5").trace(TEXT)
    (group,) = trace.groups.values()
    shared = replace(group[1], source=replace(group[1].formula, bias=group[0].formula.bias))
    again = replace(shared, source=replace(shared.formula, key=group[0].formula.key))
    layers = (group[0], shared, again)
    trace = replace(trace, groups={"encoder": replace(group, _layers=layers)})
    path = trace.save(tmp_path / "x.safetensors")
    names = load(path.read_bytes()).keys()
    assert len([name for name in names if "relative" in name]) == 1
    assert "encoder.2.query" not in names
    opened = attnviz.open_trace(path)
    first, second, third = (opened.layer(i).formula for i in range(3))
    assert first.bias is second.bias is third.bias
    assert second.query is third.query
    assert first.key is third.key


def test_tensors_that_are_parts_of_one_another_are_saved(tiny_lens, tmp_path):
    trace = tiny_lens("BERT").trace(TEXT)
    (group,) = trace.groups.values()
    both = torch.randn(2, *group[0].formula.query.shape)
    turned = both[1].reshape(-1)[: both[1].numel()].view_as(both[1]).transpose(0, 1).contiguous()
    sources = [
        replace(group[0].formula, query=both[0], key=both[0]),
        replace(group[0].formula, query=both[1], key=turned.transpose(0, 1)),
        replace(group[0].formula, query=both[0].clone().requires_grad_(), key=both[0, :1].expand(4, -1, -1)),
    ]
    layers = tuple(replace(group[0], source=source) for source in sources)
    trace = replace(trace, groups={"encoder": replace(group, _layers=layers)})
    opened = attnviz.open_trace(trace.save(tmp_path / "x.safetensors"))
    for i in range(3):
        assert torch.equal(opened.layer(i).formula.query, layers[i].formula.query)
        assert torch.equal(opened.layer(i).formula.key, layers[i].formula.key)


def test_every_field_of_a_layer_has_its_place_in_a_file():
    """A field that is added to one of these wants its place in `stored.py` too."""
    kinds = (Bias, Formula, AttentionLayer, Trace)
    names = {kind: {field.name for field in fields(kind) if field.init} for kind in kinds}
    assert names[Trace] == {field.name for field in fields(stored._Header)} - {"tables", "biases"}
    assert names[Bias] == {field.name for field in fields(stored._Bias)}
    assert names[Formula] == {field.name for field in fields(stored._Formula)}
    assert names[AttentionLayer] - {"source"} == {field.name for field in fields(stored._Layer)} - {
        "formula",
        "weights",
    }


def test_a_trace_opens_and_draws_without_transformers(demo_lens, tmp_path):
    trace = demo_lens.trace("猫が走る。")
    trace.save(tmp_path / "x.safetensors")
    np.save(tmp_path / "weights.npy", trace.attention(3))
    program = """
import numpy as np

import attnviz

trace = attnviz.open_trace("x.safetensors")
assert np.array_equal(trace.attention(3), np.load("weights.npy"))
trace.explore().save("x.html")
"""
    run_without_transformers(program, tmp_path)
    assert (tmp_path / "x.html").read_text(encoding="utf-8") == trace.explore().html()


def test_a_table_of_a_hundred_thousand_tokens_is_saved(tmp_path):
    count = 100_000
    tokens = tokens_of_strings([f"word{i}" for i in range(count)])
    formula = Formula(torch.randn(1, count, 1), torch.randn(1, count, 1), 1.0, Bias(count, count, (None, 0)))
    group = AttentionGroup("decoder", tokens, tokens, (AttentionLayer("layer", formula),))
    trace = Trace(ModelFacts("m", "M"), tokens, None, {"decoder": group})
    opened = attnviz.open_trace(trace.save(tmp_path / "x.safetensors"))
    assert opened.tokens == tokens
    assert np.array_equal(opened.layer(0).weights(rows=[5]), trace.layer(0).weights(rows=[5]))


def test_saving_returns_the_path_and_leaves_nothing_beside_it(demo_lens, tmp_path):
    trace = demo_lens.trace("猫")
    assert trace.save(str(tmp_path / "x.safetensors")) == tmp_path / "x.safetensors"
    trace.save(tmp_path / "x.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["x.safetensors"]


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("x.pt", InvalidOption, r"does not end in \.safetensors: traces are saved as safetensors"),
        ("x", InvalidOption, r"does not end in \.safetensors"),
        ("nowhere/x.safetensors", OutputError, "cannot be written: there is no folder"),
        ("folder.safetensors", OutputError, "is a folder: give the name of a file"),
        (f"{'x' * 300}.safetensors", OutputError, "cannot be written: File name too long"),
        (f"{'x' * 241}.safetensors", OutputError, "cannot be written: File name too long"),
        ("x\0.safetensors", OutputError, "no file can have that name"),
    ],
)
def test_places_where_no_trace_can_be_saved_are_refused(demo_lens, tmp_path, name, error, message):
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(error, match=message):
        demo_lens.trace("猫").save(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.safetensors"]


def test_a_file_that_cannot_be_replaced_stays(demo_lens, tmp_path, monkeypatch):
    path = demo_lens.trace("猫").save(tmp_path / "x.safetensors")
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        demo_lens.trace("犬").save(path)
    assert path.read_bytes() == before


def test_a_record_of_the_same_version_may_lack_a_field_that_has_a_default():
    fact = json.loads(written(Bias(2, 3)))
    kind = stored._Bias
    assert read(kind, json.dumps(fact).encode()) == kind(2, 3, None, None, None, None)
    with pytest.raises(MalformedRecord, match="lacks the field 'band'"):
        read(kind, b'{"queries": 2, "keys": 3}')


def test_each_field_of_a_token_table_can_be_read():
    """Also one that is added later: its type must be one that `records.py` reads."""
    tokens = tokens_of_strings(["[CLS]", "猫", "が"])
    assert read(Tokens, written(tokens)) == tokens
