"""Owner text → Owner: the bodies that a cell of 牵头单位 or 责任单位 names."""

from __future__ import annotations

from safeplan.owners.cells import read_owners
from safeplan.owners.names import canonical, is_known

__all__ = ["canonical", "is_known", "read_owners"]
