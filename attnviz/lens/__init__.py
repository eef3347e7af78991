"""A lens: one model with its tokenizer, ready to be pointed at texts.

The one folder that joins `tokens/` and `capture/`: a text becomes `Tokens`, the model runs once over
their ids, and a `Trace` comes out.
"""

from attnviz.lens.lens import Lens
from attnviz.lens.loading import load

__all__ = ["Lens", "load"]
