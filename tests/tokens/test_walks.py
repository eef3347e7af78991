"""Families whose steps are walked exactly.

Alignment would place their tokens nearly as well, and hide a walk that no longer leads to the ids.
"""

import pytest

from attnviz.tokens.engines import by_unit, by_word, sentencepiece

TEXT = "吾輩は猫 the ｶﾞｲﾄﾞ🦄 ㍿! don't"
WALKS = {by_unit: ["byt5", "perceiver", "canine"], sentencepiece: ["bert-generation", "m2m100"]}
WALKS[by_word] = ["japanese-words", "japanese-lower", "japanese-characters", "japanese-pieces", "prophetnet"]
WALKS[by_word] += ["japanese-ipadic", "japanese-sudachi", "japanese-basic"]


@pytest.mark.parametrize(("engine", "name"), [(engine, name) for engine in WALKS for name in WALKS[engine]])
def test_the_walk_leads_to_the_tokenizers_ids(tokenizers, engine, name):
    tokenizer = tokenizers[name]
    steps = engine.walk(tokenizer, TEXT)
    assert steps is not None
    ids = tokenizer.convert_tokens_to_ids([step.raw for step in steps])
    assert ids == tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    assert all(step.span is not None for step in steps)


@pytest.mark.parametrize("engine", list(WALKS))
def test_other_families_are_left_to_others(tokenizers, engine):
    assert engine.walk(tokenizers["ctrl"], TEXT) is None
