"""One captured forward pass over one text: model and inputs in, attention groups out."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from weakref import WeakKeyDictionary

from attnviz.capture.capture import Capture
from attnviz.capture.groups import AttentionGroup, Kind, kind_of
from attnviz.capture.outputs import returned_weights
from attnviz.errors import AttnvizError, UnsupportedModel
from attnviz.hub import first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import torch

    from attnviz.capture.layer import AttentionLayer
    from attnviz.tokens import Tokens

# What so many queries or keys stand for; None where these tokens cannot be meant.
Side: TypeAlias = "Callable[[int], Tokens | None]"
# For each kind of attention what stands for its queries and its keys.
Sides: TypeAlias = "Mapping[Kind, tuple[Side, Side]]"

# The groups of one text, and notes for the reader.
Captured: TypeAlias = "tuple[dict[Kind, AttentionGroup], list[str]]"

# Reentrant: a hook of the model may trace it in turn.
_locks: WeakKeyDictionary[torch.nn.Module, Any] = WeakKeyDictionary()
_locks_guard = Lock()


def exactly(tokens: Tokens) -> Side:
    """These tokens, and nothing where their number is another."""
    return lambda count: tokens if count == len(tokens) else None


def forward(
    model: torch.nn.Module,
    inputs: Mapping[str, torch.Tensor],
    texts: Sequence[Sides],
    lengths: list[int] | None = None,
) -> list[Captured]:
    """Run the model once and sort what its attention layers were given.

    The model is left as it was: same mode, same configuration, also when it raises.

    Args:
        model: any model of transformers, or one that calls torch's functions.
        inputs: what it is called with, tensors `[text, …]`.
        texts: for each text of the batch what stands for queries and keys.
        lengths: number of tokens of each text of a batch, padded on the right; None for one text.

    Returns:
        For each text the groups by kind, and notes for the reader: what was not captured, what no formula
        gives.

    Raises:
        UnsupportedModel: no attention was seen.
    """
    import torch

    model = getattr(model, "_orig_mod", model)  # What torch.compile was given.
    offloaded = hasattr(model, "hf_device_map") or any(hasattr(each, "_hf_hook") for each in model.modules())
    if next(model.parameters()).is_meta and not offloaded:
        raise UnsupportedModel(
            f"{type(model).__name__} has no weights (they lie on the meta device): load them first."
        )
    config: Any = model.config
    encoder_decoder = bool(getattr(config, "is_encoder_decoder", False))
    runner = _runner(model, inputs, texts[0])
    sort = partial(kind_of, encoder_decoder=encoder_decoder, towers=hasattr(config, "vision_config"))
    with torch.no_grad(), evaluating(model), _uncompiled(model):
        with Capture(model, lengths) as capture:
            _run(runner, inputs)
        # The longest text has no padding: what is pooled or cut into windows has another size there.
        whole = lengths.index(max(lengths)) if lengths else 0
        met = [_Met(sort(module, layers[whole]), layers) for module, layers in capture.calls]
        found = [each for each in met if each.tokens(texts[whole], whole) is not None]
        if not found:
            returned = returned_weights(model, partial(_run, runner), inputs, lengths)
            met = [_Met(told or sort(model, layers[whole]), layers) for told, layers in returned]
            found = [each for each in met if each.tokens(texts[whole], whole) is not None]
        latents = getattr(config, "num_latents", None)  # Perceiver's, as many as there are tokens or not.
        found = [each for each in found if each.layers[whole].queries != latents]
    if not found:
        raise UnsupportedModel(
            f"{type(model).__name__} called no attention function that attnviz can listen to: either it has "
            "no attention (as Mamba or RWKV), or it attends within windows, blocks or buckets of its own."
        )
    expected = _expected(config, texts[0])
    changed = _changed(capture.changed, found)
    unplaced = _unplaced([each for each in met if each not in found])
    results = []
    for text, sides in enumerate(texts):
        groups = _groups(found, text, sides)
        results.append((groups, [*_missing(groups, expected), *unplaced, *changed, *_kept(groups)]))
    return results


@dataclass(frozen=True, eq=False)
class _Met:
    """One attention call: its kind, and a layer per text."""

    kind: Kind
    layers: list[AttentionLayer]

    def tokens(self, sides: Sides, text: int) -> tuple[Tokens, Tokens] | None:
        """What its queries and keys stand for; None for windows, pooled queries and the like."""
        layer = self.layers[text]
        if self.kind not in sides or layer.windows > 1:
            return None
        queries, keys = sides[self.kind]
        found = queries(layer.queries), keys(layer.keys)
        return None if found[0] is None or found[1] is None else (found[0], found[1])


def _groups(found: Sequence[_Met], text: int, sides: Sides) -> dict[Kind, AttentionGroup]:
    """The groups of one text, in the order of its sides."""
    groups = {}
    for kind in sides:
        of_kind = [each for each in found if each.kind == kind]
        tokens = of_kind[0].tokens(sides, text) if of_kind else None
        if tokens is not None:
            groups[kind] = AttentionGroup(kind, *tokens, tuple(each.layers[text] for each in of_kind))
    return groups


def _changed(names: Sequence[str], found: Sequence[_Met]) -> list[str]:
    """Layers that may do something with their weights (mix heads, drop small ones) after the softmax."""
    shown = {each.layers[0].name for each in found}
    names = [name for name in names if name in shown]
    if not names:
        return []
    note = (
        f"It was not seen that the weights of {names[0]}{' and others' if len(names) > 1 else ''} meet the "
        "values as they are: shown are those of the softmax, which the layer may change afterwards."
    )
    return [note]


def _unplaced(calls_left: Sequence[_Met]) -> list[str]:
    """Calls that do not attend from tokens to tokens (CANINE's middle layers see every fourth position)."""
    names = [each.layers[0].name for each in calls_left]
    if not names:
        return []
    calls = "One attention call is" if len(names) == 1 else f"{len(names)} attention calls are"
    note = (
        f"{calls} between other things than tokens (windows, pooled positions, queries of the model's own), "
        f"and not shown: {names[0]}{' and others' if len(names) > 1 else ''}."
    )
    return [note]


def _runner(model: Any, inputs: Mapping[str, torch.Tensor], sides: Sides) -> Callable[..., Any]:
    """The model, or the part of it that has something to read."""
    # Without a target there is nothing for a decoder to say; the encoder alone still has its attention.
    if getattr(model.config, "is_encoder_decoder", False) and "decoder" not in sides:
        encoder: Callable[..., Any] = model.get_encoder()
        return encoder
    one_tower = None
    if hasattr(model.config, "vision_config"):
        if "input_ids" not in inputs:
            one_tower = "get_image_features"
        elif "pixel_values" not in inputs:  # Models that only write about images read text by themselves.
            one_tower = "get_text_features"
    runner: Callable[..., Any] = getattr(model, one_tower, model) if one_tower else model
    return runner


def _expected(config: Any, sides: Sides) -> dict[Kind | Literal["self"], int]:
    """How many layers the configuration promises, by kind; "self" where it tells no kind."""
    text = config.get_text_config()
    count = _layers_of(text)
    if "text" in sides or "vision" in sides:
        towers: dict[Kind | Literal["self"], int] = {
            "text": count,
            "vision": _layers_of(config.vision_config),
        }
        return {kind: layers for kind, layers in towers.items() if kind in sides}
    if not getattr(config, "is_encoder_decoder", False):
        return {"self": count}
    expected: dict[Kind | Literal["self"], int] = {
        "encoder": getattr(config, "encoder_layers", count) or count
    }
    if "decoder" in sides:
        layers = (
            getattr(config, "decoder_layers", None) or getattr(config, "num_decoder_layers", None) or count
        )
        expected |= {"decoder": layers, "cross": layers}
    return expected


def _layers_of(config: Any) -> int:
    return getattr(config, "num_hidden_layers", None) or getattr(config, "depth", None) or 0


def _missing(groups: Mapping[Kind, AttentionGroup], expected: dict[Kind | Literal["self"], int]) -> list[str]:
    """Layers without attention (as in Jamba), or with attention that cannot be captured."""
    notes = []
    for kind, count in expected.items():
        counted = ("encoder", "decoder") if kind == "self" else (kind,)
        seen = sum(group.layers for group in groups.values() if group.kind in counted)
        if seen < count:
            name = {"self": "model", "text": "text model", "vision": "vision model"}.get(kind, kind)
            shown = f"only {seen} of {count} layers" if seen else "no layer"
            numbers = [
                _number(group[i].name)
                for group in groups.values()
                if group.kind in counted
                for i in range(group.layers)
            ]
            which = f" (layers {', '.join(numbers)} of the model)" if seen and all(numbers) else ""
            notes.append(
                f"Of the {name}'s attention {shown} could be captured{which}: the others have none, or "
                "attend in a way of their own."
            )
    return notes


def _number(name: str) -> str:
    """A layer's number in the model, as its modules are named: `3` of `layers.3.self_attn`."""
    return next((part for part in name.split(".") if part.isdecimal()), "")


def _kept(groups: Mapping[Kind, AttentionGroup]) -> list[str]:
    notes = []
    for group in groups.values():
        layers = [str(i) for i in range(group.layers) if group[i].formula is None]
        if layers:
            notes.append(
                f"The {group.kind}'s weights in layer {', '.join(layers)} are the model's own: no formula of "
                "queries and keys gives them, so the neuron view has nothing to show there."
            )
    return notes


def _name(runner: Any) -> str:
    return type(getattr(runner, "__self__", runner)).__name__


def _run(runner: Any, inputs: Mapping[str, torch.Tensor], **options: Any) -> Any:
    try:
        return runner(**inputs, **options)
    except (AttnvizError, MemoryError):
        raise
    except Exception as error:  # A model raises what it likes at inputs that it cannot read.
        raise UnsupportedModel(
            f"{_name(runner)} failed on {', '.join(inputs)} ({first_line(error)}): it has to run on what its "
            "tokenizer or processor makes, and nothing else."
        ) from error


def _uncompiled(model: torch.nn.Module) -> AbstractContextManager[Any]:
    """Python code as it was written, in a model that was compiled in place."""
    import torch

    compiled = any(getattr(module, "_compiled_call_impl", None) for module in model.modules())
    return torch.compiler.set_stance("force_eager") if compiled else nullcontext()


@contextmanager
def evaluating(model: torch.nn.Module) -> Iterator[None]:
    """Dropout off while we look, module by module as it was afterwards.

    One thread at a time for a model: another would take what this one sets for how the model was.
    """
    with _locks_guard:
        lock = _locks.setdefault(model, RLock())
    with lock:
        before = {module: module.training for module in model.modules()}
        model.eval()
        try:
            yield
        finally:
            for module, training in before.items():
                module.training = training
