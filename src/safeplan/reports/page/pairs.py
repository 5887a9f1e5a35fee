"""Every link of a comparison as data for the page: what differs, why it was made, how sure it is.

Of 38 plans there are tens of thousands: the page draws those that are asked for. Texts stand once,
links name them by number, and the whole is packed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from typing import Any

from safeplan.links import threshold
from safeplan.messages import language
from safeplan.reports.filters import members
from safeplan.reports.phrasing import (
    differs,
    is_doubtful,
    owner_words,
    place,
    source_words,
    told,
)
from safeplan.reports.view import ComparisonView

EVIDENCE = 3
"""Spans that met which are shown of a link, the weightiest first."""


def pairs_data(view: ComparisonView) -> dict[str, Any]:
    """Return the links that a view keeps, the most doubtful first.

    Returns:
        `key`: what the reader's verdicts on these documents are kept under; `plans`: place and
        region as a decision names it; `records`: plan, id, name, content, source; `words`: texts
        that links name by number; `groups`; `links`: left, right, group, score in hundredths,
        whether partial, whether doubtful, whether it differs, verdict, words that say what
        differs, words that met.
    """
    names, tasks = view.names, view.tasks
    at = {record: number for number, record in enumerate(tasks)}
    groups = {one: number for number, line in enumerate(view.lines) for one in members(line.group)}
    words: dict[str, int] = {}
    links: list[list[Any]] = []
    for link in sorted(view.kept.links, key=lambda link: abs(link.score - threshold())):
        left, right = place(link.left), place(link.right)
        said = [said for kind, said in told(link, language()) if kind != "same"]
        said += owner_words(link.owners, *(bool(tasks[one].owners) for one in (left, right)))
        met = [text for one in link.evidence[:EVIDENCE] for text in (one.left, one.right)]
        links.append(
            [
                at[left],
                at[right],
                groups.get(left, -1),
                round(link.score * 100),
                int(link.relation == "partial"),
                int(is_doubtful(link)),
                int(differs(link)),
                link.decided or "",
                *([words.setdefault(text, len(words)) for text in texts] for texts in (said, met)),
            ]
        )
    numbers = {plan_id: number for number, plan_id in enumerate(names)}
    read = "".join(plan.plan_id + plan.source.sha256 for plan in view.plans)
    return {
        "key": hashlib.sha256(read.encode()).hexdigest()[:16],
        "plans": [[names[plan.plan_id], plan.region.name] for plan in view.plans],
        "records": [
            [numbers[plan_id], task_id, task.name, task.content, source_words(task.source)]
            for (plan_id, task_id), task in tasks.items()
        ],
        "words": list(words),
        "groups": [line.group.group_id for line in view.lines],
        "links": links,
    }


def packed(data: object) -> str:
    """Return data as JSON, packed by gzip and written in base64: it cannot end its element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")
