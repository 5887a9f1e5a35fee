"""The options that several groups of commands share: how a result is written, and where."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

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


Part = Annotated[
    Literal["annex", "body", "all"] | None,
    typer.Option("--part", help=say("help.part"), show_default=False),
]
OutputFormat = Annotated[
    Format | None, typer.Option("--format", "-f", help=say("help.format"), show_default=False)
]
Output = Annotated[str, typer.Option("--output", "-o", help=say("help.output"), show_default=False)]
Width = Annotated[
    int | None, typer.Option("--width", min=40, help=say("help.width"), show_default=False)
]
Force = Annotated[bool, typer.Option("--force", help=say("help.force"))]
TimeLimit = Annotated[float, typer.Option("--time-limit", min=1, help=say("help.time_limit"))]
