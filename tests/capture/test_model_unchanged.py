"""A capture leaves no trace in the model, and sees only its own."""

import copy
import threading

import pytest
import torch

from attnviz.capture import exactly, forward
from attnviz.capture.capture import Capture
from attnviz.errors import UnsupportedModel
from tests.tiny import tiny_model

IDS = torch.arange(5, 29)[None]
TOKENS = [0] * 24
SIDES = [{"encoder": (exactly(TOKENS), exactly(TOKENS)), "decoder": (exactly(TOKENS), exactly(TOKENS))}]


def test_outputs_and_configuration_are_the_same_after_a_capture():
    model = tiny_model("BERT")
    with torch.no_grad():
        before = model(IDS).last_hidden_state
    config = model.config.to_dict()
    forward(model, {"input_ids": IDS}, SIDES)
    with torch.no_grad():
        after = model(IDS).last_hidden_state
    assert torch.equal(before, after)
    assert model.config.to_dict() == config
    assert not any(module._forward_hooks for module in model.modules())


def test_a_captured_pass_computes_what_an_ordinary_one_does():
    model = tiny_model("Llama")
    with torch.no_grad():
        plain = model(IDS).last_hidden_state
    with torch.no_grad(), Capture(model):
        captured = model(IDS).last_hidden_state
    assert torch.equal(plain, captured)


def test_training_mode_is_restored_module_by_module_even_when_the_model_raises():
    model = tiny_model("BERT")
    model.train()
    model.encoder.layer[0].eval()
    modes = [module.training for module in model.modules()]
    try:
        with pytest.raises(UnsupportedModel, match=r"BertModel failed on input_ids \(index out"):
            forward(model, {"input_ids": torch.tensor([[10**6]])}, SIDES)
        assert [module.training for module in model.modules()] == modes
    finally:
        model.eval()


def test_dropout_is_off_while_looking():
    model = tiny_model("BERT")
    quiet = forward(model, {"input_ids": IDS}, SIDES)[0][0]["encoder"][1].weights()
    model.train()
    try:
        trained = forward(model, {"input_ids": IDS}, SIDES)[0][0]["encoder"][1].weights()
    finally:
        model.eval()
    assert (quiet == trained).all()


def test_another_model_run_inside_a_capture_is_not_noted():
    model, other = tiny_model("BERT"), tiny_model("RoBERTa")
    with torch.no_grad(), Capture(model) as capture:
        other(IDS)
    assert capture.calls == []


def test_two_threads_that_capture_two_models_do_not_meet():
    found = {}

    def run(family: str) -> None:
        with torch.no_grad(), Capture(tiny_model(family)) as capture:
            for _ in range(5):
                tiny_model(family)(IDS)
        found[family] = len(capture.calls)

    tiny_model("BERT"), tiny_model("ModernBERT")
    threads = [threading.Thread(target=run, args=(family,)) for family in ("BERT", "ModernBERT")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"BERT": 10, "ModernBERT": 20}


def test_a_model_without_attention_is_refused_by_name():
    with pytest.raises(UnsupportedModel, match="MambaModel called no attention function"):
        forward(tiny_model("Mamba"), {"input_ids": IDS}, SIDES)


def test_threads_that_trace_one_model_leave_it_training():
    model = copy.deepcopy(tiny_model("BERT")).train()
    threads = [
        threading.Thread(target=lambda: [forward(model, {"input_ids": IDS}, SIDES) for _ in range(5)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(module.training for module in model.modules())


def test_another_model_that_a_hook_runs_inside_is_not_taken_for_a_layer():
    for family in ("Llama", "Bloom"):
        model = copy.deepcopy(tiny_model(family))
        other = copy.deepcopy(model)
        with torch.no_grad(), Capture(model) as capture:
            model(IDS)
        expected = [layers[0].name for _, layers in capture.calls]
        layer = next(module for name, module in model.named_modules() if name in ("layers.0", "h.0"))
        layer.register_forward_hook(lambda *_, other=other: other(IDS) and None)
        with torch.no_grad(), Capture(model) as capture:
            model(IDS)
        assert [layers[0].name for _, layers in capture.calls] == expected


def test_a_model_may_be_traced_from_its_own_hook():
    model = copy.deepcopy(tiny_model("BERT"))
    inner = []

    def trace_once(*_):
        if not inner:
            inner.append(None)
            inner.append(forward(model, {"input_ids": IDS}, SIDES))

    model.encoder.layer[0].register_forward_hook(trace_once)
    [(outer, _)] = forward(model, {"input_ids": IDS}, SIDES)
    [(groups, _)] = inner[1]
    assert outer["encoder"].layers == groups["encoder"].layers == 2
    assert (outer["encoder"][1].weights() == groups["encoder"][1].weights()).all()


def test_hooks_of_the_user_survive():
    model = copy.deepcopy(tiny_model("BERT"))
    seen = []
    model.encoder.register_forward_hook(lambda *_: seen.append(1))
    forward(model, {"input_ids": IDS}, SIDES)
    forward(model, {"input_ids": IDS}, SIDES)
    assert len(seen) == 2


def test_a_trace_is_its_own_whatever_becomes_of_the_model_and_of_what_it_gave():
    model = copy.deepcopy(tiny_model("GPT-OSS"))
    [(groups, _)] = forward(model, {"input_ids": IDS}, SIDES)
    layer = groups["decoder"][0]
    before = layer.weights()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(3.0)
    assert (layer.weights() == before).all()
