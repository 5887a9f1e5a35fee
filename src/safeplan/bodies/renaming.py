"""What the reforms made of a body: 安监局 is 应急管理局 now, 国土资源局 is 自然资源局.

Data of `vocabulary/bodies.toml` ([renamed]), which an analyst extends.
"""

from __future__ import annotations

from safeplan import vocabulary
from safeplan.bodies.names import canonical


def _successors() -> dict[str, list[str]]:
    renamed: dict[str, list[str]] = vocabulary.load("bodies")["renamed"]
    return renamed


@vocabulary.cached(8192)
def successor(name: str) -> str | None:
    """Return what the body of this canonical name is mostly called today, None if unchanged.

    >>> successor("安监局"), successor("应急管理局")
    ('应急管理局', None)
    """
    borne = [name]
    while (later := _successors().get(borne[-1])) and later[0] not in borne:
        borne.append(later[0])
    return borne[-1] if len(borne) > 1 else None


@vocabulary.cached(65536)
def same_body(one: str, other: str) -> bool:
    """Say whether two canonical names are one body, under its own name or an earlier one.

    >>> same_body("国土资源局", "规划自然资源局"), same_body("国土资源局", "应急管理局")
    (True, False)
    """
    first, second = canonical(one), canonical(other)
    return first == second or first in _later(second) or second in _later(first)


def _later(name: str) -> set[str]:
    """Return all names that a body may have had since it bore this one."""
    found = [name]
    for body in found:  # it grows while it is walked
        found += [later for later in _successors().get(body, []) if later not in found]
    return set(found[1:])
