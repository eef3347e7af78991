"""A trace as a file: safetensors, with the arrays as they are and everything else as JSON among them.

The file's metadata hold one entry, `attnviz-trace`: the version of the format, that of attnviz, and a
digest of all that follows. What the tensors are is told in `stored.py`; one of them holds the JSON, as
metadata are limited in size, and the tokens of a long text are not.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attnviz._version import __version__
from attnviz.capture.records import MalformedRecord, read
from attnviz.capture.stored import TYPES, Contents, Reader, Writer
from attnviz.capture.trace import Trace
from attnviz.errors import TraceFileError
from attnviz.files import check_target, write

if TYPE_CHECKING:
    import torch

FORMAT = "attnviz-trace"
VERSION = 1


@dataclass(frozen=True)
class _Stamp:
    """What tells whether the rest can be read: versions, and a digest of names, types, shapes and bytes."""

    version: int
    attnviz: str
    digest: str


def save(trace: Trace, path: str | Path) -> Path:
    """Write a trace to a `.safetensors` file, and return its path; see `Trace.save`."""
    from safetensors.torch import save as packed

    target = check_target(path, (".safetensors",), "traces are saved as safetensors")
    writer = Writer(trace)
    tensors = writer.tensors
    contents = {
        name: (_name_of(tensor), list(tensor.shape), _bytes_of(tensor)) for name, tensor in tensors.items()
    }
    stamp = _Stamp(VERSION, __version__, _digest(contents))
    write(target, packed(tensors, {FORMAT: json.dumps(asdict(stamp))}))
    return target


def open_trace(path: str | Path) -> Trace:
    """Open a trace that `trace.save` has written, without its model.

    Weights, queries and keys are those of the trace that was saved, bit for bit, and every view of it is
    the same.

    Args:
        path: a `.safetensors` file.

    Raises:
        TraceFileError: the file is missing, damaged, of another kind, or of a newer attnviz.
    """
    file = Path(path)
    contents = _contents(file)
    try:
        return Reader(contents).trace()
    except MalformedRecord as error:
        raise _damaged(file, str(error)) from error


def _damaged(file: Path, why: str) -> TraceFileError:
    return TraceFileError(
        f"{str(file)!r} is damaged ({why}): fetch it once more, or save the trace again with trace.save()."
    )


def _contents(file: Path) -> Contents:
    """All tensors of a file that is what its stamp says."""
    import safetensors

    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise TraceFileError(
            f"There is no file {str(file)!r}: give the one that trace.save() has written."
        ) from error
    except OSError as error:
        raise TraceFileError(
            f"{str(file)!r} cannot be read ({error.strerror}): give the file that trace.save() has written."
        ) from error
    except ValueError as error:  # A NUL in the name.
        raise TraceFileError(
            f"{str(file)!r} names no file: give one that trace.save() has written."
        ) from error
    try:
        deserialize: Any = safetensors.deserialize
        found = deserialize(data)
    except safetensors.SafetensorError as error:
        raise TraceFileError(
            f"{str(file)!r} is no whole safetensors file ({_cause(error)}): give the one that trace.save() "
            "has written, and if it was copied, fetch it once more."
        ) from error
    contents: Contents = {name: (each["dtype"], each["shape"], each["data"]) for name, each in found}
    stamp = _stamp(file, data)
    if stamp.digest != _digest(contents):
        raise _damaged(file, "its digest does not fit its contents")
    return contents


def _stamp(file: Path, data: bytes) -> _Stamp:
    """The stamp of a safetensors file, if it holds a trace that this version reads."""
    # The format's own layout: eight bytes of length, then JSON (deserialize() leaves the metadata out).
    length = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__") or {}
    if FORMAT not in metadata:
        raise TraceFileError(
            f"{str(file)!r} is a safetensors file without a trace: give one that trace.save() has written."
        )
    try:
        stamp = json.loads(metadata[FORMAT])
    except (ValueError, RecursionError) as error:
        raise _damaged(file, "its metadata cannot be read") from error
    version = stamp.get("version") if isinstance(stamp, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise TraceFileError(
            f"{str(file)!r} is of version {version} of the format, which attnviz {stamp.get('attnviz')} "
            f"wrote, and attnviz {__version__} reads version {VERSION}: install a newer attnviz."
        )
    try:
        return read(_Stamp, metadata[FORMAT].encode())
    except MalformedRecord as error:
        raise _damaged(file, "its metadata cannot be read") from error


def _cause(error: Exception) -> str:
    return str(error).removeprefix("Error while deserializing: ")


def _digest(contents: Contents) -> str:
    """Names, types, shapes and bytes of all tensors in 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for name, (kind, shape, data) in sorted(contents.items()):
        digest.update(json.dumps([name, kind, list(shape)]).encode())
        digest.update(data)
    return digest.hexdigest()


def _name_of(tensor: "torch.Tensor") -> str:
    """Safetensors' name of a tensor's type."""
    written_as = {torch_name: name for name, torch_name in TYPES.items()}
    return written_as[str(tensor.dtype).removeprefix("torch.")]


def _bytes_of(tensor: "torch.Tensor") -> Any:
    import torch

    return tensor.flatten().view(torch.uint8).numpy()
