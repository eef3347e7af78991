"""From a text to what the model sees, and from every token back to its exact place in the text."""

from attnviz.tokens.build import tokenize
from attnviz.tokens.load import load_tokenizer
from attnviz.tokens.record import Tokens, Word

__all__ = ["Tokens", "Word", "load_tokenizer", "tokenize"]
