"""Pages as they are read: what a long document tells whoever waits for it.

A page of a scan takes a second or two; readers that need such time say each page they have done.
Who wants to know is set by `told_to`; nobody does otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Told = Callable[[int, int], None]
"""Takes how many pages are read, and of how many: 0 where nobody knows yet."""

_told: ContextVar[Told | None] = ContextVar("told", default=None)


@contextmanager
def told_to(told: Told) -> Iterator[None]:
    """Let somebody know of the pages that are read in this block."""
    before = _told.set(told)
    try:
        yield
    finally:
        _told.reset(before)


def page_read(page: int, pages: int = 0) -> None:
    """Say that a page is read, the first being 1, of so many where that is known."""
    told = _told.get()
    if told is not None:
        told(page, pages)
