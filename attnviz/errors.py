"""Every error a user can cause: what is wrong, which value, and what to do about it.

The command line prints the message and nothing else, so a message is one or two whole sentences.
"""


class AttnvizError(Exception):
    """Base of all errors that attnviz raises on purpose."""


class ModelNotFound(AttnvizError):
    """No model at that place: the folder lacks one, or the name can neither be found nor fetched."""


class UnsupportedModel(AttnvizError):
    """The model is there, but its attention cannot be captured, or it has none."""


class TokenizerError(AttnvizError):
    """The tokenizer cannot be loaded, or its family is not covered."""


class UnsupportedTokenizer(TokenizerError):
    """The tokenizer is there, but where its tokens stand in the text cannot be told."""


class InvalidText(AttnvizError):
    """The text cannot be traced: empty, or not valid Unicode."""


class InvalidImage(AttnvizError):
    """The image cannot be read."""


class TextTooLong(InvalidText):
    """The text has more tokens than the model can take."""


class OutOfRange(AttnvizError, IndexError):
    """A layer, head, token or kind that this trace does not have."""


class InvalidOption(AttnvizError, ValueError):
    """An argument outside the values that are understood."""


class MissingPackage(AttnvizError, ImportError):
    """A package that only some do without is not installed; the message names the install line."""


class OutputError(AttnvizError):
    """A file cannot be written where it was asked for."""


class TraceFileError(AttnvizError):
    """A file that should hold a saved trace is missing, damaged, or of another kind."""
