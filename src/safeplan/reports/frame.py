"""A comparison as the contract's CSV: a row per link, then one per unmatched record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from safeplan.messages import catalogue, headings, printable
from safeplan.models import Comparison, Link, Plan, Task
from safeplan.reports.phrasing import (
    Place,
    doubt_words,
    place,
    target_words,
    tasks_of,
    told,
)

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = tuple("=+-@")
"""What opens a formula."""

COLUMNS = [
    *("group_id", "relation", "score"),
    *(f"{side}_{key}" for side in ("left", "right") for key in ("plan", "task", "name", "content")),
    *("target_change", "left_targets", "right_targets"),
    *(f"owners_{key}" for key in ("shared", "only_left", "only_right")),
]


def links_frame(comparison: Comparison, plans: Sequence[Plan]) -> pd.DataFrame:
    """Return a comparison as a pandas table: all text but the score."""
    import pandas as pd

    tasks = tasks_of(plans)
    groups: dict[Place, list[str]] = {}
    for group in comparison.groups:
        for plan_id, task_ids in group.members.items():
            for task_id in task_ids:
                groups.setdefault((plan_id, task_id), []).append(group.group_id)
    table = [_link_row(link, tasks, groups) for link in comparison.links]
    for plan_id, task_ids in comparison.unmatched.items():
        side = "left" if plan_id == comparison.plans[0] else "right"
        for task_id in task_ids:
            task = tasks[plan_id, task_id]
            names = "、".join(dict.fromkeys(owner.name for owner in task.owners))
            table.append(
                {
                    **dict.fromkeys(COLUMNS, ""),
                    "score": float("nan"),
                    **_side(side, plan_id, task),
                    f"owners_only_{side}": as_text(names),
                }
            )
    return pd.DataFrame(table, columns=COLUMNS)


def _link_row(
    link: Link, tasks: dict[Place, Task], groups: dict[Place, list[str]]
) -> dict[str, str | float]:
    left, right = place(link.left), place(link.right)
    shared = [group_id for group_id in groups.get(left, []) if group_id in groups.get(right, [])]
    # What programs read is the same in every language.
    changes = [doubt_words(link, "zh"), *(words for _, words in told(link, "zh"))]
    return {
        "group_id": " ".join(shared),
        "relation": link.relation,
        "score": link.score,
        **_side("left", left[0], tasks[left]),
        **_side("right", right[0], tasks[right]),
        "target_change": "；".join(filter(None, changes)),
        **{
            f"owners_{key}": as_text("、".join(getattr(link.owners, key)))
            for key in ("shared", "only_left", "only_right")
        },
    }


def _side(side: str, plan_id: str, task: Task) -> dict[str, str]:
    cells = {
        "plan": plan_id,
        "task": task.task_id,
        "name": task.name,
        "content": task.content,
        "targets": "；".join(map(target_words, task.targets)),
    }
    return {f"{side}_{key}": as_text(cell) for key, cell in cells.items()}


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> as_text("=1+1"), as_text("100%")
    ("'=1+1", '100%')
    """
    # Some programs skip blanks and byte order marks before the sign.
    bare = cell.lstrip(" \t\r\n\xa0\u3000\u200b\ufeff")
    return f"'{cell}" if bare.startswith(_FORMULA) or cell.startswith(("\t", "\r")) else cell


def in_chinese(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table for people who read Chinese: its headings and codes in words."""
    words = headings()
    said = frame.copy()
    for column, sections in words["codes"].items():
        if column in said.columns:
            said[column] = [_in_words(cell, sections) for cell in said[column]]
    said.columns = [
        " ".join(words["heading"].get(word, word) for word in name.split(" "))
        for name in frame.columns
    ]
    return said


def _in_words(cell: str, sections: Sequence[str]) -> str:
    """Return a code, or several behind the id of a plan each, in words; all else as it is.

    >>> _in_words("not_carried", ["promise"]), _in_words("忠县-2025:carried", ["promise"])
    ('未承接', '忠县-2025:已承接')
    """
    words = catalogue("zh")
    said = []
    for part in cell.split(" "):
        plan, colon, code = part.rpartition(":")
        keys = [f"{name}{'' if name.endswith('_') else '.'}{code}" for name in sections]
        said.append(plan + colon + next((words[key] for key in keys if key in words), code))
    return " ".join(said)


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV that Excel opens in Chinese: UTF-8 with BOM, CRLF, quoted as needed."""
    safe = frame.map(lambda cell: as_text(printable(cell)) if isinstance(cell, str) else cell)
    safe.columns = frame.columns.map(lambda name: as_text(str(name)))
    text = safe.to_csv(index=False, lineterminator="\r\n", float_format="%.4f")
    return ("\ufeff" + text).encode("utf-8")
