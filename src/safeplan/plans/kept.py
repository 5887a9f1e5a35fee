"""Plans where they are kept: what is given for one, where it is written, how it is found again.

`load` finds what a user calls a plan: a document, a parsed JSON file, or the id of a plan in the
parsed folder, shortened as long as it stays unique.
"""

from __future__ import annotations

import codecs
import json
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from safeplan import messages
from safeplan.documents import STANDARD_INPUT, DocumentError, is_member, standard_input
from safeplan.models import SCHEMA_VERSION, Finding, Plan

PARSED = Path("data/parsed")
"""Where parsed plans are kept unless a command says otherwise."""


class Given(NamedTuple):
    """What the user says of a document, for where it says nothing itself."""

    region: str = ""
    """`忠县`"""
    years: str = ""
    """`2025`, `2024-2026`"""


NOTHING_GIVEN = Given()


def parse(path: str | os.PathLike[str], given: Given = NOTHING_GIVEN) -> Plan:
    """Read one document as a plan.

    Raises:
        DocumentError: as `pipeline.parse`.
    """
    # The readers are half of the program: who only loads parsed plans does without them.
    from safeplan.plans import pipeline

    return pipeline.parse(path, given)


def finding_text(finding: Finding, lang: str | None = None) -> str:
    """Return a finding's message in a language; the stored one where the code is not ours."""
    key = f"finding.{finding.code}"
    if key not in messages.catalogue("zh"):
        return finding.message
    return messages.say(key, lang, **finding.args)


def to_json(plan: Plan) -> str:
    """Return a plan as the contract's JSON: UTF-8, two spaces, a final newline."""
    return json.dumps(plan.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed.

    What is no file (a device, a pipe, the `/dev/fd/63` of a shell's `>(…)`) is written to and
    never replaced; a link goes on leading to its file.

    Raises:
        OSError: the folder cannot be made or written.
    """
    if _is_stream(path):
        with path.open("wb") as stream:
            stream.write(data)
        return
    if path.is_symlink():
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _is_stream(path: Path) -> bool:
    """Tell whether a path stands for something that takes bytes and is no file in a folder."""
    if path.absolute().parts[1:2] in (("dev",), ("proc",)) and sys.platform != "win32":
        return True  # also where it leads to a file that somebody holds open
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all.

    Raises:
        OSError: the folder cannot be made or written.
    """
    write_bytes(path, text.encode("utf-8"))


def save(plan: Plan, folder: Path = PARSED) -> Path:
    """Write a plan to `folder/<plan_id>.json` and return the path.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path = folder / f"{plan.plan_id}.json"
    write_text(path, to_json(plan))
    return path


def load(name: str | os.PathLike[str], folder: Path = PARSED) -> Plan:
    """Return the plan that `name` stands for.

    Args:
        name: a document, a parsed JSON file, the (shortened) id of a plan in `folder`, or `-`,
            which is standard input with either of the former.
        folder: where parsed plans are kept.

    Raises:
        DocumentError: nothing of that name, several plans begin with it, or it cannot be read.
    """
    path = Path(name)
    if path == STANDARD_INPUT:
        data = standard_input()
        is_json = data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        return _of_json(data) if is_json else parse(path)
    if path.is_file():
        return _read_json(path) if path.suffix.lower() == ".json" else parse(path)
    if is_member(path):
        return parse(path)
    text = str(name)
    if path.suffix or "/" in text or os.sep in text:
        raise DocumentError("missing_file")
    ids = sorted(found.stem for found in folder.glob("*.json"))
    matches = [text] if text in ids else [plan_id for plan_id in ids if plan_id.startswith(text)]
    if len(matches) == 1:
        return _read_json(folder / f"{matches[0]}.json")
    if matches:
        raise DocumentError("ambiguous_plan", candidates="、".join(matches))
    if not ids:
        raise DocumentError("no_plans", folder=str(folder))
    raise DocumentError("unknown_plan", folder=str(folder), candidates="、".join(ids))


def _read_json(path: Path) -> Plan:
    try:
        return _of_json(path.read_bytes())
    except OSError as error:
        raise DocumentError("unreadable", reason=messages.system_reason(error)) from None


def _of_json(written: bytes) -> Plan:
    """Return the plan that the bytes of a parsed JSON file hold."""
    from pydantic import ValidationError

    try:
        data = json.loads(written.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise DocumentError("unknown_encoding") from None
    except (json.JSONDecodeError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "—"
        raise DocumentError("broken_json", place=place) from None
    version = data.get("schema_version") if isinstance(data, dict) else None
    if str(version).partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise DocumentError("other_schema", found=str(version), expected=SCHEMA_VERSION)
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise DocumentError(
            "not_a_plan",
            place=".".join(map(str, first["loc"])),
            reason=messages.say(
                "trouble.json_lacking" if first["type"] == "missing" else "trouble.json_other"
            ),
        ) from None
