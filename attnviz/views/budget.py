"""How large a page may become, as the person writes it, and as pages and errors write it."""

from __future__ import annotations

import math
import re

from attnviz.errors import InvalidOption

# More than this and a browser takes seconds only to read the file.
BUDGET = "32MB"

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")


def parse_budget(budget: str | int) -> int:
    """Bytes of a budget: a number of bytes, or a size as "32MB".

    Raises:
        InvalidOption: neither of these.
    """
    if isinstance(budget, int) and not isinstance(budget, bool) and budget > 0:
        return budget
    found = _SIZE.fullmatch(budget) if isinstance(budget, str) else None
    unit = _UNITS.get(found[2].upper()) if found else None
    size = 0 if found is None or unit is None else int(float(found[1]) * unit)
    if size <= 0:
        raise InvalidOption(
            f"budget={budget!r} is no size: write it as '32MB' (kB, MB, GB, KiB, MiB or GiB), or as a whole "
            "number of bytes above 0."
        )
    return size


def as_size(size: float) -> str:
    """A number of bytes in words, rounded up so that whoever asks for it gets enough: `20.9MB`."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            return f"{math.ceil(size / least * 10) / 10:g}{unit}"
    return f"{math.ceil(size)}B"
