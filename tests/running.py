"""Commands run in this process, as a program of its own would run them."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from safeplan import links
from safeplan.cli import run
from safeplan.documents.reading import standard_input
from safeplan.links import Match
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

_found: dict[object, list[Match]] = {}
_align = links.align


def align_once(plans: Sequence[Any], **asked: Any) -> list[Match]:
    """Return the links between plans; of plans that were aligned so before, the same."""
    if not all(isinstance(plan, Plan) for plan in plans):
        return _align(plans, **asked)
    read = (tuple((task.task_id, task.content) for task in plan.tasks) for plan in plans)
    key = (tuple(plan.plan_id for plan in plans), *read, *sorted(asked.items()))
    if key not in _found:
        _found[key] = _align(plans, **asked)
    return list(_found[key])
