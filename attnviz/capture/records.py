"""Dataclasses as JSON and back, by the types of their fields.

What is read is checked against those types, so that a damaged or foreign file is told at the border; a
field that is added to a dataclass later is written and read without a line here.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from attnviz.tokens.words import Finder

T = TypeVar("T")

# Numbers that JSON holds and a page can read: a float64 knows no larger integer for sure.
_LARGEST = 2**53
# What the records import for types alone.
_NAMES = {"Finder": Finder}


class MalformedRecord(ValueError):
    """JSON that is not what a dataclass asks for; the message says what and where, without a full stop."""


def written(record: Any) -> bytes:
    """A dataclass as JSON, tuples as lists."""
    return json.dumps(record, default=_fields, separators=(",", ":")).encode()


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def read(kind: type[T], data: bytes | bytearray) -> T:
    """The dataclass that `written` has written.

    Raises:
        MalformedRecord: no JSON, or not of that type.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedRecord("its header is no JSON") from error
    record: T = _decoded(kind, value, "header")
    return record


def _decoded(kind: Any, value: Any, place: str) -> Any:
    """A value of JSON as one of some type; `place` says where it stands."""
    arguments = get_args(kind)
    if NoneType in arguments:
        (some,) = (argument for argument in arguments if argument is not NoneType)
        return None if value is None else _decoded(some, value, place)
    if get_origin(kind) is list:
        return _decoded_list(arguments[0], value, place)
    if get_origin(kind) is tuple or hasattr(kind, "_fields"):
        return _decoded_tuple(kind, value, place)
    if is_dataclass(kind):
        return _decoded_record(kind, value, place)
    if get_origin(kind) is Literal:
        right = isinstance(value, str) and value in arguments
    elif kind in (int, float):  # A float may be written as 8.
        right = type(value) in (int, kind) and abs(value) <= _LARGEST
    elif kind in (str, bool):
        right = type(value) is kind
    else:
        raise TypeError(f"{place} is of type {kind}, which this module cannot read.")
    _check(right, place, value)
    return value


def _decoded_tuple(kind: Any, value: Any, place: str) -> Any:
    """A tuple of fixed length, or a NamedTuple."""
    named = hasattr(kind, "_fields")
    kinds = list(_hints(kind).values()) if named else get_args(kind)
    _check(isinstance(value, list) and len(value) == len(kinds), place, value)
    parts = [_decoded(of, each, place) for of, each in zip(kinds, value, strict=True)]
    return kind(*parts) if named else tuple(parts)


def _decoded_list(kind: Any, value: Any, place: str) -> list[Any]:
    _check(isinstance(value, list), place, value)
    plain = set(get_args(kind) or (kind,))
    if (
        plain <= {str, bool, int, NoneType} and set(map(type, value)) <= plain
    ):  # Long, and most of what is read.
        numbers = [each for each in value if type(each) is int] if int in plain else []
        if max(numbers, default=0) <= _LARGEST and min(numbers, default=0) >= -_LARGEST:
            return list(value)
    return [_decoded(kind, each, f"{place}[{i}]") for i, each in enumerate(value)]


def _decoded_record(kind: Any, value: Any, place: str) -> Any:
    _check(isinstance(value, dict), place, value)
    hints, needed = _hints(kind), _needed(kind)
    for name in value:
        if name not in needed:
            raise MalformedRecord(f"its {place} has a field {_short(name)} that this version does not know")
    for name, has_no_default in needed.items():
        if has_no_default and name not in value:
            raise MalformedRecord(f"its {place} lacks the field {name!r}")
    return kind(**{name: _decoded(hints[name], each, f"{place}.{name}") for name, each in value.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, localns=_NAMES)


@cache
def _needed(kind: Any) -> dict[str, bool]:
    """For each field of a dataclass whether it has no default."""
    return {
        field.name: field.default is MISSING and field.default_factory is MISSING for field in fields(kind)
    }


def _check(right: bool, place: str, value: object) -> None:
    if not right:
        raise MalformedRecord(f"its {place} cannot be {_short(value)}")


def _short(value: object, most: int = 40) -> str:
    """A value in few characters; deep ones are not written out at all."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = repr(value) if not isinstance(value, int) or abs(value) <= _LARGEST else "so large a number"
    return text if len(text) <= most else text[: most - 1] + "…"
