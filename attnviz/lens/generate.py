"""Letting the model write on: generate first, then one captured pass over the finished text.

Captured step by step, the weights would be the same; the finished text gives all of them in one pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attnviz import hub
from attnviz.capture import evaluating
from attnviz.errors import InvalidOption, UnsupportedModel
from attnviz.lens.reading import Reading
from attnviz.tokens import followed_by, tokens_of_ids

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_generation(
    generate: int, generation: Mapping[str, Any], target: str | None, pair: str | None
) -> None:
    """Refuse options that contradict each other, before any work is done."""
    if not hasattr(generate, "__index__") or generate < 0:
        raise InvalidOption(f"generate={generate} is no number of tokens: pass 1 or more, or 0 for none.")
    if generation and not generate:
        raise InvalidOption("generation= says nothing without generate=: pass the number of tokens to write.")
    if generate and (target is not None or pair is not None):
        other = "target" if target is not None else "pair"
        raise InvalidOption(f"generate= and {other}= cannot be joined: the model writes on behind one text.")


def written_on(
    model: Any, tokenizer: Any, reading: Reading, most: int, generation: Mapping[str, Any]
) -> Reading:
    """A reading with what the model writes: behind a decoder's text, or as the target of an encoder's.

    Args:
        model: one that can generate.
        tokenizer: its tokenizer.
        reading: the prompt.
        most: number of tokens that are written at most.
        generation: more for `model.generate` (`do_sample`, `temperature`, …). Greedy where it says nothing.

    Raises:
        UnsupportedModel: the model has no head for words, or refuses the options.
    """
    import torch

    if not getattr(model, "can_generate", lambda: False)():
        raise UnsupportedModel(
            f"{type(model).__name__} has no head that predicts words, so it cannot generate: load it by its "
            "name or folder, or pass model= as AutoModelForCausalLM (or AutoModelForSeq2SeqLM) gives it."
        )
    inputs = {**reading.inputs, "attention_mask": torch.ones_like(reading.inputs["input_ids"])}
    try:
        with torch.no_grad(), evaluating(model):
            found = model.generate(**inputs, max_new_tokens=most, **{"do_sample": False, **generation})
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # Settings are many, and each is refused in its own way.
        raise UnsupportedModel(f"{type(model).__name__} cannot generate: {hub.first_line(error)}") from error
    ids: list[int] = getattr(found, "sequences", found)[0].tolist()
    prompt = reading.tokens
    if model.config.is_encoder_decoder:
        written = tokens_of_ids(tokenizer, ids[1:], lang=prompt.lang)
        start = tokenizer.convert_ids_to_tokens(ids[0]) or f"<{ids[0]}>"
        return Reading.of(model, prompt, written.shifted_right(ids[0], start))
    written = tokens_of_ids(tokenizer, ids[len(prompt) :], before=prompt.ids, lang=prompt.lang)
    return Reading.of(model, followed_by(prompt, written))
