"""Links → changes: how targets, owners and outcomes of linked records differ.

`compare` yields the contract's Comparison; `targets` and `owners` hold what it asks of one link.
"""

from __future__ import annotations

from safeplan.changes.comparing import compare

__all__ = ["compare"]
