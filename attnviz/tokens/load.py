"""A tokenizer from a name or folder, with errors that say what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attnviz import hub
from attnviz.errors import ModelNotFound, TokenizerError

# Any of these makes a folder one that holds a tokenizer; a folder without all of them lets
# transformers fail with a page about tiktoken.
_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "tokenizer.model",
    "sentencepiece.bpe.model",
)


def load_tokenizer(name_or_path: str | Path, *, trust_remote_code: bool = False) -> Any:
    """The tokenizer of a local folder or of a name on the Hugging Face hub.

    Raises:
        ModelNotFound: no such folder, and no such name on the hub or in its cache.
        TokenizerError: the place is there, but its tokenizer is missing, damaged, or needs a package.
    """
    name = str(name_or_path)
    folder = Path(name)
    if folder.is_dir() and not any((folder / file).is_file() for file in _FILES):
        raise TokenizerError(
            f"The folder {name!r} holds no tokenizer ({_FILES[0]} or {_FILES[1]} is missing): "
            "save one there with tokenizer.save_pretrained(), or pass a tokenizer."
        )
    hub.require(name, _FILES)

    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(name, trust_remote_code=trust_remote_code)
    except ImportError as error:
        raise TokenizerError(
            f"The tokenizer of {name!r} needs a package that is not installed: {_needed(error)}"
        ) from error
    except Exception as error:  # Broken files raise whatever their parsers raise.
        if folder.is_dir():
            raise TokenizerError(
                f"The tokenizer in {name!r} cannot be loaded ({hub.first_line(error)}): "
                "save it again with tokenizer.save_pretrained(), or pass a tokenizer."
            ) from error
        raise ModelNotFound(
            f"No tokenizer for {name!r}: it is no folder here, and the hub gave none "
            f"({hub.first_line(error)}). Check the name and the connection, or pass a folder."
        ) from error


def _needed(error: ImportError) -> str:
    # BertJapaneseTokenizer names each of its packages with a page to read; one line installs them.
    if "fugashi" in str(error) or "unidic" in str(error):
        return "pip install fugashi unidic-lite"
    return hub.first_line(error)
