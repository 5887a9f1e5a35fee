"""A plan as the contract's JSON: written, and taken from whoever hands it to us.

Such a file may come from anywhere: what would harm whoever prints it, computes with it or names a
file after it is refused with its place.
"""

from __future__ import annotations

import json
import math
from collections import Counter

from safeplan.documents import DocumentError
from safeplan.messages import printable, say
from safeplan.models import SCHEMA_VERSION, Plan

_DIGITS = 15
"""A whole number of more digits is no amount, page or year; a float would not hold it."""


def to_json(plan: Plan) -> str:
    """Return a plan as the contract's JSON: UTF-8, two spaces, a final newline."""
    return plan.model_dump_json(indent=2) + "\n"


def of_json(written: bytes) -> Plan:
    """Return the plan that the bytes of a parsed JSON file hold.

    Raises:
        DocumentError: `unknown_encoding`, `broken_json`, `other_schema`, or `not_a_plan`.
    """
    from pydantic import ValidationError

    try:
        data = json.loads(
            written.decode("utf-8-sig"),
            parse_constant=_number,
            parse_float=_number,
            parse_int=_whole_number,
        )
    except UnicodeDecodeError:
        raise DocumentError("unknown_encoding") from None
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "—"
        raise DocumentError("broken_json", place=place) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if str(version).partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise DocumentError("other_schema", found=str(version or "—")[:60], expected=SCHEMA_VERSION)
    try:
        plan = Plan.model_validate(data)
        plan.model_dump_json().encode()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        lacking = first["type"] == "missing"
        raise _no_plan(place, "json_lacking" if lacking else "json_other") from None
    except ValueError:  # half of a surrogate pair, somewhere
        raise _no_plan("—", "json_letters") from None
    _check_ids(plan)
    return plan


def _check_ids(plan: Plan) -> None:
    """Refuse (`not_a_plan`) ids that can name no file or record, and those given twice."""
    prose = [task.task_id for measure in plan.measures for task in measure.tasks]
    for key, ids in (
        ("plan_id", [plan.plan_id]),
        ("measure_id", [measure.measure_id for measure in plan.measures]),
        ("task_id", [*(task.task_id for task in plan.tasks), *prose]),
    ):
        for name, count in Counter(ids).items():
            if not can_name_a_file(name):
                raise _no_plan(f"{key} {name[:60]}", "json_name")
            if count > 1:
                raise _no_plan(key, "json_twice", id=name[:60])


def _no_plan(place: str, reason: str, **values: str) -> DocumentError:
    return DocumentError("not_a_plan", place=place, reason=say(f"trouble.{reason}", **values))


def _number(printed: str) -> float:
    """Return a number; JSON knows no others than finite ones."""
    number = float(printed)
    if not math.isfinite(number):
        raise _no_plan(printed[:20], "json_number")
    return number


def _whole_number(printed: str) -> int:
    if len(printed.lstrip("-")) > _DIGITS:
        raise _no_plan(printed[:20], "json_number")
    return int(printed)


_NO_FILE = frozenset('/\\:*?"<>|')


def can_name_a_file(name: str) -> bool:
    """Tell whether an id names a file in its folder, on every system, and none elsewhere.

    >>> can_name_a_file("忠县-2025"), can_name_a_file("../x")
    (True, False)
    """
    return bool(name.strip(" .")) and name == file_name(name)


def file_name(text: str) -> str:
    r"""Return a text with what no file name may hold replaced.

    >>> file_name("../忠县\x1b[2J"), file_name("a.b")
    ('_._忠县_[2J', 'a.b')
    """
    shown = "".join(
        "_" if char in _NO_FILE or char in "\t\n" or printable(char) != char else char
        for char in text
    )
    return f"_{shown[1:]}" if shown.startswith(".") else shown
