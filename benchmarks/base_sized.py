"""A BERT of base size (12 layers × 12 heads, 768 wide) whose attention is that of a trained model.

Random weights attend to everything alike, which flatters whoever compresses or draws few strong lines, and
a trained model of this size is 400 MB to fetch. So MiniLM (6 × 12 heads, 384 wide) is blown up: every layer
twice, its state side by side with itself, and the 32 numbers of each query and key turned into 64 by a random
rotation. Layer 0 attends exactly as MiniLM's does, what the vectors are like when packed and how long a pass
takes are as with BERT-base.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attnviz
from tests.real import minilm_folder

LAYERS, HEADS, WIDTH = 12, 12, 768
_TEXT = Path(__file__).parents[1] / "LICENSE"


def base_sized_lens() -> attnviz.Lens:
    """The model with MiniLM's own tokenizer."""
    import torch
    import transformers

    folder = minilm_folder()
    small = transformers.AutoModel.from_pretrained(folder)
    config = transformers.BertConfig(**{**small.config.to_dict(), "num_hidden_layers": LAYERS})
    config.hidden_size, config.intermediate_size = WIDTH, 2 * small.config.intermediate_size
    torch.manual_seed(0)
    model = transformers.BertModel(config)
    turns = torch.linalg.qr(torch.randn(LAYERS, HEADS, 64, 32))[0]
    given, wanted = small.state_dict(), model.state_dict()
    with torch.no_grad():
        for name, target in wanted.items():
            target.copy_(_widened(name, given, turns))
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return attnviz.load(model=model.eval(), tokenizer=tokenizer)


def _widened(name: str, given: dict[str, Any], turns: Any) -> Any:
    """One parameter of the large model, made of the small one's."""
    import torch

    parts = name.split(".")
    layer = int(parts[2]) if parts[:2] == ["encoder", "layer"] else None
    if layer is not None:
        parts[2] = str(layer // 2)
    value = given[".".join(parts)]
    if "ids" in parts[-1]:
        return value
    inner = parts[-3:-1]
    if layer is not None and "self" in parts:
        value = torch.einsum("hoi,hi...->ho...", turns[layer], value.unflatten(0, (HEADS, -1))).flatten(0, 1)
        # 64 numbers are divided by √64, not by √32.
        factor = 2**0.25 if parts[-2] in ("query", "key") else 1
        return factor * (torch.cat([value, value], dim=1) / 2 if value.dim() == 2 else value)
    if layer is not None and inner == ["output", "dense"] and "attention" in parts and value.dim() == 2:
        turned = torch.einsum("hoi,dhi->dho", turns[layer], value.unflatten(1, (HEADS, -1))).flatten(1)
        return torch.cat([turned, turned])
    if value.dim() == 1:
        return torch.cat([value, value])
    if "embeddings" in parts:
        return torch.cat([value, value], dim=1)
    both = torch.cat([value, value], dim=1) / 2
    return torch.cat([both, both])


def text_of(lens: attnviz.Lens, tokens: int) -> str:
    """A text of exactly so many tokens, added ones included: the licence from its first sentence on."""
    words = _TEXT.read_text(encoding="utf-8").split()
    words = words[words.index("TERMS") :]

    def length(count: int) -> int:
        return len(
            attnviz.tokenize(lens.tokenizer, " ".join(words[:count]), truncate=False, max_length=10**6)
        )

    low, high = 1, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if length(middle) <= tokens else (low, middle - 1)
    filled = [*words[:low], *["and"] * (tokens - length(low))]
    return " ".join(filled)
