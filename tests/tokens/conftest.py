"""One small tokenizer of each family, built on the spot from a few lines of text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "東京の株式会社で自然言語処理のガイドを作る。犬とバナナが好き。",
    "The quick brown fox jumps over the lazy dog, and it did not care.",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NAMES = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
WORDS = ["吾輩", "は", "猫", "で", "ある", "名前", "株式", "会社", "カフェ", "日", "##本", "##語", "。"]
WORDS += ["the", "un", "##aff", "##able", "cafe", "don", "'", "t", "ガ", "##イ", "##ド", "を", "作", "##る"]


def wrapped(backend: Tokenizer, **options: Any) -> Any:
    """The backend as transformers hands it out."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_object=backend, **options)


def bert(*, lowercase: bool = True) -> Any:
    """BERT's own: WordPiece, blanks and punctuation and Han characters apart, accents stripped."""
    vocabulary = {
        token: i for i, token in enumerate([*SPECIAL, *WORDS, "吾", "輩", "名", "前", "hello", "world"])
    }
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    backend.post_processor = processors.TemplateProcessing(
        "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
    )
    return wrapped(backend, **NAMES)


def _byte_level(specials: list[str]) -> Tokenizer:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(LINES, trainer)
    return backend


def gpt2() -> Any:
    """GPT-2's: bytes merged into tokens, a blank in front of each word, nothing added."""
    backend = _byte_level(["<|endoftext|>"])
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    return wrapped(
        backend, unk_token="<|endoftext|>", eos_token="<|endoftext|>", model_input_names=["input_ids"]
    )


def roberta() -> Any:
    """RoBERTa's: like GPT-2's, but its offsets leave the blanks out."""
    backend = _byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    backend.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False
    )
    return wrapped(backend, cls_token="<s>", sep_token="</s>", unk_token="<unk>", pad_token="<pad>")


_PIECES = [
    "▁",
    "▁the",
    "▁quick",
    "▁fox",
    "吾",
    "輩",
    "は",
    "猫",
    "株",
    "式",
    "会",
    "社",
    "か",
    "が",
    "ガ",
    "イ",
]
_PIECES += ["ド", "f", "i", "1", "2", "。", "a", "b", "犬"]


def t5() -> Any:
    """T5's kind: Unigram over NFKC, blanks written ▁, an end token added."""
    backend = Tokenizer(
        models.Unigram(
            [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((p, -2.0) for p in _PIECES)], unk_id=2
        )
    )
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Metaspace()
    backend.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    return wrapped(backend, eos_token="</s>", unk_token="<unk>", pad_token="<pad>")


def llama() -> Any:
    """Unigram with byte fallback: what it lacks comes as <0xE3>, each byte with the whole run's place."""
    pieces = [("<unk>", 0.0), ("<s>", 0.0), *((f"<0x{byte:02X}>", -9.0) for byte in range(256))]
    backend = Tokenizer(
        models.Unigram([*pieces, *((p, -2.0) for p in _PIECES)], unk_id=0, byte_fallback=True)
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    backend.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s> $B", [("<s>", 1)])
    return wrapped(backend, bos_token="<s>", unk_token="<unk>")


def bert_japanese(folder: Path, subwords: str, *, lower: bool = False) -> Any:
    """BertJapaneseTokenizer with MeCab, loaded from a folder as users have it."""
    from transformers import AutoTokenizer

    characters = sorted({char for line in LINES for char in line if not char.isspace()} | set("㎏kgキロ12"))
    vocabulary = [*SPECIAL, *(WORDS if subwords == "wordpiece" else characters)]
    folder.mkdir(exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    config = {
        "tokenizer_class": "BertJapaneseTokenizer",
        "word_tokenizer_type": "mecab",
        "subword_tokenizer_type": subwords,
        "do_lower_case": lower,
        "mecab_kwargs": {"mecab_dic": "unidic_lite"},
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return AutoTokenizer.from_pretrained(folder)


@pytest.fixture(scope="session")
def tokenizers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All of them, by name."""
    folder = tmp_path_factory.mktemp("tokenizers")
    return {
        "bert": bert(),
        "bert-cased": bert(lowercase=False),
        "gpt2": gpt2(),
        "roberta": roberta(),
        "t5": t5(),
        "llama": llama(),
        "japanese-words": bert_japanese(folder / "words", "wordpiece"),
        "japanese-lower": bert_japanese(folder / "lower", "wordpiece", lower=True),
        "japanese-characters": bert_japanese(folder / "characters", "character"),
    }
