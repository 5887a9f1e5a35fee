"""Somebody waits: who is told of the pages that are read, and how long there is for reading them.

A page of a scan takes a second or two. Readers that need such time say each page they have done and
stop when the time is up, with what they have. Who waits says so by `awaited`; nobody does otherwise.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

Told = Callable[[int, int], None]
"""Takes how many pages are read, and of how many: 0 where nobody knows yet."""


class _Awaited(NamedTuple):
    told: Told | None = None
    until: float = math.inf


_NOBODY = _Awaited()
_awaited: ContextVar[_Awaited] = ContextVar("awaited", default=_NOBODY)


@contextmanager
def awaited(told: Told | None = None, seconds: float = math.inf) -> Iterator[None]:
    """Let somebody know of the pages that are read in this block, which has so many seconds."""
    outer = _awaited.get()
    until = min(outer.until, time.monotonic() + seconds)
    token = _awaited.set(_Awaited(told or outer.told, until))
    try:
        yield
    finally:
        _awaited.reset(token)


def page_read(page: int, pages: int = 0) -> None:
    """Say that a page is read, the first being 1, of so many where that is known."""
    if told := _awaited.get().told:
        told(page, pages)


def check_time() -> None:
    """End a reading whose time is up.

    Raises:
        TimeoutError: it is.
    """
    if time.monotonic() > _awaited.get().until:
        raise TimeoutError
