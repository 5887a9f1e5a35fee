"""The pipeline of the house over one document: document → grids → tasks → targets and owners."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from safeplan.bearers import read_owners
from safeplan.bodies import is_known
from safeplan.documents import (
    STANDARD_INPUT,
    Document,
    DocumentError,
    RawGrid,
    ReaderNote,
    read_document,
)
from safeplan.dues import read_due
from safeplan.grids import titles_apart, whole_grids
from safeplan.models import Finding, Period, Plan, PlanSource, Target, Task
from safeplan.plans.as_json import file_name
from safeplan.plans.given import NOTHING_GIVEN, Given, finding_text
from safeplan.targets import (
    doubtful_subject,
    read_due_targets,
    read_outcome,
    read_targets,
)
from safeplan.tasks import (
    Draft,
    Heading,
    Layout,
    read_heading,
    read_measures,
    read_tasks,
)
from safeplan.text.folding import tidy
from safeplan.unsaid import unsaid

_SHOWN = 6
"""How many tables a refusal quotes."""
_HEADER = 60
"""How much of a table's header it quotes, in characters."""
_LONGEST_CLAUSE = 1000
"""Characters without a pause in which figures, bodies and days are looked for."""
_LONGEST_LIST = 5000
"""The same, where 、 is no pause: so long a list of bodies is no mistake yet."""
_PAUSE = re.compile(r"[，。；：、！？,;:\s]")
_END = re.compile(r"[，。；：！？,;:\s]")
_OF_TASK_TABLES = ("table_ends", "table_untitled")
"""Findings on tables that were read; every other `table_…` says why one is no list of tasks."""


def parse(path: str | os.PathLike[str], given: Given = NOTHING_GIVEN) -> Plan:
    """Read one document as a plan.

    Args:
        path: the document.
        given: its region and year, where the document tells none.

    Raises:
        DocumentError: the file is missing, damaged, of no known format or encoding, or holds no
            task: neither a table of them nor, in a plan's text, a measure.
    """
    try:
        return _plan(read_document(Path(path)), given)
    except RecursionError:
        raise DocumentError("too_deep", limit="256") from None


def _plan(document: Document, given: Given) -> Plan:
    """Return the plan that a document holds."""
    layout = Layout(document)
    if layout.title is None:  # it may stand in the first rows of a table
        apart = titles_apart(document)
        if apart is not document and (other := Layout(apart)).title:
            document, layout = apart, other
    drafts, findings = read_tasks(whole_grids(document), layout.parts())
    heading = read_heading(document, layout, region=given.region, years=given.years)
    worded, passed_over = read_measures(document, layout)
    prose = [task for measure in worded for task in measure.tasks]
    rows = [draft.task for draft in drafts]
    # Letters, papers and accounts have tables and numbered paragraphs as well.
    if not (rows or prose) or not (heading.tells_a_plan or _names_owners(rows, prose)):
        raise _refusal(document, heading, findings, has_tasks=bool(rows or prose))
    tasks = [_understood(draft, heading.period) for draft in drafts]
    measures = [
        measure.model_copy(
            update={
                "targets": read_targets(measure.text) if _is_prose(measure.text) else [],
                "tasks": [_understood(Draft(task), heading.period) for task in measure.tasks],
            }
        )
        for measure in worded
    ]
    every = [*tasks, *(task for measure in measures for task in measure.tasks)]
    findings = [
        *_of_the_reader(document, tasks),
        *heading.findings,
        *findings,
        *passed_over,
        *(
            _doubt("clause_endless", task, {"limit": f"{_LONGEST_CLAUSE:,}"})
            for task in every
            if not _is_understood(task)  # a clause of it never ends
        ),
        *_unknown_owners(every),
        *_doubtful_days(every, heading),
        *(
            _doubt("subject_odd", task, {"text": target.text, "subject": target.subject})
            for task in every
            for target in filter(doubtful_subject, task.targets)
        ),
    ]
    plan = Plan(
        plan_id=_plan_id(heading, document.path),
        title=heading.title,
        issuer=heading.issuer,
        document_number=heading.document_number,
        issued_on=heading.issued_on,
        region=heading.region,
        kind=heading.kind,
        period=heading.period,
        source=PlanSource(
            path=document.path, sha256=document.sha256, media_type=document.media_type
        ),
        tasks=tasks,
        measures=measures,
        findings=_worded(findings),
    )
    return plan.model_copy(update={"findings": [*plan.findings, *_worded(unsaid(document, plan))]})


def _worded(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with their messages in the documents' language, whoever parses them."""
    return [
        finding.model_copy(update={"message": finding_text(finding, "zh")}) for finding in findings
    ]


def _plan_id(heading: Heading, path: str) -> str:
    """Return `<region>-<year>` or `<region>-<from>-<to>`; without either, the file's name."""
    start, end = heading.period.start_year, heading.period.end_year
    if not heading.region.name or start is None or end is None:
        return "stdin" if PurePath(path) == STANDARD_INPUT else file_name(PurePath(path).stem)
    return file_name("-".join([heading.region.name, *map(str, sorted({start, end}))]))


def _names_owners(rows: Iterable[Task], prose: Iterable[Task]) -> bool:
    """Tell whether tasks say who answers for them or until when, which nothing but a plan does.

    One note in the text may be any remark.
    """
    if any(row.lead_text or row.responsible_text or row.deadline_text for row in rows):
        return True
    return sum(bool(task.lead_text or task.responsible_text) for task in prose) > 1


def _refusal(
    document: Document, heading: Heading, findings: Iterable[Finding], *, has_tasks: bool
) -> DocumentError:
    """Return why a document is no plan: which tables it holds and why each is none."""
    for note in document.notes:
        if note.code == "embedded_document":  # what was not read is most likely the list of tasks
            return DocumentError("tasks_embedded", **note.args)
    unread = [finding for finding in findings if finding.code.startswith("table_")]
    said = [finding_text(finding) for finding in unread if finding.code not in _OF_TASK_TABLES]
    seen = said or [_header(block) for block in document.blocks if isinstance(block, RawGrid)]
    tables = "；".join(f"{number}. {table}" for number, table in enumerate(seen[:_SHOWN], start=1))
    more = "…" if len(seen) > _SHOWN else ""
    if tables and not has_tasks:
        return DocumentError("tables_without_tasks", count=str(len(seen)), tables=tables + more)
    return DocumentError("no_tasks" if heading.tells_a_plan else "not_told_a_plan")


def _header(grid: RawGrid) -> str:
    """Return the first row of a table that says anything, for a person to know the table by."""
    rows = ([tidy(cell.text) for cell in row if cell.text.strip()] for row in grid.rows)
    header = "、".join(next(filter(None, rows), []))
    return f"“{header[:_HEADER]}{'…' if len(header) > _HEADER else ''}”"


def _of_the_reader(document: Document, tasks: list[Task]) -> Iterator[Finding]:
    """Yield which reader was used, and what it repaired or doubts in the file itself."""
    at_row = {task.source: task.task_id for task in reversed(tasks) if task.source.row}
    notes = list(document.notes)
    if document.encoding not in ("utf-8", "utf-8-sig"):
        notes.insert(0, ReaderNote("encoding", args={"encoding": document.encoding}))
    for note in notes:
        yield Finding(
            code=note.code,
            task_id=at_row.get(note.source) if note.source else None,
            severity=note.severity,
            args=note.args,
            source=note.source,
        )


def _understood(draft: Draft, period: Period) -> Task:
    """Return the task with its targets, outcome, owners and days read."""
    task = draft.task
    if not _is_understood(task):
        return task
    roles = ("lead_text", "responsible_text", "assisting_text")
    return task.model_copy(
        update={
            "targets": _targets(draft),
            "outcome": read_outcome(task.content, task.name),
            "due": read_due(task.deadline_text, period),
            "owners": read_owners(*(draft.text_of(role) for role in roles)),
        }
    )


def _is_understood(task: Task) -> bool:
    """Tell whether the texts of a task can be read."""
    owners = (task.lead_text, task.responsible_text, task.assisting_text)
    return all(map(_is_prose, (task.content, task.name, *owners, task.deadline_text)))


def _is_prose(text: str) -> bool:
    """Tell a text that people wrote from one whose clauses never end, which none can understand."""
    return len(text) <= _LONGEST_CLAUSE or (
        max(map(len, _PAUSE.split(text))) <= _LONGEST_CLAUSE
        and max(map(len, _END.split(text))) <= _LONGEST_LIST
    )


def _targets(draft: Draft) -> list[Target]:
    """Return what can be measured in a task; of goals by year, each with its year."""
    if not draft.goals:
        return [
            *read_targets(draft.text_of("content"), name=draft.task.name, unit=draft.unit),
            *read_due_targets(draft.task.deadline_text),
        ]
    name = draft.task.content or draft.task.name
    return [
        target.model_copy(update={"period": period})
        for period, goal in draft.goals
        for target in read_targets(goal, name=name, unit=draft.unit)
    ]


def _doubt(code: str, task: Task, args: dict[str, str]) -> Finding:
    return Finding(code=code, task_id=task.task_id, args=args, source=task.source)


def _unknown_owners(tasks: list[Task]) -> Iterator[Finding]:
    """Report each body that the vocabulary lacks, once, at the first task that names it."""
    seen: set[str] = set()
    for task in tasks:
        for owner in task.owners:
            if owner.name not in seen and not is_known(owner.name):
                seen.add(owner.name)
                yield _doubt("owner_unknown", task, {"text": owner.text, "name": owner.name})


def _doubtful_days(tasks: list[Task], heading: Heading) -> Iterator[Finding]:
    """Report deadlines on a day that the calendar lacks, or before the plan was issued."""
    for task in tasks:
        if task.due is None or task.due.kind not in ("by", "within"):
            continue
        dated = heading.period.start_year is not None or re.search(r"20\d\d", task.due.text)
        if dated and task.due.kind == "by" and task.due.end is None:
            yield _doubt("deadline_impossible", task, {"text": task.due.text})
        elif heading.issued_on and task.due.end and task.due.end < heading.issued_on:
            yield _doubt("deadline_passed", task, {"text": task.due.text})
