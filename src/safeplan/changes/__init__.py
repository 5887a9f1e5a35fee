"""Links → changes: how targets, owners and outcomes of linked records differ.

`comparing` and `checking` make the contract's records, `tracing` follows what was asked from above;
`target_changes` and `wording` hold what they ask of two records.
"""

from __future__ import annotations

from safeplan.changes.comparing import compare

__all__ = ["compare"]
