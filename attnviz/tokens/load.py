"""A tokenizer from a name or folder, with errors that say what is missing."""

from __future__ import annotations

import importlib.util
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
    except Exception as error:  # Broken files raise whatever their parsers raise.
        if packages := missing_packages(str(error)):
            raise TokenizerError(
                f"The tokenizer of {name!r} needs what is not installed: pip install {' '.join(packages)}"
            ) from error
        if "trust_remote_code" in str(error):
            raise TokenizerError(
                f"The tokenizer of {name!r} is code that its folder brings along: read it, and pass "
                "trust_remote_code=True if you trust it."
            ) from error
        if folder.is_dir():
            raise TokenizerError(
                f"The tokenizer in {name!r} cannot be loaded ({hub.first_line(error)}): "
                "save it again with tokenizer.save_pretrained(), or pass a tokenizer."
            ) from error
        raise ModelNotFound(
            f"No tokenizer for {name!r}: it is no folder here, and the hub gave none "
            f"({hub.first_line(error)}). Check the name and the connection, or pass a folder."
        ) from error


# What an error says, the module that it misses then, and what installs it. Without SentencePiece or
# protobuf transformers takes a vocabulary for tiktoken's, and asks for that.
_PACKAGES = (
    ("tiktoken", "sentencepiece", "sentencepiece"),
    ("tiktoken", "google.protobuf", "protobuf"),
    ("sentencepiece", "sentencepiece", "sentencepiece"),
    ("protobuf", "google.protobuf", "protobuf"),
    ("fugashi", "fugashi", "fugashi"),
    ("fugashi", "unidic_lite", "unidic-lite"),
    ("unidic_lite", "unidic_lite", "unidic-lite"),
    ("ipadic", "ipadic", "ipadic"),
    ("unidic dictionary", "unidic", "unidic"),
    ("sudachi", "sudachipy", "sudachipy"),
    ("sudachi", "sudachidict_core", "sudachidict-core"),
    ("rhoknp", "rhoknp", "rhoknp"),
    ("tiktoken", "tiktoken", "tiktoken"),
)


def missing_packages(message: str) -> list[str]:
    """The packages that an error asks for, as far as they are not installed; each once."""
    said = message.lower()
    needed = [package for word, module, package in _PACKAGES if word in said and not _is_installed(module)]
    if len(needed) > 1 and needed[-1] == "tiktoken":
        needed.pop()
    return list(dict.fromkeys(needed))


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
