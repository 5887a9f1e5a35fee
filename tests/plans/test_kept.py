"""What is written stands whole, in its own place, or not at all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from safeplan.plans import locked, write_text

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="folders without a right to write")


@pytest.fixture
def ordinary() -> Iterator[None]:
    """The rights of somebody who is not root."""
    if sys.platform == "win32" or os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_folder_that_may_not_be_written_is_left_as_it_was(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    tmp_path.chmod(0o555)
    for above in (tmp_path.parent, tmp_path.parent.parent):
        above.chmod(0o755)
    request.getfixturevalue("ordinary")
    with pytest.raises(PermissionError) as refused:
        write_text(tmp_path / "忠县-2025.json", "{}")
    assert refused.value.filename == str(tmp_path / "忠县-2025.json")
    assert list(tmp_path.iterdir()) == []


def test_of_two_who_write_at_once_one_waits_for_the_other(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    order = []
    there = threading.Event()

    def second() -> None:
        there.set()
        with locked(lock, wait=True):
            order.append("second")

    with locked(lock, wait=True):
        other = threading.Thread(target=second)
        other.start()
        there.wait()
        with pytest.raises(BlockingIOError), locked(lock, wait=False):
            pass
        order.append("first")
    other.join()
    assert order == ["first", "second"]
