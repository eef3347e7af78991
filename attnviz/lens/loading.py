"""`load`: a model and its tokenizer, from a folder, from the hub, or as objects, joined to a `Lens`."""

from __future__ import annotations

import logging
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnviz import hub
from attnviz.capture import ModelFacts
from attnviz.errors import InvalidOption, ModelNotFound
from attnviz.lens.images import load_processor, reads_images_alone
from attnviz.lens.lens import Lens
from attnviz.tokens import load_tokenizer, need_of_segmenter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import torch

    from attnviz.tokens import Segmenter

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

# The field writes these otherwise than their configuration classes do.
_WRITTEN = {"bert": "BERT", "distilbert": "DistilBERT", "roberta": "RoBERTa", "gpt2": "GPT-2", "bart": "BART"}

# A folder of fewer bytes loads in seconds.
_AT_ONCE = 1_000_000_000


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
    processor: Any = None,
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
        processor: makes what the model reads of images; that of the folder by default.
        trust_remote_code: run code that the model's folder brings along. Off unless asked for.

    Warns:
        UserWarning: weights were drawn at random, or a segmenter seems to be wanted and none is given.

    Raises:
        ModelNotFound: no such folder or name, or the folder lacks a model.
        TokenizerError: the tokenizer is missing or of a family that is not covered.
    """
    _check(name_or_path, model, tokenizer, processor, task)
    reload: Callable[[str], torch.nn.Module] | None = None
    if model is None:
        model = _load_model(str(name_or_path), dtype, device, trust_remote_code, task)
        reload = partial(_load_model, str(name_or_path), dtype, device, trust_remote_code)
    else:
        for option, value in (("task", task), ("device", device), ("dtype", dtype)):
            if value is not None:
                raise InvalidOption(
                    f"{option}={value!r} is for a model loaded here: prepare the one you pass yourself."
                )
    if tokenizer is None and name_or_path is None:
        tokenizer = getattr(processor, "tokenizer", None)
    if isinstance(tokenizer, str | Path) or (tokenizer is None and not reads_images_alone(model)):
        if tokenizer is None and name_or_path is None:
            raise InvalidOption("This model reads text: pass tokenizer= as well.")
        tokenizer = load_tokenizer(str(tokenizer or name_or_path), trust_remote_code=trust_remote_code)
    load_own = None
    if name_or_path is not None:
        load_own = partial(load_processor, str(name_or_path), trust_remote_code=trust_remote_code)
    config: Any = model.config
    given = str(name_or_path or getattr(config, "_name_or_path", "") or type(model).__name__)
    if tokenizer is not None and segmenter is None and (reason := need_of_segmenter(tokenizer)) is not None:
        warnings.warn(
            f"{given!r} seems to want Japanese text cut into words beforehand, as {reason}: pass "
            "segmenter='mecab', or a function that cuts as its training did (Juman++, most often).",
            stacklevel=2,
        )
    facts = ModelFacts(name or _shown_name(given), _architecture(config))
    return Lens(model, tokenizer, facts, segmenter, processor, reload, load_own)


def _check(
    name_or_path: str | Path | None, model: Any, tokenizer: Any, processor: Any, task: str | None
) -> None:
    """Refuse what `load` cannot join."""
    if task not in TASKS:
        raise InvalidOption(f"task={task!r} is not known: use one of {', '.join(t for t in TASKS if t)}.")
    joinable = model is not None and (tokenizer is not None or processor is not None)
    if model is not None and not (hasattr(model, "config") and hasattr(model, "named_modules")):
        raise InvalidOption(
            f"model= wants a model with a config, as transformers makes them, not {type(model).__name__}: "
            "for others use attnviz.from_attentions()."
        )
    if name_or_path is None and not joinable:
        raise InvalidOption("load() needs a name or folder, or both model= and tokenizer= (or processor=).")
    if name_or_path is not None and model is not None and tokenizer is not None:
        raise InvalidOption(
            f"There is nothing left to load from {str(name_or_path)!r} beside model= and tokenizer=: "
            "leave it out, and pass name= for what the pages shall call the model."
        )


def _load_model(
    name: str, dtype: str | None, device: str | None, trust_remote_code: bool, task: str | None
) -> torch.nn.Module:
    import torch
    import transformers

    if dtype is not None and not isinstance(getattr(torch, str(dtype), None), torch.dtype):
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
    said: Any = transformers.logging
    verbosity, bars = said.get_verbosity(), said.is_progress_bar_enabled()
    # Its report lists what every bare model lacks, the pooler; what matters of it is told below.
    said.set_verbosity(logging.ERROR)
    if _loads_at_once(folder):
        # In a saved notebook the bar of a moment stays for good, at 0 %.
        said.disable_progress_bar()
    try:
        model: torch.nn.Module
        model, report = getattr(transformers, TASKS[task]).from_pretrained(
            name, dtype=dtype or "auto", trust_remote_code=trust_remote_code, output_loading_info=True
        )
    except Exception as error:  # Broken files raise whatever their parsers raise.
        raise ModelNotFound(f"The model {name!r} cannot be loaded: {hub.first_line(error)}") from error
    finally:
        said.set_verbosity(verbosity)
        if bars:
            said.enable_progress_bar()
    _warn_of_random_weights(name, report["missing_keys"])
    return (model if device is None else model.to(device)).eval()


def _loads_at_once(folder: Path) -> bool:
    """Whether the weights are a folder's that takes no time worth a progress bar."""
    return folder.is_dir() and sum(file.stat().st_size for file in folder.iterdir()) < _AT_ONCE


def _warn_of_random_weights(name: str, missing: Iterable[str]) -> None:
    """A file that lacks weights gives a model that is partly untrained, and pictures that mean nothing."""
    drawn = sorted(key for key in missing if "pooler." not in key)  # It comes after all attention.
    if drawn:
        warnings.warn(
            f"{name!r} lacks {len(drawn)} weights, {drawn[0]!r} the first; they were drawn at random, so "
            "what depends on them is not that of a trained model.",
            stacklevel=4,
        )


def _shown_name(name: str) -> str:
    """A hub name as it is, and a folder by its last two parts, which look the same and hide the rest."""
    path = Path(name)
    return "/".join(path.resolve().parts[-2:]) if path.is_dir() else name


def _architecture(config: Any) -> str:
    model_type = str(config.model_type)
    return _WRITTEN.get(model_type, type(config).__name__.removesuffix("Config"))
