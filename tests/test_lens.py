"""From a model and a text to a trace, and what goes wrong on the way."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
import transformers

import attnviz
from attnviz.demo import model_path
from attnviz.errors import (
    InvalidOption,
    InvalidText,
    ModelNotFound,
    OutOfRange,
    TextTooLong,
    UnsupportedModel,
)
from tests.tiny import tiny_model, word_tokenizer


def eager(model: torch.nn.Module, **inputs: torch.Tensor):
    """A separate run of the model with eager attention."""
    before = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        with torch.no_grad():
            return model(**inputs, output_attentions=True)
    finally:
        model.set_attn_implementation(before)


def test_minilms_real_weights_equal_its_eager_attention(minilm_lens):
    text, pair = "The cat sat on the mat because it was tired.", "Who was tired?"
    trace = minilm_lens.trace(text, pair)
    inputs = minilm_lens.tokenizer(text, pair, return_tensors="pt")
    assert trace.tokens.ids == inputs["input_ids"][0].tolist()
    for layer, expected in enumerate(eager(minilm_lens.model, **inputs).attentions):
        assert abs(trace.attention(layer) - expected[0].numpy()).max() <= 1e-5
        assert abs(trace.attention(layer, 3) - expected[0, 3].numpy()).max() <= 1e-5


@pytest.mark.parametrize(("dtype", "error"), [("float32", 1e-5), ("float16", 1e-2)])
def test_a_japanese_folder_loads_and_its_weights_equal_eager(dtype, error):
    """In half precision the model's own softmax is rounded; ours is computed in float32."""
    lens = attnviz.load(model_path(), dtype=dtype)
    trace = lens.trace("東北大学で自然言語処理を研究しています。")
    inputs = {"input_ids": torch.tensor([trace.tokens.ids])}
    for layer, expected in enumerate(eager(lens.model, **inputs).attentions):
        assert abs(trace.attention(layer) - expected[0].float().numpy()).max() <= error


def test_pages_call_a_folder_by_its_last_two_parts_or_as_they_are_told(demo_lens):
    assert demo_lens.facts.name == "demo/model"
    assert demo_lens.facts.architecture == "BERT"
    assert attnviz.load(model_path(), name="mine").facts.name == "mine"


def test_the_decoder_sees_the_target_shifted_right(tiny_lens):
    lens = tiny_lens("BART")
    trace = lens.trace("the cat sat", target="the dog saw it")
    labels = lens.tokenizer("the dog saw it")["input_ids"]
    assert trace.target_tokens.ids == [lens.model.config.decoder_start_token_id, *labels[:-1]]
    assert set(trace.groups) == {"encoder", "decoder", "cross"}
    assert trace.attention(0, 0, kind="cross").shape == (len(trace.target_tokens), len(trace.tokens))


def test_without_a_target_an_encoder_decoder_model_still_shows_its_encoder(tiny_lens):
    trace = tiny_lens("T5").trace("the cat sat")
    assert list(trace.groups) == ["encoder"]
    assert trace.target_tokens is None
    with pytest.raises(OutOfRange, match="Pass target="):
        trace.attention(0, kind="decoder")


def test_token_types_of_a_pair_reach_the_model(minilm_lens):
    """Segment embeddings change the vectors, so leaving them out would show."""
    trace = minilm_lens.trace("a dog", "a cat")
    inputs = minilm_lens.tokenizer("a dog", "a cat", return_tensors="pt")
    assert inputs["token_type_ids"].any()
    with_types = eager(minilm_lens.model, **inputs).attentions[0][0].numpy()
    without = eager(minilm_lens.model, input_ids=inputs["input_ids"]).attentions[0][0].numpy()
    assert abs(with_types - without).max() > 1e-3
    assert abs(trace.attention(0) - with_types).max() <= 1e-5


def test_queries_and_keys_give_the_weights(tiny_lens):
    """Grouped queries: head 3 of 4 looks at key head 1 of 2."""
    trace = tiny_lens("Llama").trace("the cat sat on the mat")
    scores = trace.queries(1, 3) @ trace.keys(1, 3).T / np.sqrt(8)
    scores[np.triu_indices(len(scores), 1)] = -np.inf
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    np.testing.assert_allclose(trace.attention(1, 3), weights / weights.sum(axis=1, keepdims=True), atol=1e-5)


def test_attention_by_word_sums_keys_and_averages_queries(minilm_lens):
    trace = minilm_lens.trace("untranslatable words")
    units = trace.tokens.units("word")
    assert [(unit.text, unit.tokens) for unit in units] == [
        ("[CLS]", [0]),
        ("untranslatable", [1, 2, 3, 4, 5]),
        ("words", [6]),
        ("[SEP]", [7]),
    ]
    matrix, by_word = trace.attention(2, 5), trace.attention(2, 5, by="word")
    assert by_word.shape == (4, 4)
    for q, rows in enumerate(units):
        for k, columns in enumerate(units):
            cells = [matrix[i, j] for i in rows.tokens for j in columns.tokens]
            assert by_word[q, k] == pytest.approx(sum(cells) / len(rows.tokens), abs=1e-6)
    np.testing.assert_allclose(by_word.sum(axis=1), 1, atol=1e-5)


def test_attention_by_sentence_keeps_added_tokens_apart(minilm_lens):
    trace = minilm_lens.trace("It rains. We stay.")
    assert [unit.text for unit in trace.tokens.units("sentence")] == [
        "[CLS]",
        "It rains.",
        "We stay.",
        "[SEP]",
    ]
    with pytest.raises(InvalidOption, match="by='page' is not known"):
        trace.attention(0, 0, by="page")


def test_a_head_for_a_task_is_kept_where_asked_for(tmp_path):
    import transformers

    config = tiny_model("BERT").config
    transformers.BertForSequenceClassification(config).save_pretrained(tmp_path)
    word_tokenizer(["the"]).save_pretrained(tmp_path)
    assert (
        type(attnviz.load(tmp_path, task="sequence-classification").model).__name__
        == "BertForSequenceClassification"
    )
    assert type(attnviz.load(tmp_path).model).__name__ == "BertModel"


def test_weights_that_were_drawn_at_random_are_told(tmp_path):
    import transformers

    tiny_model("BERT").save_pretrained(tmp_path)
    word_tokenizer(["the"]).save_pretrained(tmp_path)
    config = transformers.AutoConfig.from_pretrained(tmp_path)
    config.num_hidden_layers = 3
    config.save_pretrained(tmp_path)
    with pytest.warns(UserWarning, match=r"lacks 16 weights, 'encoder\.layer\.2\..*drawn at random"):
        attnviz.load(tmp_path)


# What a user gets wrong


def test_a_folder_without_a_model_says_what_is_missing(tmp_path):
    with pytest.raises(ModelNotFound, match=r"holds no model: config\.json is missing"):
        attnviz.load(tmp_path)


def test_a_folder_with_a_config_but_no_weights_says_so(tmp_path):
    shutil.copy(model_path() / "config.json", tmp_path)
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        attnviz.load(tmp_path)


def test_a_name_that_cannot_be_fetched_says_pass_a_folder_or_connect():
    with pytest.raises(
        ModelNotFound, match="not found locally, and the hub cannot be reached: pass a folder, or connect"
    ):
        attnviz.load("no-such-owner/no-such-model")


def test_a_hub_that_does_not_answer_is_told_at_once(monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelNotFound, match="the hub cannot be reached"):
        attnviz.load("no-such-owner/no-such-model")


def test_something_that_is_no_name_at_all_is_told_apart():
    with pytest.raises(ModelNotFound, match="neither a folder here nor a model name"):
        attnviz.load("/no/such/folder/anywhere")


def test_a_text_over_the_limit_says_how_many_tokens_are_over(demo_lens):
    with pytest.raises(TextTooLong, match=r"\b102 tokens.*96.*truncate=True"):
        demo_lens.trace("猫 " * 100)


def test_truncation_reports_what_was_cut(demo_lens):
    trace = demo_lens.trace("猫 " * 100, truncate=True)
    assert len(trace.tokens) == 96
    assert len(trace.notes) == 1
    assert "6 of 102 tokens" in trace.notes[0]


def test_a_models_own_table_of_positions_is_a_limit_too():
    lens = attnviz.load(model=tiny_model("BERT"), tokenizer=word_tokenizer(["the"], model_max_length=10**30))
    assert lens.max_length == 64
    with pytest.raises(TextTooLong):
        lens.trace("the " * 63)


@pytest.mark.parametrize(
    ("family", "limit"), [("RoBERTa", 62), ("BART", 64), ("GPT-2", 64), ("Llama", None), ("T5", None)]
)
def test_the_limit_is_what_the_position_table_holds(family, limit):
    lens = attnviz.load(model=tiny_model(family), tokenizer=word_tokenizer(["the"], model_max_length=10**30))
    assert lens.max_length == limit


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_text_is_refused(demo_lens, text):
    with pytest.raises(InvalidText, match="The text is empty"):
        demo_lens.trace(text)


def test_a_lone_surrogate_is_refused(demo_lens):
    with pytest.raises(InvalidText, match="surrogate"):
        demo_lens.trace("abc\ud800def")


def test_a_target_for_a_model_without_a_decoder_is_refused(demo_lens):
    with pytest.raises(InvalidOption, match="target= is for encoder-decoder models"):
        demo_lens.trace("猫", target="犬")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": 6}, "layer 6 asked for, but the encoder has 6 layers, numbered 0 to 5"),
        ({"layer": -1}, "layer -1 asked for"),
        ({"layer": 0, "head": 6}, "head 6 asked for, but layer 0 has 6 heads, numbered 0 to 5"),
        ({"layer": 0, "kind": "cross"}, "kind 'cross' asked for, but this trace has encoder"),
    ],
)
def test_what_a_trace_does_not_have_is_refused_with_what_it_has(demo_lens, arguments, message):
    trace = demo_lens.trace("猫が走る")
    with pytest.raises(OutOfRange, match=message):
        trace.attention(**arguments)


def test_a_view_of_a_head_that_is_not_there_is_refused(demo_lens):
    trace = demo_lens.trace("猫が走る")
    with pytest.raises(OutOfRange):
        trace.head_view(layer=9)
    with pytest.raises(OutOfRange):
        trace.neuron_view(head=9)


def test_a_model_without_attention_is_refused(tiny_lens):
    with pytest.raises(UnsupportedModel, match="no attention"):
        tiny_lens("Mamba").trace("the cat")


def test_loading_nothing_is_refused():
    with pytest.raises(InvalidOption, match="needs a name or folder"):
        attnviz.load()


def test_a_tokenizer_of_another_model_is_told_by_its_ids():
    words = [f"w{i}" for i in range(200)]
    lens = attnviz.load(model=tiny_model("BERT"), tokenizer=word_tokenizer(words))
    with pytest.raises(InvalidOption, match="token id 204, but the model has embeddings for 99 ids only"):
        lens.trace("w199")


def test_a_damaged_file_of_weights_is_told(tmp_path):
    shutil.copytree(model_path(), tmp_path / "m")
    weights = tmp_path / "m" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    with pytest.raises(ModelNotFound, match="cannot be loaded"):
        attnviz.load(tmp_path / "m")


def test_a_model_that_overflows_is_refused_with_the_remedy():
    import copy

    model = copy.deepcopy(tiny_model("BERT"))
    model.encoder.layer[1].attention.self.query.weight.data.fill_(float("inf"))
    lens = attnviz.load(model=model, tokenizer=word_tokenizer(["the"]))
    with pytest.raises(UnsupportedModel, match=r'layer\.1.*no numbers.*dtype="float32"'):
        lens.trace("the the")


def test_a_view_of_a_token_that_is_not_there_is_refused(demo_lens):
    with pytest.raises(OutOfRange, match="token 40 asked for"):
        demo_lens.trace("猫が走る").head_view(token=40)


def test_a_trace_and_its_parts_are_one_line_each_when_printed(demo_lens):
    trace = demo_lens.trace("猫が走る")
    assert repr(trace) == "<Trace of demo/model: 5 tokens, <encoder: 6 layers × 6 heads>>"
    assert repr(demo_lens) == "<Lens on demo/model: BERT>"
    assert repr(trace.head_view()) == "<head view of '猫が走る'>"


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("family", ["BERT", "Llama", "GPT-OSS", "T5"])
def test_half_precision_models_are_captured_in_the_same_form(family, dtype):
    """Weights come from the formula, in float32, whatever the model computes in."""
    import copy

    model = copy.deepcopy(tiny_model(family)).to(dtype)
    lens = attnviz.load(model=model, tokenizer=word_tokenizer(["the", "cat"]))
    trace = lens.trace("the cat the cat", target="the cat" if family == "T5" else None)
    for group in trace.groups.values():
        assert all(group[i].formula is not None for i in range(group.layers))
        sums = trace.attention(0, kind=group.kind).sum(axis=-1)
        assert (sums <= 1 + 1e-5).all()
        assert family == "GPT-OSS" or (sums >= 1 - 1e-5).all()  # Its sinks take mass.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"dtype": "flaot32"}, "dtype='flaot32' is not known"),
        ({"device": "abacus"}, "device='abacus' cannot be used here"),
        ({"task": "dreaming"}, "task='dreaming' is not known"),
        ({"model": tiny_model("BERT"), "dtype": "float32"}, "dtype='float32' is for a model loaded here"),
        (
            {"model": tiny_model("BERT"), "tokenizer": word_tokenizer(["a"])},
            "nothing left to load",
        ),
    ],
)
def test_options_without_effect_are_refused(options, message):
    with pytest.raises(InvalidOption, match=message):
        attnviz.load(model_path(), **options)


def test_a_tokenizer_may_come_from_a_folder_of_its_own():
    lens = attnviz.load(model_path(), tokenizer=str(model_path()))
    assert lens.trace("猫").tokens.surface == [None, "猫", None]


@pytest.mark.parametrize("text", [["a", "b"], 5, None])
def test_what_is_no_text_is_refused(demo_lens, text):
    with pytest.raises(InvalidText, match="must be a string"):
        demo_lens.trace(text)


def test_a_model_without_a_table_of_words_is_traced():
    """CANINE hashes characters."""
    config = transformers.CanineConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, num_hash_buckets=64
    )
    lens = attnviz.load(
        model=transformers.CanineModel(config).eval(), tokenizer=transformers.CanineTokenizer()
    )
    trace = lens.trace("猫 and cat")
    assert [trace.groups["encoder"][i].name.split(".")[0] for i in range(2)] == [
        "initial_char_encoder",
        "final_char_encoder",
    ]
    assert "2 attention calls are between other things than tokens" in trace.notes[0]


def test_a_model_that_reads_no_text_is_refused():
    config = transformers.ViTConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, image_size=32
    )
    lens = attnviz.load(model=transformers.ViTModel(config), tokenizer=word_tokenizer(["a"]))
    with pytest.raises(UnsupportedModel, match="has to run on what its tokenizer or processor makes"):
        lens.trace("a")


def test_a_model_without_weights_is_refused():
    with torch.device("meta"):
        model = transformers.BertModel(tiny_model("BERT").config)
    with pytest.raises(UnsupportedModel, match="meta device"):
        attnviz.load(model=model, tokenizer=word_tokenizer(["a"])).trace("a")


def test_each_side_of_an_encoder_decoder_model_has_its_own_limit():
    encoder, decoder = (
        transformers.BertConfig(
            **{**tiny_model("BERT").config.to_dict(), "max_position_embeddings": positions, **options}
        )
        for positions, options in ((64, {}), (16, {"is_decoder": True, "add_cross_attention": True}))
    )
    config = transformers.EncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    config.decoder_start_token_id = 2
    lens = attnviz.load(
        model=transformers.EncoderDecoderModel(config).eval(), tokenizer=word_tokenizer(["a"], 10**30)
    )
    with pytest.raises(TextTooLong, match="the limit is 16"):
        lens.trace("a " * 30, target="a " * 30)
    assert set(lens.trace("a " * 30, target="a " * 10).groups) == {"encoder", "decoder", "cross"}


def test_a_chat_is_traced_through_the_template():
    tokenizer = word_tokenizer(["猫", "は", "user"])
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }} {{ m.content }} {% endfor %}"
    lens = attnviz.load(model=tiny_model("BERT"), tokenizer=tokenizer)
    trace = lens.trace(messages=[{"role": "user", "content": "猫 は"}])
    assert trace.tokens.labels == ["user", "猫", "は"]
    assert trace.tokens.segment == [None, 0, 0]
    assert trace.attention(0).shape == (4, 3, 3)


def test_a_tokenizer_that_wants_words_is_told_of_and_given_them():
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = [a + b for a in "あいうえお" for b in "かきくけこ"]
    backend = Tokenizer(models.Unigram([("<unk>", 0.0), *((f"▁{word}", -1.0) for word in words)], unk_id=0))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>")
    with pytest.warns(UserWarning, match=r"seems to want .* pass segmenter='mecab'"):
        attnviz.load(model=tiny_model("BERT"), tokenizer=tokenizer)
    lens = attnviz.load(
        model=tiny_model("BERT"), tokenizer=tokenizer, segmenter=lambda text: [text[:2], text[2:]]
    )
    tokens = lens.trace("あかいき").tokens
    assert tokens.surface == ["あか", "いき"]
    assert tokens.start == [0, 2]


def test_a_folder_that_loads_at_once_draws_no_progress_bar():
    code = (
        "import transformers, attnviz; attnviz.load(attnviz.demo.model_path());"
        "print(transformers.logging.is_progress_bar_enabled())"
    )
    environment = {
        name: value for name, value in os.environ.items() if name != "HF_HUB_DISABLE_PROGRESS_BARS"
    }
    command = [sys.executable, "-c", f"import attnviz.demo; {code}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    # Those of others are as they were.
    assert done.stdout.strip() == "True"
