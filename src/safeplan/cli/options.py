"""The options that several commands share, each declared once.

The help of an option is `help.<its name>` in the catalogue unless another text is named.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from safeplan.messages import say


class Format(StrEnum):
    """The forms a result is written in."""

    table = "table"
    json = "json"
    csv = "csv"
    csv_zh = "csv-zh"
    xlsx = "xlsx"
    html = "html"
    docx = "docx"


def option(*names: str, text: str = "", **more: Any) -> Any:
    """Return an option with its help.

    Args:
        names: its names, the long one first.
        text: the key of its help, where that is not its long name.
        more: what Typer is told besides.
    """
    key = text or names[0].strip("-").replace("-", "_")
    return typer.Option(*names, help=say(f"help.{key}"), **more)


def argument(metavar: str, text: str, **more: Any) -> Any:
    """Return an argument with its help."""
    return typer.Argument(metavar=metavar, help=say(f"help.{text}"), show_default=False, **more)


DEFAULT_PARSED = Path("data/parsed")
DEFAULT_DECISIONS = Path("data/decisions.jsonl")


def plan_ids(incomplete: str) -> list[str]:
    """Return the ids of the parsed plans that begin so, for the shell to complete."""
    folder = Path(os.environ.get("SAFEPLAN_PARSED", DEFAULT_PARSED))
    return sorted(path.stem for path in folder.glob("*.json") if path.stem.startswith(incomplete))


def plans(text: str, metavar: str = "PLAN...") -> Any:
    """Return the argument that takes plans, with its help."""
    return argument(metavar, text, autocompletion=plan_ids)


Part = Annotated[Literal["annex", "body", "all"] | None, option("--part")]
OutputFormat = Annotated[Format | None, option("--format", "-f")]
Output = Annotated[str, option("--output", "-o", show_default=False)]
Width = Annotated[int | None, option("--width", min=40)]
Force = Annotated[bool, option("--force")]
TimeLimit = Annotated[float, option("--time-limit", min=1)]
Table = Annotated[str, option("--table", "-t")]
Owner = Annotated[str, option("--owner")]
Parsed = Annotated[Path, option("--parsed", metavar="DIR", envvar="SAFEPLAN_PARSED")]
Decisions = Annotated[Path, option("--decisions", envvar="SAFEPLAN_DECISIONS", readable=False)]
