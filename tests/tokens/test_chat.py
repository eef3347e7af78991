"""Chats through the tokenizer's template: every token belongs to its message, or to the template."""

import pytest

from attnviz.errors import InvalidOption, InvalidText
from attnviz.tokens import tokenize

CHAT = [{"role": "user", "content": "猫は好き？"}, {"role": "assistant", "content": "はい、the quick fox."}]


def test_tokens_of_a_chat_are_places_in_their_messages(tokenizers):
    tokenizer = tokenizers["qwen2"]
    tokens = tokenize(tokenizer, messages=CHAT)
    assert tokens.ids == tokenizer.apply_chat_template(CHAT, tokenize=True)["input_ids"]
    assert tokens.texts == [message["content"] for message in CHAT]
    assert tokens.roles == ["user", "assistant"]
    assert tokens.pair is None
    for i, segment in enumerate(tokens.segment):
        if segment is not None:
            assert tokens.surface[i] == tokens.texts[segment][tokens.start[i] : tokens.end[i]]
    for message, text in enumerate(tokens.texts):
        places = zip(tokens.segment, tokens.start, tokens.end, strict=True)
        covered = {at for of, start, end in places if of == message for at in range(start, end)}
        assert "".join(text[at] for at in sorted(covered)).replace(" ", "") == text.replace(" ", "")
    assert tokens.lost == []


def test_the_template_counts_as_added(tokenizers):
    tokens = tokenize(tokenizers["qwen2"], messages=CHAT[:1])
    added = "".join(raw for raw, segment in zip(tokens.raw, tokens.segment, strict=True) if segment is None)
    assert added == "<|im_start|>userĊ<|im_end|>Ċ"
    assert tokens.special.count(True) == tokens.segment.count(None)


@pytest.mark.parametrize(
    ("template", "content", "surfaces"),
    [
        # The template trims, or writes something else for some messages.
        ("{% for m in messages %}[{{ m.content | trim }}]{% endfor %}", "  the \n", ["the"]),
        (
            "{% for m in messages %}{% if 'the' in m.content %}!{% endif %}{{ m.content }}{% endfor %}",
            "the",
            ["the"],
        ),
    ],
)
def test_messages_are_found_in_what_a_template_makes_of_them(
    tokenizers, monkeypatch, template, content, surfaces
):
    tokenizer = tokenizers["bert"]
    monkeypatch.setattr(tokenizer, "chat_template", template)
    tokens = tokenize(tokenizer, messages=[{"role": "user", "content": content}])
    assert [s for s in tokens.surface if s is not None] == surfaces
    assert tokens.start[tokens.surface.index("the")] == content.index("the")


def test_a_message_that_the_template_leaves_out_is_lost(tokenizers, monkeypatch):
    tokenizer = tokenizers["bert"]
    monkeypatch.setattr(tokenizer, "chat_template", "{{ messages[1].content }}")
    tokens = tokenize(tokenizer, messages=CHAT)
    assert [(lost.segment, lost.start, lost.end) for lost in tokens.lost] == [(0, 0, 5)]


def test_a_chat_can_be_cut(tokenizers):
    tokens = tokenize(tokenizers["qwen2"], messages=CHAT, max_length=20, truncate=True)
    assert len(tokens) == 20
    assert tokens.truncation is not None
    assert "message 1 (assistant)" in tokens.truncation.sentence(tokens.segment_names)


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ([], "There are no messages"),
        (["hello"], "Message 0 must be"),
        ([{"role": "user", "content": ["hello"]}], "Message 0 must be"),
        ([{"role": "user", "content": "a\ud800"}], "content of message 0 is not valid Unicode"),
    ],
)
def test_what_is_no_chat_is_refused(tokenizers, messages, sentence):
    with pytest.raises(InvalidText, match=sentence):
        tokenize(tokenizers["qwen2"], messages=messages)


def test_a_tokenizer_without_a_template_is_refused(tokenizers):
    with pytest.raises(InvalidText, match="no chat template"):
        tokenize(tokenizers["gpt2"], messages=CHAT)


def test_a_template_that_refuses_is_quoted(tokenizers, monkeypatch):
    monkeypatch.setattr(tokenizers["bert"], "chat_template", "{{ raise_exception('roles must alternate') }}")
    with pytest.raises(InvalidText, match="roles must alternate"):
        tokenize(tokenizers["bert"], messages=CHAT)


def test_text_and_messages_exclude_each_other(tokenizers):
    with pytest.raises(InvalidOption, match="messages= stands in place"):
        tokenize(tokenizers["qwen2"], "hello", messages=CHAT)


THINKING = (
    "{% for m in messages %}{% set content = m.content %}"
    "{% if m.role == 'assistant' and '</think>' in content %}"
    "{% set content = content.split('</think>')[-1].lstrip('\\n') %}{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ content }}<|im_end|>\n{% endfor %}"
)
SYSTEM_LAST = (
    "{% for m in messages[1:] %}{% if m.role == 'user' %}[INST] "
    "{% if loop.last %}{{ messages[0].content }}\n\n{% endif %}{{ m.content }}[/INST]"
    "{% else %} {{ m.content }}</s>{% endif %}{% endfor %}"
)


def shown(tokens, message):
    """What of a message has tokens."""
    places = zip(tokens.segment, tokens.start, tokens.end, strict=True)
    covered = {at for of, start, end in places if of == message for at in range(start, end)}
    return "".join(tokens.texts[message][at] for at in sorted(covered)).strip()


@pytest.mark.parametrize("third", ["is 2", "user"])
def test_what_a_template_cuts_off_a_message_moves_no_other(tokenizers, monkeypatch, third):
    tokenizer = tokenizers["qwen2"]
    monkeypatch.setattr(tokenizer, "chat_template", THINKING)
    contents = ["1+1?", "<think>easy</think>\n\nIt is 2.", third, "ok"]
    roles = ["user", "assistant"] * 2
    messages = [{"role": r, "content": c} for r, c in zip(roles, contents, strict=True)]
    tokens = tokenize(tokenizer, messages=messages)
    assert tokens.ids == tokenizer.apply_chat_template(messages)["input_ids"]
    assert [shown(tokens, i).replace(" ", "") for i in range(4)] == [
        "1+1?",
        "Itis2.",
        third.replace(" ", ""),
        "ok",
    ]
    assert [(lost.segment, lost.start, lost.end) for lost in tokens.lost] == [(1, 0, 19)]


def test_a_template_may_put_messages_in_another_order(tokenizers, monkeypatch):
    tokenizer = tokenizers["qwen2"]
    monkeypatch.setattr(tokenizer, "chat_template", SYSTEM_LAST)
    contents = ["thefox", "hello", "lazy", "this"]
    roles = ["system", "user", "assistant", "user"]
    messages = [{"role": r, "content": c} for r, c in zip(roles, contents, strict=True)]
    tokens = tokenize(tokenizer, messages=messages)
    assert [shown(tokens, i) for i in range(4)] == contents
    assert tokens.lost == []


def test_messages_may_hold_private_characters(tokenizers):
    content = "the \ue000\ue001 fox \ue000"
    tokens = tokenize(tokenizers["qwen2"], messages=[{"role": "user", "content": content}])
    assert shown(tokens, 0).replace(" ", "") == content.replace(" ", "")


def test_a_cut_chat_counts_what_is_missing_of_the_template_too(tokenizers):
    messages = [{"role": "user", "content": "hi"}] * 10
    whole = tokenize(tokenizers["qwen2"], messages=messages)
    short = tokenize(tokenizers["qwen2"], messages=messages, max_length=15, truncate=True)
    assert short.truncation.tokens == len(whole) - 15
    assert len(short) == 15
