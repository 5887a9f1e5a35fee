"""What readers of Word, Excel, web pages and PDF are known to get wrong: `tests/reported`.

Each input is a short circular with one such thing in it, `truth.jsonl` says what a reader of the page
expects (`tests/reported/README.md`).
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

import safeplan
from safeplan.documents import DocumentError
from safeplan.models import Check, Plan, Target, Task

REPORTED = Path(__file__).parent / "reported"
CASES: list[dict[str, Any]] = [
    json.loads(line) for line in (REPORTED / "truth.jsonl").read_text("utf-8").splitlines() if line
]
NOTICES = {"reader", "encoding", "line_break"}  # they say nothing of a loss
_MARKS = str.maketrans({mark: f"<{at}>" for at, mark in enumerate("①②③④⑤⑥⑦⑧⑨⑩", 1)})
_POWERS = str.maketrans({mark: f"^{at}" for at, mark in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")})
_SCALES = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4}
_UNITS = {"m^2": "平方米", "m2": "平方米", "㎡": "平方米", "平米": "平方米", "比例": "ratio"}


def bare(text: object) -> str:
    marked = str(text or "").translate(_MARKS).translate(_POWERS)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", marked)).replace("∶", ":")


def scaled(unit: object) -> tuple[float, str]:
    """Return the factor of a unit and the unit without its scale."""
    factor, said = 1.0, bare(unit)
    if power := re.match(r"[×x*]?10\^?(\d)(?!\d)(.*)", said):
        factor, said = 10.0 ** int(power[1]), power[2]
    for scale, times in _SCALES.items():
        if said.startswith(scale):
            factor, said = factor * times, said[len(scale) :]
            break
    return factor, _UNITS.get(said, said)


def is_met(wanted: list[Any], target: Target) -> bool:
    """Tell whether a target is the one wanted: [direction, value, unit, words of the subject]."""
    directions, value, units, words = wanted
    subject = bare(target.subject)
    if any((bare(word.lstrip("!")) in subject) == word.startswith("!") for word in words.split()):
        return False
    allowed = directions.split("|")
    for unit in units.split("|"):
        (wanted_by, name), (by, read) = scaled(unit), scaled(target.unit)
        if name == read and same(value, wanted_by, target.value, by):
            if name == "%" and value == 100 and {"eq", "ge"} & {*allowed}:
                allowed += ["eq", "ge"]
            return target.direction in allowed
    return False


def same(wanted: Any, wanted_by: float, read: Any, by: float) -> bool:
    if wanted is None or read is None:
        return wanted is None and read is None
    if isinstance(wanted, list) or isinstance(read, tuple):
        ends = (
            (wanted, read) if isinstance(wanted, list) and isinstance(read, tuple) else ((), (1,))
        )
        return len(ends[0]) == len(ends[1]) and all(
            same(x, wanted_by, y, by) for x, y in zip(*ends, strict=True)
        )
    return float(wanted) * wanted_by == pytest.approx(float(read) * by, rel=2e-3)


def are_met(wanted: list[list[Any]], read: list[Target]) -> bool:
    """Tell whether each target is one wanted, and none is over."""
    if len(wanted) != len(read):
        return False
    return not wanted or any(
        is_met(wanted[0], target) and are_met(wanted[1:], read[:at] + read[at + 1 :])
        for at, target in enumerate(read)
    )


class Read:
    """What became of one input."""

    def __init__(self, plan: Plan | None, refusal: str, check: Check | None, old: Plan | None):
        self.plan, self.refusal, self.check, self.old = plan, refusal, check, old

    def holds(self, wanted: Any) -> bool:
        """Tell whether an expectation holds; a list of them holds as a whole."""
        if isinstance(wanted, list):
            return all(map(self.holds, wanted))
        if "either" in wanted:
            return any(map(self.holds, wanted["either"]))
        if "refused" in wanted:
            words = wanted["refused"]
            return bool(self.refusal) and (words is True or said(self.refusal, words))
        if self.plan is None:
            return False
        if "check" in wanted or "lead_same" in wanted:
            return self._changed(wanted)
        if "rows" in wanted:
            return bool(len(self.plan.tasks) == wanted["rows"])
        if "plan_id" in wanted:
            return bare(self.plan.plan_id) == bare(wanted["plan_id"])
        if "absent" in wanted:
            tasks = [task.model_dump(exclude={"extra", "source"}) for task in self.plan.tasks]
            return bare(wanted["absent"]) not in bare(json.dumps(tasks, ensure_ascii=False))
        if "no_finding" in wanted:
            return not any(
                said(f"{f.code} {f.message}", wanted["no_finding"]) for f in self.findings()
            )
        if "finding" in wanted:
            ids = {None, *(task.task_id for task in self._tasks(wanted.get("task")))}
            return any(
                said(f"{f.code} {f.message}", wanted["finding"]) and f.task_id in ids
                for f in self.findings()
                if f.code not in NOTICES
            )
        rows = self._tasks(wanted["task"])
        if any(self._is_task(wanted, task) for task in rows):
            return True
        only_targets = set(wanted) <= {"task", "targets"} and len(rows) > 1
        return only_targets and are_met(wanted["targets"], [x for t in rows for x in t.targets])

    def findings(self) -> list[Any]:
        return self.plan.findings if self.plan else []

    def _tasks(self, wanted: Any) -> list[Task]:
        assert self.plan is not None
        if wanted is None:
            return self.plan.tasks
        if isinstance(wanted, dict):
            return [task for task in self.plan.tasks if bare(task.name) == bare(wanted["name"])]
        return [task for task in self.plan.tasks if task.task_id == wanted]

    def _is_task(self, wanted: dict[str, Any], task: Task) -> bool:
        for key, field in (("content", "content"), ("name", "name"), ("deadline", "deadline_text")):
            allowed = wanted.get(key)
            allowed = [allowed] if isinstance(allowed, str) else allowed
            if allowed is not None and bare(getattr(task, field)) not in map(bare, allowed):
                return False
        how = wanted.get("owners_as", "name")
        for role in ("lead", "responsible", "assisting", "bodies"):
            if role in wanted:
                read = {bare(getattr(o, how)) for o in task.owners if role in (o.role, "bodies")}
                if read != {bare(body) for body in wanted[role]}:
                    return False
        return "targets" not in wanted or are_met(wanted["targets"], task.targets)

    def _changed(self, wanted: dict[str, Any]) -> bool:
        assert self.check and self.old and self.plan
        words = [
            (change, self._words(self.old, change.old) + self._words(self.plan, change.new))
            for change in self.check.changes
        ]
        for row in wanted.get("lead_same", ()):
            if any(bare(row) in text and c.owners and c.owners.lead_changed for c, text in words):
                return False
        due = wanted.get("check", [])
        met = all(
            kinds.startswith("?")
            or any(c.kind in kinds.split("|") and bare(row) in text for c, text in words)
            for kinds, row in due
        )
        only = not wanted.get("check_exact") or all(
            any(c.kind in kinds.lstrip("?").split("|") and bare(row) in text for kinds, row in due)
            for c, text in words
        )
        return met and only

    @staticmethod
    def _words(plan: Plan, ids: list[str]) -> str:
        named = [task for task in plan.tasks_of("all") if task.task_id in ids]
        return "".join(f"{bare(task.name)}|{bare(task.content)}|" for task in named)


def said(text: str, words: list[str]) -> bool:
    return any(bare(word).lower() in bare(text).lower() for word in words)


def read(file: str, against: str | None, folder: Path) -> Read:
    # Under a plain name: nothing may be learnt from the file's.
    new = Path(shutil.copy(REPORTED / file, folder / f"input{Path(file).suffix}"))
    try:
        plan = safeplan.parse(new)
    except DocumentError as error:
        from safeplan.cli.trouble import document_trouble

        return Read(None, str(document_trouble("", error)), None, None)
    if against is None:
        return Read(plan, "", None, None)
    old = safeplan.parse(shutil.copy(REPORTED / against, folder / f"old{Path(against).suffix}"))
    return Read(plan, "", safeplan.check(plan, old), old)


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_it_is_read_as_a_reader_of_the_page_expects(case: dict[str, Any], tmp_path: Path) -> None:
    result = read(case["file"], case.get("against"), tmp_path)
    assert [wanted for wanted in case["expect"] if not result.holds(wanted)] == []
    if case.get("any_finding") and result.plan:
        assert any(finding.code not in NOTICES for finding in result.findings())
