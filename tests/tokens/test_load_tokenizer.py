"""Loading by folder or name, and errors that help."""

import json
import subprocess
import sys

import pytest

from attnviz.errors import ModelNotFound, TokenizerError
from attnviz.tokens import load_tokenizer, tokenize
from tests.tokens.families import build


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


# Imports of one package fail from the start, as where it is not installed.
_WITHOUT = """
import importlib.abc, importlib.util, sys
class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {package!r} or name.startswith({package!r} + "."):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == {package!r} else find(name, *rest)
from attnviz.errors import TokenizerError
from attnviz.tokens import tokenize
try:
    tokenize({folder!r}, "猫")
except TokenizerError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("family", "package", "line"),
    [
        ("t5", "google.protobuf", "pip install protobuf"),
        ("bert-generation", "sentencepiece", "pip install sentencepiece"),
        ("bert-generation", "google.protobuf", "pip install protobuf"),
        ("japanese-words", "fugashi", "pip install fugashi"),
        ("japanese-ipadic", "ipadic", "pip install ipadic"),
        ("japanese-sudachi", "sudachipy", "pip install sudachipy"),
    ],
)
def test_a_missing_package_is_named_with_its_install_line(tmp_path, family, package, line):
    build(family, tmp_path)
    code = _WITHOUT.format(package=package, folder=str(tmp_path / family))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert line in done.stdout


def test_code_in_a_folder_runs_only_when_asked_for(tmp_path):
    config = {"tokenizer_class": "Mine", "auto_map": {"AutoTokenizer": ["mine.Mine", None]}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "mine.py").write_text("raise SystemExit('it ran')", encoding="utf-8")
    with pytest.raises(TokenizerError, match="trust_remote_code=True if you trust it"):
        load_tokenizer(tmp_path)


def test_importing_the_package_pulls_in_nothing_heavy():
    heavy = "{'torch', 'transformers', 'numpy', 'fugashi', 'tokenizers', 'huggingface_hub'}"
    code = f"import sys, attnviz.tokens; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
