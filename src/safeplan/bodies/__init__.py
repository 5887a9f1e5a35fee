"""The bodies of Chinese local government: which one a printed name is, what it was called before."""

from __future__ import annotations

from safeplan.bodies.listing import looks_like_bodies, names_bodies
from safeplan.bodies.names import canonical, is_known
from safeplan.bodies.renaming import same_body, successor

__all__ = ["canonical", "is_known", "looks_like_bodies", "names_bodies", "same_body", "successor"]
