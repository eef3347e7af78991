"""The tokenizers that these tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tokens.families import build

if TYPE_CHECKING:
    from pathlib import Path


class _Tokenizers(dict[str, Any]):
    """Tokenizers by the name of their family, each built when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __repr__(self) -> str:
        return "tokenizers"  # Hypothesis prints its arguments.

    def __missing__(self, name: str) -> Any:
        self[name] = build(name, self.folder)
        return self[name]


@pytest.fixture(scope="session")
def tokenizers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One tokenizer of each family, read and never changed."""
    return _Tokenizers(tmp_path_factory.mktemp("tokenizers"))
