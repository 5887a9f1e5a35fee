"""Commands run in this process, as a program of its own would run them."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from safeplan import links
from safeplan.changes import tracing
from safeplan.cli import run
from safeplan.documents.reading import standard_input
from safeplan.models import Plan
from safeplan.plans import isolated
from tests.conftest import ROOT


class Done(NamedTuple):
    """What a command gave."""

    returncode: int
    stdout: bytes
    stderr: bytes


def safeplan(*arguments: str, fed: bytes = b"", cwd: Path = ROOT) -> Done:
    """Run a command in this process, its streams those of a program that is piped."""
    given, out, err = (io.BytesIO(data) for data in (fed, b"", b""))
    standard_input.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.setattr(isolated, "_of_thread", type("Anew", (), {})())
        for name, stream in {"stdin": given, "stdout": out, "stderr": err}.items():
            patch.setattr(sys, name, io.TextIOWrapper(stream, encoding="utf-8"))
        status = run(list(arguments))
        sys.stdout.flush()
        sys.stderr.flush()
        return Done(status, out.getvalue(), err.getvalue())


once = cache(safeplan)
"""The same of a command that changes nothing: run once for all tests that ask."""


def _said(plan: Plan) -> tuple[object, ...]:
    texts = ((task.task_id, task.content) for task in plan.tasks)
    return plan.plan_id, *texts, *(measure.text for measure in plan.measures)


def once_for_plans(find: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of lists of plans; of plans that were asked about before, what it found."""
    found: dict[object, Any] = {}

    def kept(*lists: Sequence[Any], **asked: Any) -> Any:
        if not all(isinstance(plan, Plan) for plans in lists for plan in plans):
            return find(*lists, **asked)
        key = *(tuple(map(_said, plans)) for plans in lists), *sorted(asked.items())
        if key not in found:
            found[key] = find(*lists, **asked)
        return copy(found[key])

    return kept


align_once = once_for_plans(links.align)
trace_once = once_for_plans(tracing.trace)


def ask_once(patch: pytest.MonkeyPatch) -> None:
    """Let commands have the links and promises that another test found between the same plans."""
    patch.setattr(links, "align", align_once)
    patch.setattr(tracing, "trace", trace_once)
