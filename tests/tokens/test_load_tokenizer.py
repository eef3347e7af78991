"""Loading by folder or name, and errors that help."""

import json
import subprocess
import sys

import pytest

from attnviz.errors import ModelNotFound, TokenizerError
from attnviz.tokens import load_tokenizer, tokenize


@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_a_folder_is_enough_to_tokenize(tokenizers, tmp_path, kind):
    tokenizers["bert"].save_pretrained(tmp_path)
    assert tokenize(kind(tmp_path), "hello 名前").surface == [None, "hello", "名", "前", None]


def test_a_folder_without_tokenizer_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(TokenizerError, match=r"holds no tokenizer .*save_pretrained"):
        load_tokenizer(tmp_path)


def test_a_damaged_tokenizer_is_named(tmp_path):
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text(
        '{"tokenizer_class": "PreTrainedTokenizerFast"}', encoding="utf-8"
    )
    with pytest.raises(TokenizerError, match="cannot be loaded"):
        load_tokenizer(tmp_path)


@pytest.mark.parametrize("name", ["./no-such-folder", "/no/such/folder"])
def test_a_path_that_leads_nowhere_is_not_looked_up(name):
    with pytest.raises(ModelNotFound, match=rf"'{name}' is neither a folder here nor a model name"):
        load_tokenizer(name)


def test_a_name_that_cannot_be_a_name_is_refused():
    with pytest.raises(ModelNotFound, match="'owner/name'"):
        load_tokenizer("a/b/c/d")


def test_a_name_that_cannot_be_fetched_is_named(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelNotFound, match=r"'no-such-model' .*cannot be reached: .*HF_HUB_OFFLINE is set"):
        load_tokenizer("no-such-model")


def test_a_missing_dictionary_names_the_install_line(tmp_path, monkeypatch):
    config = {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab"}
    (tmp_path / "vocab.txt").write_text("[UNK]\n", encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.setitem(sys.modules, "fugashi", None)
    with pytest.raises(TokenizerError, match="pip install fugashi unidic-lite"):
        load_tokenizer(tmp_path)


def test_importing_the_package_pulls_in_nothing_heavy():
    heavy = "{'torch', 'transformers', 'numpy', 'fugashi', 'tokenizers', 'huggingface_hub'}"
    code = f"import sys, attnviz.tokens; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
