"""Files that are written where somebody asked for them: checked first, and put in place whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attnviz.errors import InvalidOption, OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence


def check_target(path: str | Path, endings: Sequence[str], form: str) -> Path:
    """Whether a file may be written there, before the work for it is done.

    Args:
        path: the file.
        endings: those it may have, the usual one first.
        form: why, as the end of a sentence: "views are saved as HTML".

    Raises:
        InvalidOption: another ending.
        OutputError: its folder is missing, or it is a folder itself.
    """
    target = Path(path)
    if target.suffix.lower() not in endings:
        raise InvalidOption(f"{str(target)!r} does not end in {endings[0]}: {form}.")
    try:
        if target.is_dir():
            raise OutputError(f"{str(target)!r} is a folder: give the name of a file.")
        if not target.parent.is_dir():
            raise OutputError(
                f"{str(target)!r} cannot be written: there is no folder {str(target.parent)!r}."
            )
    except OSError as error:
        raise OutputError(f"{str(target)!r} cannot be written: {error.strerror}.") from error
    return target


def write(target: Path, data: bytes) -> None:
    """Write a file beside its place first, so that a full disk leaves the one that was there.

    Raises:
        OutputError: it cannot be written.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise OutputError(f"{str(target)!r} cannot be written: {error.strerror}.") from error
    except ValueError as error:  # A NUL in the name.
        raise OutputError(f"{str(target)!r} cannot be written: no file can have that name.") from error
