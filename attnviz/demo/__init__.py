"""The small model and the two texts that ship with the package, so that a first look needs no download.

What the model is, what it was trained on and what it is no good for stands in `model/README.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DemoText:
    """A text to look at, short enough for the model's limit of 96 tokens.

    Attributes:
        title: names the text in a page that shows several.
        lang: "ja" or "en".
        text: what the model reads.
        pair: a second text, read together with the first, or None.
    """

    title: str
    lang: str
    text: str
    pair: str | None = None


# Each says one noun twice and points back at another with a pronoun: それ at the ball, and the two "it" at
# the ball and at the dog. Repetition and reference are what attention is usually looked at for.
TEXTS = (
    DemoText("日本語", "ja", "白い犬が公園を走っている。子どもがボールを投げると、犬はそれを追いかけた。"),
    DemoText(
        "English", "en", "The old man gave the dog a ball, and the dog gave it back because it was tired."
    ),
)


def model_path() -> Path:
    """The folder of the embedded model: a BERT for Japanese and English, 6 layers × 6 heads.

    A folder as `save_pretrained()` writes it, so it can be given wherever a model's folder is asked for.
    """
    return Path(__file__).parent / "model"
