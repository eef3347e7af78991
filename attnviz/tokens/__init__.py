"""From a text to what the model sees, and from every token back to its exact place in the text."""

from attnviz.tokens.build import limit_of, tokenize
from attnviz.tokens.chat import Message
from attnviz.tokens.check import check_tokens
from attnviz.tokens.continued import followed_by, tokens_of_ids
from attnviz.tokens.load import load_tokenizer
from attnviz.tokens.patches import Grid, patch_tokens, with_image
from attnviz.tokens.record import Tokens, Word
from attnviz.tokens.segment import Segmenter, need_of_segmenter
from attnviz.tokens.strings import tokens_of_strings
from attnviz.tokens.units import By, Unit

__all__ = [
    "By",
    "Grid",
    "Message",
    "Segmenter",
    "Tokens",
    "Unit",
    "Word",
    "check_tokens",
    "followed_by",
    "limit_of",
    "load_tokenizer",
    "need_of_segmenter",
    "patch_tokens",
    "tokenize",
    "tokens_of_ids",
    "tokens_of_strings",
    "with_image",
]
