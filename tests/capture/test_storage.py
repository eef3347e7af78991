"""Traces as files: what comes back is what was saved, and a file that is not right says so in a sentence."""

import copy
import json
import random
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from safetensors.torch import load, save

import attnviz
from attnviz.capture import AttentionGroup, ModelFacts, Trace, storage, stored
from attnviz.capture.bias import Bias
from attnviz.capture.layer import AttentionLayer, Formula, Kept
from attnviz.capture.records import MalformedRecord, read, written
from attnviz.errors import AttnvizError, InvalidOption, OutputError, TraceFileError, UnsupportedModel
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


@pytest.fixture(scope="module")
def whole(tiny_lens, tmp_path_factory) -> bytes:
    """A file with sinks, windows and two texts."""
    trace = tiny_lens("GPT-OSS").trace("the cat sat", "the dog")
    return trace.save(tmp_path_factory.mktemp("saved") / "x.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda whole: b"", "is no whole safetensors file .*fetch it once more"),
        (lambda whole: whole[:5], "is no whole safetensors file"),
        (lambda whole: whole[:200], "is no whole safetensors file"),
        (lambda whole: whole[:-1], "is no whole safetensors file"),
        (lambda whole: b"PK\3\4" + bytes(500), "is no whole safetensors file"),
        (lambda whole: save({"a": torch.zeros(2)}), r"without a trace: give one that trace\.save\(\)"),
        (lambda whole: save({"a": torch.zeros(2)}, {"format": "pt"}), "without a trace"),
        (lambda whole: save({}), "without a trace"),
        (lambda whole: save({}, {"attnviz-trace": "x"}), "its metadata cannot be read"),
        (lambda whole: save({}, {"attnviz-trace": "[" * 100_000}), "its metadata cannot be read"),
        (lambda whole: save({}, {"attnviz-trace": '{"version":1e999}'}), "its metadata cannot be read"),
        (
            lambda whole: save({}, {"attnviz-trace": '{"version":2,"attnviz":"9.0"}'}),
            r"version 2 of the format, which attnviz 9\.0 wrote, .* install a newer attnviz",
        ),
        (lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "its digest does not fit"),
    ],
)
def test_a_file_that_is_no_whole_trace_says_what_it_is(tmp_path, whole, make, message):
    path = tmp_path / "x.safetensors"
    path.write_bytes(make(whole))
    with pytest.raises(TraceFileError, match=rf"x\.safetensors' .*{message}"):
        attnviz.open_trace(path)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing.safetensors", r"There is no file .*nothing\.safetensors': give the one that"),
        ("", "cannot be read .Is a directory"),
        ("x\0", "names no file"),
        ("x" * 300, "cannot be read .File name too long"),
    ],
)
def test_a_place_without_a_file_is_refused(tmp_path, name, message):
    with pytest.raises(TraceFileError, match=message):
        attnviz.open_trace(tmp_path / name)


def _restamped(whole: bytes, change) -> bytes:
    """A file whose header and tensors were changed, under a digest that fits."""
    tensors = load(whole)
    header = json.loads(bytes(tensors.pop("header").tolist()))
    change(header, tensors)
    tensors["header"] = torch.frombuffer(bytearray(json.dumps(header).encode()), dtype=torch.uint8)
    contents = {
        name: (storage._name_of(each), list(each.shape), storage._bytes_of(each))
        for name, each in tensors.items()
    }
    stamp = {"version": 1, "attnviz": "0", "digest": storage._digest(contents)}
    return save(tensors, {"attnviz-trace": json.dumps(stamp)})


def _put(*path, value):
    def change(header, tensors):
        *way, last = path
        place = header
        for step in way:
            place = place[step]
        place[last] = value

    return change


def _tensor(name, value):
    return lambda header, tensors: tensors.update({name: value})


_LAYER = ("groups", 0, "layers", 0)
_FORMULA = (*_LAYER, "formula")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda header, tensors: tensors.pop("decoder.0.query"), "the tensor 'decoder.0.query' is missing"),
        (lambda header, tensors: header.pop("tokens"), "its header lacks the field 'tokens'"),
        (
            lambda header, tensors: header["tables"][0].pop("ids"),
            r"its header.tables\[0\] lacks the field 'ids'",
        ),
        (_put("more", value=1), "its header has a field 'more' that this version does not know"),
        (_put("tables", 0, "more", value=1), "has a field 'more'"),
        (_put("tables", 0, value=[]), r"its header.tables\[0\] cannot be a list"),
        (_put("tables", 0, "ids", 0, value="a"), r"its header.tables\[0\].ids\[0\] cannot be 'a'"),
        (_put("tables", 0, "ids", 0, value=10**30), "cannot be so large a number"),
        (_put("tables", 0, "special", 0, value=None), r"its header.tables\[0\].special\[0\] cannot be None"),
        (_put("tables", 0, "finders", value=["me"]), r"its header.tables\[0\].finders\[0\] cannot be 'me'"),
        (
            _put("tables", 0, "ids", value=[1]),
            "its table 0 of tokens cannot be: raw has 8 entries for 1 tokens",
        ),
        (_put("tables", 0, "word", 1, value=9), "word names one that is not there"),
        (_put("tables", 0, "segment", 1, value=-1), "segment names one that is not there"),
        (_put("tables", 0, "end", 1, value=99), "a place lies outside its text"),
        (_put("tables", 0, "roles", value=[]), "there are 0 roles for 2 messages"),
        (_put("tables", 0, "texts", value=[]), "there is no text"),
        (_put("groups", value=[]), "it has no attention"),
        (_put("groups", 0, "layers", value=[]), "its decoder has no layers"),
        (_put("groups", 0, "kind", value="mixer"), "cannot be 'mixer'"),
        (_put("groups", 0, "key_tokens", value=1), "it lacks the table 1 of its tokens"),
        (_put("tokens", value=-1), "it lacks the table -1 of its tokens"),
        (_put("target_tokens", value=9), "it lacks the table 9 of its tokens"),
        (_put("tables", 0, "boxes", value=[]), "boxes has 0 entries for 8 tokens"),
        (_put("image", value="header"), r"the tensor 'header' has the shape"),
        (_put(*_LAYER, "windows", value=0), "decoder.0 has 0 windows"),
        (lambda header, tensors: header["groups"].append(header["groups"][0]), "two groups of one kind"),
        (_put(*_LAYER, "formula", value=None), "decoder.0 has neither formula nor weights"),
        (_put(*_FORMULA, "query", value="header"), "the tensor 'header' is of type U8"),
        (_put(*_FORMULA, "query", value=5), r"layers\[0\].formula.query cannot be 5"),
        (_put(*_FORMULA, "bias", value=9), "lacks its bias 9"),
        (_put(*_FORMULA, "bias", value=-1), "lacks its bias -1"),
        (_put(*_FORMULA, "scale", value=float("nan")), "formula.scale cannot be nan"),
        (_put(*_FORMULA, "scale", value=10**400), "formula.scale cannot be so large a number"),
        (_put(*_FORMULA, "rotary", value=1), "formula.rotary cannot be 1"),
        (_put("biases", 0, "band", value=[None, 10**15]), "bias 0 has band"),
        (_put("biases", 0, "band", value=[None]), "band cannot be a list"),
        (_put("biases", 0, "queries", value=7), "has a bias of another size"),
        (_put("biases", 0, "per_key", value="decoder.0.sinks"), "'decoder.0.sinks' has the shape"),
        (_tensor("decoder.0.query", torch.zeros(4, 7, 8)), "has a bias of another size"),
        (_tensor("decoder.0.query", torch.zeros(3, 8, 8)), "has 3 heads and 2 key heads"),
        (_tensor("decoder.0.query", torch.zeros(4, 8)), r"has the shape \[4, 8\]"),
        (_tensor("decoder.0.query", torch.zeros(4, 8, 0)), r"has the shape"),
        (_tensor("decoder.0.query", torch.zeros(4, 8, 8, dtype=torch.int64)), "is of type I64"),
        (_tensor("decoder.0.sinks", torch.tensor([0, 0, 0, torch.nan])), "sinks that are no numbers"),
        (_tensor("decoder.0.sinks", torch.zeros(3)), r"'decoder.0.sinks' has the shape \[3\]"),
    ],
)
def test_a_header_that_does_not_fit_is_told(tmp_path, whole, change, message):
    path = tmp_path / "x.safetensors"
    # `save` of the tests has no name for integers, which no trace has.
    storage_types = {**stored.TYPES, "I64": "int64"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storage, "TYPES", storage_types)
        path.write_bytes(_restamped(whole, change))
    with pytest.raises(TraceFileError, match=rf"x\.safetensors' is damaged \(.*{message}.*\): fetch it"):
        attnviz.open_trace(path)


def test_no_damage_to_a_file_raises_anything_else(tmp_path, whole):
    """Bytes flipped, stretches lost, doubled or swapped, at random places."""
    path, chance = tmp_path / "x.safetensors", random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        # Most of a file is numbers; the parts in front are small, and the more can go wrong with them.
        at, to = sorted(chance.randrange(chance.choice([16, 2000, len(data)])) for _ in range(2))
        match chance.randrange(4):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : to + 1]
            case 2:
                data[at:at] = data[at : to + 1]
            case 3:
                data[at : to + 1] = data[at : to + 1][::-1]
        path.write_bytes(data)
        if bytes(data) != whole:
            with pytest.raises(AttnvizError):
                attnviz.open_trace(path)


def test_no_wrong_value_in_a_header_raises_anything_else(tmp_path, whole):
    """What opens all the same can be drawn."""
    path, chance = tmp_path / "x.safetensors", random.Random(7)
    values = [None, -1, 0, 1, 9, 2**53, 10**30, 1.5, float("inf"), True, "", "tokens", [], [None], [0, 1], {}]

    def change(header, tensors):
        place = header
        while True:
            steps = list(place) if isinstance(place, dict) else list(range(len(place)))
            step = chance.choice(steps)
            if not isinstance(place[step], dict | list) or not place[step] or chance.random() < 0.1:
                place[step] = chance.choice(values)
                return
            place = place[step]

    for _ in range(300):
        path.write_bytes(_restamped(whole, change))
        try:
            opened = attnviz.open_trace(path)
        except TraceFileError:
            continue
        opened.explore().html()
        opened.attention(0, by="word")
        opened.attention(0, by="sentence")


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
