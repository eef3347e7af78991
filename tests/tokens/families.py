"""One small tokenizer of each family, built on the spot from a few lines of text.

`FAMILIES` names them; `build(name, folder)` makes one, loaded from `folder` as users have it wherever its
class has files. Benchmarks build them from lines of their own.
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
import warnings
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import sentencepiece
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINES = [
    "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "東京の株式会社で自然言語処理のガイドを作る。犬とバナナが好き。",
    "The quick brown fox jumps over the lazy dog, and it did not care.",
    "昨日、友達と一緒に寿司を食べに行きました。値段は1000円でした。",
    "Hello world, this is a test: don't panic; cafe resume naive.",
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


def _characters(lines: list[str]) -> list[str]:
    return sorted({char for line in lines for char in line if not char.isspace()} | set("㎏kgキロ12"))


CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}"
)


def _loaded(folder: Path, config: dict[str, Any], files: dict[str, str | bytes]) -> Any:
    from transformers import AutoTokenizer

    folder.mkdir(exist_ok=True)
    for name, content in {**files, "tokenizer_config.json": json.dumps(config)}.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return AutoTokenizer.from_pretrained(folder)


# Rust-backed


def wrapped(backend: Tokenizer, **options: Any) -> Any:
    """The backend as transformers hands it out."""
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(tokenizer_object=backend, **options)


def bert(_folder: Path | None = None, lines: list[str] = LINES, *, lowercase: bool = True) -> Any:
    """BERT's own: WordPiece, blanks and punctuation and Han characters apart, accents stripped."""
    words = [*SPECIAL, *WORDS, "吾", "輩", "名", "前", "hello", "world", *_pieces_of(lines)]
    vocabulary = {token: i for i, token in enumerate(dict.fromkeys(words))}
    backend = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    backend.post_processor = processors.TemplateProcessing(
        "[CLS]:0 $A:0 [SEP]:0", "[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)]
    )
    return wrapped(backend, **NAMES)


def _byte_level(
    specials: list[str], lines: list[str], pattern: str | None = None, *, nfc: bool = False
) -> Tokenizer:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if pattern is not None:
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    if nfc:
        backend.normalizer = normalizers.NFC()
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        special_tokens=specials,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(LINES[:3] if lines is LINES else lines, trainer)
    return backend


def gpt2(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """GPT-2's: bytes merged into tokens, a blank in front of each word, nothing added."""
    backend = _byte_level(["<|endoftext|>"], lines)
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    return wrapped(
        backend, unk_token="<|endoftext|>", eos_token="<|endoftext|>", model_input_names=["input_ids"]
    )


def roberta(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """RoBERTa's: like GPT-2's, but its offsets leave the blanks out."""
    backend = _byte_level(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], lines)
    backend.post_processor = processors.RobertaProcessing(
        ("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False
    )
    return wrapped(backend, cls_token="<s>", sep_token="</s>", unk_token="<unk>", pad_token="<pad>")


def modernbert(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """ModernBERT's: byte-level over NFC."""
    backend = _byte_level(SPECIAL, lines, nfc=True)
    backend.post_processor = processors.TemplateProcessing(
        "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]", [("[CLS]", 2), ("[SEP]", 3)]
    )
    return wrapped(backend, **NAMES)


_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def qwen2(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """Qwen2's: byte-level over NFC, split by a pattern, for chats."""
    backend = _byte_level(
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], lines, _LLAMA3.replace("{1,3}", ""), nfc=True
    )
    backend.post_processor = processors.ByteLevel(trim_offsets=False)
    return wrapped(backend, eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=CHATML)


def llama3(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """Llama 3's: byte-level, split by a pattern, trimmed, with a token in front."""
    backend = _byte_level(["<|begin_of_text|>", "<|end_of_text|>"], lines, _LLAMA3)
    template = processors.TemplateProcessing(
        "<|begin_of_text|> $A", "<|begin_of_text|> $A <|begin_of_text|> $B", [("<|begin_of_text|>", 0)]
    )
    backend.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=True), template])
    return wrapped(backend, bos_token="<|begin_of_text|>", eos_token="<|end_of_text|>")


_PIECES = ["▁", "▁the", "▁quick", "▁fox", *"吾輩は猫株式会社かがガイドfi12。ab犬"]


def _known(lines: list[str]) -> list[str]:
    own = [piece for piece in _pieces_of(lines) if not piece.startswith("##")]
    return list(dict.fromkeys([*_PIECES, *own]))


def unigram(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """T5's kind: Unigram over NFKC, blanks written ▁, an end token added."""
    backend = Tokenizer(
        models.Unigram(
            [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((p, -2.0) for p in _known(lines))], unk_id=2
        )
    )
    backend.normalizer = normalizers.NFKC()
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Metaspace()
    backend.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    return wrapped(backend, eos_token="</s>", unk_token="<unk>", pad_token="<pad>")


def unigram_bytes(_folder: Path | None = None, lines: list[str] = LINES) -> Any:
    """Unigram with byte fallback: what it lacks comes as <0xE3>, each byte with the whole run's place."""
    pieces = [("<unk>", 0.0), ("<s>", 0.0), *((f"<0x{byte:02X}>", -9.0) for byte in range(256))]
    backend = Tokenizer(
        models.Unigram([*pieces, *((p, -2.0) for p in _known(lines))], unk_id=0, byte_fallback=True)
    )
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    backend.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s> $B", [("<s>", 1)])
    return wrapped(backend, bos_token="<s>", unk_token="<unk>")


def _pieces_of(lines: list[str]) -> list[str]:
    """Characters to make any word of these lines from, and their commonest words; none of our own lines."""
    if lines is LINES:
        return []
    characters = sorted({char for line in lines for char in unicodedata.normalize("NFKC", line).lower()})
    words = Counter(word for line in lines for word in re.findall(r"\w{2,12}", line.lower()))
    pieces = [char for char in characters if not char.isspace()]
    return [*pieces, *(f"##{char}" for char in pieces), *(word for word, _ in words.most_common(2000))]


# From a SentencePiece model: Rust-backed where transformers converts it, around the model where not


def _pieces(lines: list[str], **options: Any) -> bytes:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 20 if lines is LINES else lines),
        model_writer=model,
        minloglevel=2,
        hard_vocab_limit=False,
        **options,
    )
    return model.getvalue()


def _spiece(
    folder: Path, lines: list[str], *, kind: str, file: str, options: dict[str, Any], **config: Any
) -> Any:
    given = {"model_type": "unigram", "vocab_size": 200, **options}
    if lines is not LINES:
        given["vocab_size"] = 4000
    return _loaded(folder, {"tokenizer_class": kind, **config}, {file: _pieces(lines, **given)})


def m2m100(folder: Path, lines: list[str]) -> Any:
    """M2M100's: SentencePiece with a vocabulary of its own, and the language as first token."""
    model = _pieces(lines, model_type="unigram", vocab_size=200 if lines is LINES else 4000)
    pieces = sentencepiece.SentencePieceProcessor(model_proto=model)
    names = ["<s>", "<pad>", "</s>", "<unk>"]
    names += [pieces.id_to_piece(i) for i in range(3, len(pieces))]
    vocabulary = json.dumps({piece: i for i, piece in enumerate(names)})
    config = {"tokenizer_class": "M2M100Tokenizer", "src_lang": "ja", "tgt_lang": "en"}
    return _loaded(folder, config, {"sentencepiece.bpe.model": model, "vocab.json": vocabulary})


def marian(folder: Path, lines: list[str]) -> Any:
    """Marian's: one SentencePiece model for each side."""
    size = 200 if lines is LINES else 4000
    models_ = {
        f"{side}.spm": _pieces(lines, model_type="unigram", vocab_size=size) for side in ("source", "target")
    }
    pieces = sentencepiece.SentencePieceProcessor(model_proto=models_["source.spm"])
    names = ["</s>", "<unk>", *(pieces.id_to_piece(i) for i in range(3, len(pieces))), "<pad>"]
    vocabulary = json.dumps({piece: i for i, piece in enumerate(names)})
    return _loaded(folder, {"tokenizer_class": "MarianTokenizer"}, {**models_, "vocab.json": vocabulary})


# Written in Python


def neox_japanese(folder: Path, lines: list[str]) -> Any:
    """GPT-NeoX-Japanese: characters, bytes for the rest, and names for blanks."""
    names = ["<|endoftext|>", "<|startoftext|>", "<SP>", "<BR>", "<TAB>", "<BLOCK>", "<KIGOU>"]
    names += ["<U2000U2BFF>", *(f"<|byte{byte}|>" for byte in range(256)), *_characters(lines)]
    files = {"vocab.txt": "\n".join(names) + "\n", "emoji.json": '{"emoji": {}, "emoji_inv": {}}'}
    return _loaded(folder, {"tokenizer_class": "GPTNeoXJapaneseTokenizer"}, files)


def ctrl(folder: Path, lines: list[str]) -> Any:
    """CTRL's: BPE that marks what goes on with @@."""
    characters = _characters(lines)
    names = ["<unk>", *(f"{char}@@" for char in characters), *characters]
    files = {
        "vocab.json": json.dumps({token: i for i, token in enumerate(names)}),
        "merges.txt": "#version\nt h\n",
    }
    return _loaded(folder, {"tokenizer_class": "CTRLTokenizer"}, files)


def prophetnet(folder: Path, lines: list[str]) -> Any:
    """ProphetNet's: BERT's rules, written in Python."""
    vocabulary = dict.fromkeys([*SPECIAL, "[X_SEP]", *WORDS, *_pieces_of(lines)])
    files = {"prophetnet.tokenizer": "\n".join(vocabulary) + "\n"}
    return _loaded(folder, {"tokenizer_class": "ProphetNetTokenizer"}, files)


def bert_japanese(
    folder: Path,
    lines: list[str] = LINES,
    *,
    words: str = "mecab",
    subwords: str = "wordpiece",
    lower: bool = False,
    **options: Any,
) -> Any:
    """BertJapaneseTokenizer."""
    known = _characters(lines) if subwords == "character" else [*WORDS, *_pieces_of(lines)]
    vocabulary = list(dict.fromkeys([*SPECIAL, *known]))
    files: dict[str, str | bytes] = {"vocab.txt": "\n".join(vocabulary) + "\n"}
    if subwords == "sentencepiece":
        files = {
            "spiece.model": _pieces(
                lines,
                model_type="unigram",
                vocab_size=200 if lines is LINES else 4000,
                user_defined_symbols=["[CLS]", "[SEP]", "[MASK]", "[PAD]"],
                unk_piece="[UNK]",
                bos_id=-1,
                eos_id=-1,
            )
        }
    config = {
        "tokenizer_class": "BertJapaneseTokenizer",
        "word_tokenizer_type": words,
        "subword_tokenizer_type": subwords,
        "do_lower_case": lower,
        **({"mecab_kwargs": {"mecab_dic": "unidic_lite"}} if words == "mecab" else {}),
        **options,
    }
    return _loaded(folder, config, files)


def _plain(folder: Path, _lines: list[str], *, kind: str) -> Any:
    return _loaded(folder, {"tokenizer_class": kind}, {})


_LLAMA = {
    "model_type": "bpe",
    "vocab_size": 460,
    "byte_fallback": True,
    "normalization_rule_name": "identity",
    "remove_extra_whitespaces": False,
    "unk_id": 0,
    "bos_id": 1,
    "eos_id": 2,
    "pad_id": -1,
}
_T5 = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1}
_DEBERTA = {"pad_id": 0, "bos_id": 1, "eos_id": 2, "unk_id": 3, "bos_piece": "[CLS]", "eos_piece": "[SEP]"}
_DEBERTA |= {"unk_piece": "[UNK]", "pad_piece": "[PAD]", "user_defined_symbols": ["[MASK]"]}
_ALBERT = {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "pad_piece": "<pad>"}
_ALBERT |= {"user_defined_symbols": ["[CLS]", "[SEP]", "[MASK]"]}

_BUILDERS: dict[str, Callable[[Path, list[str]], Any]] = {
    "bert": bert,
    "bert-cased": partial(bert, lowercase=False),
    "gpt2": gpt2,
    "roberta": roberta,
    "modernbert": modernbert,
    "qwen2": qwen2,
    "llama3": llama3,
    "unigram": unigram,
    "unigram-bytes": unigram_bytes,
    "llama": partial(_spiece, kind="LlamaTokenizer", file="tokenizer.model", options=_LLAMA, legacy=False),
    "t5": partial(_spiece, kind="T5Tokenizer", file="spiece.model", options=_T5, extra_ids=2),
    "xlm-roberta": partial(_spiece, kind="XLMRobertaTokenizer", file="sentencepiece.bpe.model", options={}),
    "deberta-v2": partial(
        _spiece, kind="DebertaV2Tokenizer", file="spm.model", options=_DEBERTA, do_lower_case=False
    ),
    "albert": partial(_spiece, kind="AlbertTokenizer", file="spiece.model", options=_ALBERT),
    "bert-generation": partial(
        _spiece, kind="BertGenerationTokenizer", file="spiece.model", options={"pad_id": 0, "unk_id": 3}
    ),
    "siglip": partial(_spiece, kind="SiglipTokenizer", file="spiece.model", options=_T5),
    "m2m100": m2m100,
    "marian": marian,
    "byt5": partial(_plain, kind="ByT5Tokenizer"),
    "perceiver": partial(_plain, kind="PerceiverTokenizer"),
    "canine": partial(_plain, kind="CanineTokenizer"),
    "neox-japanese": neox_japanese,
    "ctrl": ctrl,
    "prophetnet": prophetnet,
    "japanese-words": bert_japanese,
    "japanese-lower": partial(bert_japanese, lower=True),
    "japanese-characters": partial(bert_japanese, subwords="character"),
    "japanese-pieces": partial(bert_japanese, subwords="sentencepiece"),
    "japanese-ipadic": partial(bert_japanese, mecab_kwargs={"mecab_dic": "ipadic"}),
    "japanese-sudachi": partial(
        bert_japanese, words="sudachi", sudachi_kwargs={"sudachi_dict_type": "small"}
    ),
    "japanese-basic": partial(bert_japanese, words="basic"),
}
FAMILIES = list(_BUILDERS)


def build(name: str, folder: Path, lines: list[str] = LINES) -> Any:
    """The tokenizer of that name, made from these lines; `folder` takes its files."""
    with warnings.catch_warnings():
        # Marian recommends a package, and transformers calls Sudachi by an old name.
        warnings.simplefilter("ignore")
        return _BUILDERS[name](folder / name, lines)
