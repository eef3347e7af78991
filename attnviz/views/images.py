"""A trace's image as the page shows it: one `data:` address, which asks for nothing outside the page."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING, Any

from attnviz.errors import UnsupportedModel

if TYPE_CHECKING:
    import numpy as np

# Pixels a side: more than a page shows it at.
MOST_PIXELS = 1024
# Up to so many pixels a side an image is written without loss; as a photograph it is ten times smaller.
_LOSSLESS = 256


def encode_image(image: np.ndarray) -> dict[str, Any]:
    """An image, uint8 `[height, width, 3]`, as the page's schema has it.

    Raises:
        UnsupportedModel: Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise UnsupportedModel("Images need Pillow: pip install 'attnviz[image]'") from error
    picture = Image.fromarray(image)
    picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
    small = max(picture.size) <= _LOSSLESS
    data = BytesIO()
    if small:
        picture.save(data, "PNG", optimize=True)
    else:
        picture.save(data, "JPEG", quality=85)
    kind = "png" if small else "jpeg"
    return {
        "url": f"data:image/{kind};base64,{b64encode(data.getvalue()).decode('ascii')}",
        "width": picture.width,
        "height": picture.height,
    }
