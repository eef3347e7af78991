"""A lens: one model with its tokenizer, ready to be pointed at texts.

The one module that joins `tokens/` and `capture/`: a text becomes `Tokens`, the model runs once over
their ids, and a `Trace` comes out.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attnviz import hub
from attnviz.capture import ModelFacts, Trace, forward
from attnviz.errors import InvalidOption, InvalidText, ModelNotFound
from attnviz.tokens import Tokens, limit_of, need_of_segmenter, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import torch

    from attnviz.capture import Kind
    from attnviz.tokens import Message, Segmenter

# How each kind of model is loaded; the bare model without a task's head is the default.
TASKS = {
    None: "AutoModel",
    "masked-lm": "AutoModelForMaskedLM",
    "causal-lm": "AutoModelForCausalLM",
    "seq2seq-lm": "AutoModelForSeq2SeqLM",
    "sequence-classification": "AutoModelForSequenceClassification",
    "token-classification": "AutoModelForTokenClassification",
    "question-answering": "AutoModelForQuestionAnswering",
}

# What models call their tables of learned positions.
_POSITIONS = ("position_embedding", "position_embeddings", "positions_embed", "wpe", "embed_positions")

# The field writes these otherwise than their configuration classes do.
_WRITTEN = {"bert": "BERT", "distilbert": "DistilBERT", "roberta": "RoBERTa", "gpt2": "GPT-2", "bart": "BART"}


def load(
    name_or_path: str | Path | None = None,
    *,
    model: torch.nn.Module | None = None,
    tokenizer: Any = None,
    task: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    name: str | None = None,
    segmenter: Segmenter | None = None,
    trust_remote_code: bool = False,
) -> Lens:
    """Load a model and its tokenizer, or join the two that are given.

    Args:
        name_or_path: a name on the Hugging Face hub, or a local folder.
        model, tokenizer: objects already loaded; either may stand beside `name_or_path`, which then
            gives the other. A tokenizer may be a folder or name of its own.
        task: keep the head for a task, for later analyses of its output: one of `TASKS`.
        device: where a model that is loaded here goes ("cpu", "cuda", …).
        dtype: precision that it computes in ("float32", "bfloat16", …); that of its file by default. Weights
            are computed in float32 from the queries and keys in whatever precision the model gives them.
        name: how the pages call the model; its name or folder by default.
        segmenter: cuts texts into words before the tokenizer sees them, for models that were trained so
            (the first ones of ku-nlp and nlp-waseda): a function from a text to its words, or "mecab".
        trust_remote_code: run code that the model's folder brings along. Off unless asked for.

    Warns:
        UserWarning: weights were drawn at random, or a segmenter seems to be wanted and none is given.

    Raises:
        ModelNotFound: no such folder or name, or the folder lacks a model.
        TokenizerError: the tokenizer is missing or of a family that is not covered.
    """
    if task not in TASKS:
        raise InvalidOption(f"task={task!r} is not known: use one of {', '.join(t for t in TASKS if t)}.")
    if name_or_path is None and (model is None or tokenizer is None):
        raise InvalidOption("load() needs a name or folder, or both model= and tokenizer=.")
    if name_or_path is not None and model is not None and tokenizer is not None:
        raise InvalidOption(
            f"There is nothing left to load from {str(name_or_path)!r} beside model= and tokenizer=: "
            "leave it out, and pass name= for what the pages shall call the model."
        )
    if model is None:
        model = _load_model(str(name_or_path), task, dtype, device, trust_remote_code)
    else:
        for option, value in (("task", task), ("device", device), ("dtype", dtype)):
            if value is not None:
                raise InvalidOption(
                    f"{option}={value!r} is for a model loaded here: prepare the one you pass yourself."
                )
    if tokenizer is None or isinstance(tokenizer, str | Path):
        from attnviz.tokens import load_tokenizer

        tokenizer = load_tokenizer(str(tokenizer or name_or_path), trust_remote_code=trust_remote_code)
    config: Any = model.config
    given = str(name_or_path or getattr(config, "_name_or_path", "") or type(model).__name__)
    if segmenter is None and (reason := need_of_segmenter(tokenizer)) is not None:
        warnings.warn(
            f"{given!r} seems to want Japanese text cut into words beforehand, as {reason}: pass "
            "segmenter='mecab', or a function that cuts as its training did (Juman++, most often).",
            stacklevel=2,
        )
    return Lens(model, tokenizer, ModelFacts(name or _shown_name(given), _architecture(config)), segmenter)


def _load_model(
    name: str, task: str | None, dtype: str | None, device: str | None, trust_remote_code: bool
) -> torch.nn.Module:
    import torch
    import transformers

    if dtype is not None and not isinstance(getattr(torch, dtype, None), torch.dtype):
        raise InvalidOption(f"dtype={dtype!r} is not known: use 'float32', 'bfloat16' or 'float16'.")
    try:  # Devices are many, and only an allocation tells whether one is there.
        torch.empty(1, device=device)
    except (AssertionError, RuntimeError) as error:
        raise InvalidOption(f"device={device!r} cannot be used here: {hub.first_line(error)}") from error

    folder = Path(name)
    if folder.is_dir() and not (folder / "config.json").is_file():
        raise ModelNotFound(
            f"The folder {name!r} holds no model: config.json is missing. "
            "Pass the folder that save_pretrained() wrote."
        )
    hub.require(name, ["config.json"])
    verbosity = transformers.logging.get_verbosity()
    # Its report lists what every bare model lacks, the pooler; what matters of it is told below.
    transformers.logging.set_verbosity(logging.ERROR)
    try:
        model: torch.nn.Module
        model, report = getattr(transformers, TASKS[task]).from_pretrained(
            name, dtype=dtype or "auto", trust_remote_code=trust_remote_code, output_loading_info=True
        )
    except Exception as error:  # Broken files raise whatever their parsers raise.
        raise ModelNotFound(f"The model {name!r} cannot be loaded: {hub.first_line(error)}") from error
    finally:
        transformers.logging.set_verbosity(verbosity)
    _warn_of_random_weights(name, report["missing_keys"])
    return (model if device is None else model.to(device)).eval()


def _warn_of_random_weights(name: str, missing: Iterable[str]) -> None:
    """A file that lacks weights gives a model that is partly untrained, and pictures that mean nothing."""
    drawn = sorted(key for key in missing if "pooler." not in key)  # It comes after all attention.
    if drawn:
        warnings.warn(
            f"{name!r} lacks {len(drawn)} weights, {drawn[0]!r} the first; they were drawn at random, so "
            "what depends on them is not that of a trained model.",
            stacklevel=4,
        )


@dataclass(frozen=True, eq=False, repr=False)
class Lens:
    """A model with its tokenizer.

    Attributes:
        model: left as it is, in whatever mode and on whatever device; it is only ever read.
        tokenizer: its tokenizer.
        facts: name and architecture, for the pages.
        segmenter: what cuts texts into words before the tokenizer sees them; None for most models.
    """

    model: torch.nn.Module
    tokenizer: Any
    facts: ModelFacts
    segmenter: Segmenter | None = None

    def __repr__(self) -> str:
        return f"<Lens on {self.facts.name}: {self.facts.architecture}>"

    @property
    def max_length(self) -> int | None:
        """The most tokens the model can take, added ones included; None where it sets no limit."""
        return self._limit("encoder")

    def _limit(self, side: Literal["encoder", "decoder"]) -> int | None:
        limits = (limit_of(self.tokenizer), _learned_positions(self.model, side))
        return min((limit for limit in limits if limit is not None), default=None)

    def trace(
        self,
        text: str | None = None,
        pair: str | None = None,
        target: str | None = None,
        messages: Sequence[Message] | None = None,
        *,
        truncate: bool = False,
        lang: str | None = None,
    ) -> Trace:
        """Run the model once over a text, and keep what its attention layers were given.

        Args:
            text, pair: one text, or two that the model reads together.
            target: what the decoder of an encoder-decoder model says. Without it only the encoder runs.
            messages: a chat in place of a text, `[{"role": "user", "content": "…"}, …]`, written out by
                the tokenizer's chat template.
            truncate: cut a text that is too long, and say so in the trace's notes.
            lang: "ja", "en", …, where the script does not tell.

        Raises:
            InvalidText: empty, or not valid Unicode.
            TextTooLong: more tokens than the model takes, and `truncate` is off.
            UnsupportedModel: the model has no attention that can be captured.
        """
        for name, given in (("text", text), ("pair", pair), ("target", target)):
            if isinstance(given, str) and not given.strip():
                remedy = "give at least one word" if name == "text" else f"leave {name}= out"
                raise InvalidText(f"The {name} is empty, so there is nothing to attend to: {remedy}.")
        config: Any = self.model.config
        if target is not None and not getattr(config, "is_encoder_decoder", False):
            raise InvalidOption(
                f"target= is for encoder-decoder models, and {self.facts.architecture} is none: "
                "leave it out, or use pair= for a second text."
            )
        read = partial(tokenize, self.tokenizer, lang=lang, truncate=truncate, segmenter=self.segmenter)
        tokens = read(text, pair, messages=messages, max_length=self._limit("encoder"))
        if not len(tokens):
            raise InvalidText("The tokenizer makes no token of the text, so there is nothing to attend to.")
        inputs = self._inputs(tokens)
        target_tokens = None
        if target is not None:
            target_tokens = self._decoder_tokens(read(target, target=True, max_length=self._limit("decoder")))
            inputs["decoder_input_ids"] = self._tensor(target_tokens.ids)
        self._check_vocabulary(tokens, target_tokens)
        own = tokens if target_tokens is None else target_tokens
        kinds: dict[Kind, tuple[Tokens, Tokens]] = {"encoder": (tokens, tokens)}
        if target_tokens is not None or not getattr(config, "is_encoder_decoder", False):
            kinds |= {"decoder": (own, own), "cross": (own, tokens)}
        [(groups, captured)] = forward(self.model, inputs, [kinds])
        sides = [("text", tokens)] + ([("target", target_tokens)] if target_tokens else [])
        notes = [note for side, table in sides for note in _notes(side, table)]
        return Trace(self.facts, tokens, target_tokens, groups, notes + captured)

    def _check_vocabulary(self, *tables: Tokens | None) -> None:
        """A tokenizer of another model gives ids for which there is no embedding."""
        model: Any = self.model
        try:
            known = model.get_input_embeddings().num_embeddings
        except (NotImplementedError, AttributeError):  # CANINE hashes characters, and has no table.
            return
        for tokens in tables:
            largest = max(tokens.ids, default=0) if tokens is not None else 0
            if largest >= known:
                raise InvalidOption(
                    f"The tokenizer gives token id {largest}, but the model has embeddings for {known} ids "
                    "only: pass the tokenizer that belongs to the model."
                )

    def _inputs(self, tokens: Tokens) -> dict[str, torch.Tensor]:
        inputs = {"input_ids": self._tensor(tokens.ids)}
        if tokens.type_ids is not None and getattr(self.model.config, "type_vocab_size", 0) > 1:
            inputs["token_type_ids"] = self._tensor(tokens.type_ids)
        return inputs

    def _tensor(self, numbers: list[int]) -> torch.Tensor:
        import torch

        return torch.tensor([numbers], device=next(self.model.parameters()).device)

    def _decoder_tokens(self, labels: Tokens) -> Tokens:
        """Labels as the decoder gets them: shifted right behind its start token."""
        config: Any = self.model.config
        start = getattr(config, "decoder_start_token_id", None)
        if start is None:
            raise InvalidOption(
                f"{self.facts.name} names no decoder_start_token_id: set it in the model's config."
            )
        return labels.shifted_right(start, self.tokenizer.convert_ids_to_tokens(start))


def _learned_positions(model: torch.nn.Module, side: Literal["encoder", "decoder"]) -> int | None:
    """How many positions a model has learned, or None where positions have no table.

    Rotary and relative positions go on beyond any length; a table of embeddings ends. RoBERTa's table
    starts counting after its padding index. An encoder-decoder model may have one for each side.
    """
    import torch

    found: dict[str, int] = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Embedding) and name.rsplit(".", 1)[-1] in _POSITIONS:
            offset = getattr(module, "offset", 0)  # BART's table carries two unused rows in front.
            skipped = module.padding_idx + 1 if module.padding_idx is not None else offset
            of = next((part for part in name.split(".") if part in ("encoder", "decoder")), "encoder")
            found.setdefault(of, int(module.num_embeddings - skipped))
    return found.get(side, found.get("encoder"))


def _notes(side: str, tokens: Tokens) -> list[str]:
    notes = []
    if tokens.truncation is not None:
        notes.append(f"The {side} was cut: {tokens.truncation.sentence(tokens.segment_names)}")
    if tokens.lost:
        notes.append(
            f"The tokenizer dropped {', '.join(repr(dropped) for dropped in _lost(tokens))} of the {side}: "
            "no token stands for it."
        )
    return notes


def _lost(tokens: Tokens) -> list[str]:
    """The stretches that no token stands for, as written."""
    return [tokens.texts[lost.segment][lost.start : lost.end] for lost in tokens.lost]


def _shown_name(name: str) -> str:
    """A hub name as it is, and a folder by its last two parts, which look the same and hide the rest."""
    path = Path(name)
    return "/".join(path.resolve().parts[-2:]) if path.is_dir() else name


def _architecture(config: Any) -> str:
    model_type = str(config.model_type)
    return _WRITTEN.get(model_type, type(config).__name__.removesuffix("Config"))
