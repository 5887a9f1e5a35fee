"""What each verb does, once its arguments are known. Each returns the exit status."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import messages, plans
from safeplan.cli.trouble import Trouble, document_trouble, say_trouble
from safeplan.documents import DocumentError
from safeplan.messages import say
from safeplan.models import Plan, Task
from safeplan.reports.view import Filters

if TYPE_CHECKING:
    from rich.console import Console


def parse_inputs(inputs: Sequence[str], folder: str) -> int:
    """Parse every input; write each plan, name each failure, go on to the next."""
    failed = False
    written: dict[str, str] = {}
    for path in _files(inputs):
        try:
            if isinstance(path, Trouble):
                raise path
            plan = plans.parse(path)
            if plan.plan_id in written:
                raise Trouble(
                    str(path),
                    say("trouble.same_plan", plan=plan.plan_id, other=written[plan.plan_id]),
                )
            written[plan.plan_id] = str(path)
            if folder == "-":
                sys.stdout.write(plans.to_json(plan))
                continue
            target = plans.save(plan, Path(folder))
        except DocumentError as error:
            failed = True
            say_trouble(document_trouble(str(path), error))
        except Trouble as trouble:
            failed = True
            say_trouble(trouble)
        except BrokenPipeError:
            raise
        except OSError as error:
            failed = True
            say_trouble(Trouble(error.filename or folder, error.strerror or str(error)))
        else:
            print(_written(plan, target))
    return 2 if failed else 0


def _written(plan: Plan, target: Path) -> str:
    doubts = sum(finding.severity == "doubt" for finding in plan.findings)
    return say(
        "parse.written",
        path=target,
        tables=len({task.table for task in plan.tasks}),
        tasks=len(plan.tasks),
        measures=len(plan.measures),
        repairs=len(plan.findings) - doubts,
        doubts=doubts,
    )


def _files(inputs: Sequence[str]) -> Iterator[Path | Trouble]:
    """Yield the files of all inputs; a folder gives those below it, hidden ones left out."""
    for name in inputs:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        below = sorted(
            found
            for found in path.rglob("*")
            if found.is_file()
            and not any(part.startswith((".", "~$")) for part in found.relative_to(path).parts)
        )
        if not below:
            yield Trouble(name, say("trouble.empty_folder"))
        yield from below


def load_plans(names: Sequence[str], parsed: Path) -> list[Plan]:
    """Return the plans the names stand for.

    Raises:
        Trouble: one of them cannot be found or read; or two are the same plan.
    """
    loaded = [_load(name, parsed) for name in names]
    seen: dict[str, str] = {}
    for name, plan in zip(names, loaded, strict=True):
        if plan.plan_id in seen:
            raise Trouble(
                name, say("trouble.same_plan", plan=plan.plan_id, other=seen[plan.plan_id])
            )
        seen[plan.plan_id] = name
    return loaded


def _load(name: str, parsed: Path) -> Plan:
    try:
        return plans.load(name, parsed)
    except DocumentError as error:
        raise document_trouble(name, error) from None


def compare_plans(
    names: Sequence[str],
    fmt: str,
    output: str,
    filters: Filters,
    *,
    text: bool,
    width: int | None,
    parsed: Path,
) -> int:
    """Align plans and write the comparison in the form asked for."""
    if len(names) < 2:
        raise Trouble("compare", say("trouble.two_plans"))
    if fmt != "table" and filters != Filters():
        raise Trouble(f"--format {fmt}", say("trouble.filters"))
    from safeplan.changes import compare

    read = load_plans(names, parsed)
    comparison = compare(read)
    if fmt == "json":
        _write(output, comparison.model_dump_json(indent=2) + "\n")
    elif fmt == "csv":
        from safeplan.reports.frame import ComparedPlans, to_csv

        _write_bytes(output, to_csv(ComparedPlans.of(comparison, read).to_frame()))
    else:
        from safeplan.reports.table import print_comparison
        from safeplan.reports.view import comparison_view

        view = comparison_view(comparison, read, filters)
        _print(output, width, lambda out: print_comparison(view, out, text=text))
    return 0


def show_tasks(name: str, parsed: Path, filters: Filters, find: str, width: int | None) -> int:
    """Print the tasks of a plan that the filters keep."""
    from safeplan.reports.table import console, print_tasks

    plan = _load(name, parsed)
    kept = [task for task in plan.tasks if filters.keeps(task) and _holds(task, find)]
    print_tasks(plan, kept, console(width))
    return 0


def _holds(task: Task, words: str) -> bool:
    text = "\n".join([task.group or "", task.name, task.content, task.remark])
    return all(word in text for word in words.split())


def show_findings(name: str, parsed: Path, width: int | None) -> int:
    """Print what the reader repaired or doubts in a plan."""
    from safeplan.reports.table import console, print_findings

    plan = _load(name, parsed)
    lang = messages.language()
    said = [(finding, plans.finding_text(finding, lang)) for finding in plan.findings]
    print_findings(plan, said, console(width))
    return 0


def show_owners(
    names: Sequence[str], fmt: str, output: str, owner: str, width: int | None, parsed: Path
) -> int:
    """Write who carries what in the form asked for."""
    from safeplan.reports.bodies import bodies, bodies_frame, bodies_json

    read = load_plans(names, parsed)
    found = bodies(read, owner)
    if fmt == "json":
        _write(output, json.dumps(bodies_json(read, found), ensure_ascii=False, indent=2) + "\n")
    elif fmt == "csv":
        from safeplan.reports.frame import to_csv

        _write_bytes(output, to_csv(bodies_frame(read, found)))
    else:
        from safeplan.reports.table import print_bodies

        _print(output, width, lambda out: print_bodies(read, found, out))
    return 0


def _print(output: str, width: int | None, render: Callable[[Console], None]) -> None:
    """Print to the terminal, or the same without colour to a file."""
    from safeplan.reports.table import console

    out = console(width)
    if output == "-":
        render(out)
        return
    with out.capture() as captured:
        render(out)
    _write(output, captured.get())


def _write(output: str, text: str) -> None:
    """Write text to a file, whole or not at all, or to standard output."""
    _write_bytes(output, text.encode("utf-8"))


def _write_bytes(output: str, data: bytes) -> None:
    if output == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise Trouble(output, error.strerror or str(error)) from None
    finally:
        beside.unlink(missing_ok=True)
