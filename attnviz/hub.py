"""Names and folders: is there anything to load, before transformers tries?

Without a network transformers retries for most of a minute and then says where its own manual is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attnviz.errors import ModelNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence


def require(name: str, files: Sequence[str]) -> None:
    """Return if a name can be loaded: a folder, in the hub's cache, or on a hub that answers.

    Args:
        name: a local folder, or a name on the Hugging Face hub.
        files: any of these in the cache shows that the name is there.

    Raises:
        ModelNotFound: none of the three.
    """
    if Path(name).is_dir():
        return
    from huggingface_hub import constants, get_session, try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        if any(isinstance(try_to_load_from_cache(name, file), str) for file in files):
            return
    except HFValidationError:
        raise ModelNotFound(
            f"{name!r} is neither a folder here nor a model name of the form 'name' or 'owner/name'."
        ) from None
    reason = "HF_HUB_OFFLINE is set"
    if not constants.HF_HUB_OFFLINE:
        try:
            get_session().head(constants.ENDPOINT, timeout=5)
        except Exception as error:  # noqa: BLE001  The session's own error classes change between releases.
            reason = first_line(error)
        else:
            return
    raise ModelNotFound(
        f"{name!r} was not found locally, and the hub cannot be reached: pass a folder, or connect "
        f"({reason})."
    )


def first_line(error: BaseException) -> str:
    """The first line of a message, or the error's name where it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
