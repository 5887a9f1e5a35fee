"""Owner text → Owner: the bodies that a cell of 牵头单位 or 责任单位, or a note, names."""

from __future__ import annotations

from safeplan.bearers.cells import find_owners, read_owners
from safeplan.bodies import canonical, is_known, same_body, successor

__all__ = ["canonical", "find_owners", "is_known", "read_owners", "same_body", "successor"]
