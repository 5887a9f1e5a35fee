"""A plan handed to us as JSON is refused where it would harm whoever uses it, with the place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT

from safeplan.documents import DocumentError
from safeplan.plans import load, to_json
from safeplan.plans.as_json import can_name_a_file, file_name

WRITTEN = ROOT / "data" / "parsed" / "忠县-2025.json"


def edited(edit: Callable[[dict[str, Any]], None], tmp_path: Path) -> Path:
    data = json.loads(WRITTEN.read_text(encoding="utf-8"))
    edit(data)
    path = tmp_path / "改.json"
    path.write_text(json.dumps(data), encoding="utf-8")  # half characters as \ud800
    return path


def put(*keys: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def edit(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    return edit


def test_what_was_written_is_read_again() -> None:
    assert to_json(load(WRITTEN)) == WRITTEN.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (put("plan_id", value="../x"), "plan_id ../x"),
        (put("plan_id", value=".."), "plan_id .."),
        (put("plan_id", value="忠县\x1b[2J"), "plan_id 忠县\x1b[2J"),
        (put("tasks", 3, "task_id", value="a/b"), "task_id a/b"),
        (put("tasks", 3, "task_id", value="t1.1"), "task_id"),
        (put("measures", 1, "measure_id", value="m1"), "measure_id"),
        (put("tasks", 0, "targets", 0, "value", value=float("inf")), "Infinity"),
        (put("tasks", 0, "targets", 0, "value", value=float("nan")), "NaN"),
        (put("tasks", 0, "row", value=10**4000), "1" + "0" * 19),
        (put("tasks", 0, "content", value="半个\ud800"), "—"),
        (put("tasks", 0, "content", value=3), "tasks.0.content"),
    ],
    ids=str,
)
def test_what_is_refused(
    edit: Callable[[dict[str, Any]], None], place: str, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError) as error:
        load(edited(edit, tmp_path))
    assert (error.value.code, error.value.values["place"]) == ("not_a_plan", place)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"[" * 100_000, "broken_json"),
        (b'{"schema_version": "1.1"', "broken_json"),
        (b'{"schema_version": "1.1", "x": 1e999}', "not_a_plan"),
        (b'{"schema_version": "2.0"}', "other_schema"),
        (b"\xff\xfe{}", "unknown_encoding"),
        (b"[]", "other_schema"),
    ],
    ids=["deep", "cut", "number", "version", "encoding", "list"],
)
def test_what_is_no_plan(text: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(text)
    with pytest.raises(DocumentError) as error:
        load(tmp_path / "x.json")
    assert error.value.code == code


@pytest.mark.parametrize("name", ["忠县-2025", "a.b", "（试行）", "t1.2.3"])
def test_a_name_that_may_name_a_file_is_left(name: str) -> None:
    assert can_name_a_file(name)
    assert file_name(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "C:", "a\nb", ".hidden", "\u202e"]
)
def test_a_name_that_may_not_is_refused(name: str) -> None:
    assert not can_name_a_file(name)
