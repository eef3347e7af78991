"""What is selected is made to fit in Python and in the page, by the same rules: one table for both.

`fitting.json` holds facts of small traces, as the payload's header names them, and what of a wish is selected
there. `frontend/tests/state/fitting.test.ts` reads the same table.
"""

import json
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import attnviz
from attnviz.views.live import live_trace
from attnviz.views.selection import NAMES, Selection, Selector
from tests.tiny import word_tokenizer
from tests.wheel import ROOT

TABLE = json.loads((Path(__file__).parent / "fitting.json").read_text(encoding="utf-8"))


def weights(layers: list[int], queries: int, keys: int, sink: int | None = None) -> list[np.ndarray]:
    """Attention of so many heads in each layer, equal for all keys but a sink."""
    rows = np.ones((queries, keys), dtype=np.float32)
    if sink is not None:
        rows[:, sink] = 3 * keys
    rows /= rows.sum(axis=1, keepdims=True)
    return [np.repeat(rows[None], heads, axis=0) for heads in layers]


@pytest.fixture(scope="module")
def traces(demo_lens):
    japanese = attnviz.tokenize(demo_lens.tokenizer, "東北大学は遠い。", "犬も好きだ。")
    english = attnviz.tokenize(word_tokenizer(["the", "cat", "sat"]), "the cat sat")
    target = attnviz.tokenize(word_tokenizer(["it", "did"]), "it did")
    a, b, c = map(len, (japanese, english, target))
    return {
        "pair": attnviz.from_attentions(weights([8, 2], a, a, sink=3), japanese),
        "translation": attnviz.from_attentions(
            weights([4, 4], b, b),
            english,
            decoder=weights([4, 4, 4], c, c),
            cross=weights([4, 4, 4], c, b, sink=0),
            target_tokens=target,
        ),
    }


def facts(trace) -> dict:
    """What the rules look at, of the header that a page gets."""
    header = live_trace(trace, "", "explore")
    known = ("label", "segment", "segments", "word", "flags", "units")
    return {
        "title": "",
        "tokens": [{name: table[name] for name in known} for table in header["tokens"]],
        "groups": [
            {
                **{name: group[name] for name in ("kind", "queries", "keys", "sinks")},
                "layers": [{"heads": layer["heads"]} for layer in group["layers"]],
                "rollout": {} if isinstance(group["rollout"], dict) else group["rollout"],
            }
            for group in header["groups"]
        ],
    }


def test_the_facts_of_the_table_are_those_of_the_header(traces):
    assert json.loads(json.dumps({name: facts(trace) for name, trace in traces.items()})) == TABLE["traces"]


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["says"])
def test_a_wish_becomes_what_the_table_says(traces, case):
    shown = [traces[name] for name in case["traces"]]
    sinks = [
        {group["kind"]: group["sinks"] for group in TABLE["traces"][name]["groups"]}
        for name in case["traces"]
    ]
    selection = Selector(case["view"], shown, sinks).opening(case["wish"])
    assert {name: selection.listed(name) for name in NAMES if name != "word"} == case["selected"]


def test_the_page_knows_the_same_traits():
    source = (ROOT / "frontend" / "src" / "live" / "selection.ts").read_text(encoding="utf-8")
    [listed] = re.findall(r"TRAITS = \[(.*?)\]", source, re.DOTALL)
    found = re.findall(r'"(\w+)"', listed)
    assert sorted(found) == sorted(field.name for field in fields(Selection) if field.name != "word")
