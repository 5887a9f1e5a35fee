"""What the verbs can be asked: every option and argument, declared once, and which verb takes which.

The help of an option is `help.<its name>` in the catalogue unless another text is named, the help
of a verb `help.<its name>`, led by the name of its group.
"""

import os
from collections.abc import Callable
from enum import StrEnum
from inspect import Parameter, Signature, get_annotations
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from safeplan.cli.usage import Command
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


DEFAULT_PARSED = Path("data/parsed")


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


def plan_ids(incomplete: str) -> list[str]:
    """Return the ids of the parsed plans that begin so, for the shell to complete."""
    folder = Path(os.environ.get("SAFEPLAN_PARSED", DEFAULT_PARSED))
    return sorted(path.stem for path in folder.glob("*.json") if path.stem.startswith(incomplete))


_completed: dict[str, Any] = {"autocompletion": plan_ids}
_parsed: dict[str, Any] = {"metavar": "DIR", "envvar": "SAFEPLAN_PARSED"}
_decided: dict[str, Any] = {"envvar": "SAFEPLAN_DECISIONS", "readable": False}


class CommandLine:
    """What a command line asks of a verb; of what it does not say, the defaults."""

    # What is worked on.
    inputs: Annotated[list[str], argument("INPUT...", "inputs")]
    plan: Annotated[str, argument("PLAN", "plan", **_completed)]
    plans: Annotated[list[str], argument("PLAN...", "plans", **_completed)]
    any_plans: Annotated[list[str], argument("PLAN...", "any_plans", **_completed)]
    promising: Annotated[list[str], argument("PLAN...", "trace_plans", **_completed)]
    annuals: Annotated[list[str], option("--in", text="trace_in", metavar="ANNUAL", **_completed)]
    against: Annotated[str, option("--against", metavar="PLAN", **_completed)]
    left: Annotated[str, argument("PLAN:TASK", "pair")]
    right: Annotated[str, argument("PLAN:TASK", "pair")]
    sheet: Annotated[Path, argument("FILE", "sheet", readable=False)]
    parsed: Annotated[Path, option("--parsed", **_parsed)] = DEFAULT_PARSED
    decisions: Annotated[Path, option("--decisions", **_decided)] = Path("data/decisions.jsonl")

    # How it is read.
    folder: Annotated[str, option("--output", "-o", text="parse_output", metavar="DIR")] = str(
        DEFAULT_PARSED
    )
    force: Annotated[bool, option("--force")] = False
    seconds: Annotated[float, option("--time-limit", min=1)] = 600
    region: Annotated[str, option("--region")] = ""
    year: Annotated[str, option("--year")] = ""

    # What of it is wanted.
    part: Annotated[Literal["annex", "body", "all"] | None, option("--part")] = None
    table: Annotated[str, option("--table", "-t")] = ""
    owner: Annotated[str, option("--owner")] = ""
    role: Annotated[Literal["lead", "responsible", "assisting"] | None, option("--role")] = None
    only: Annotated[str, option("--only")] = ""
    differs: Annotated[str, option("--differs", "-d")] = ""
    missing: Annotated[str, option("--missing", metavar="PLAN", **_completed)] = ""
    unlike: Annotated[bool, option("--differs", "-d", text="owners_differs")] = False
    order: Annotated[Literal["load", "differs", "name"], option("--sort")] = "load"
    find: Annotated[str, option("--find")] = ""
    findings: Annotated[bool, option("--findings")] = False
    rules: Annotated[str, option("--only", text="lint_only")] = ""
    skip: Annotated[str, option("--skip", text="lint_skip")] = ""
    every_rule: Annotated[bool, option("--all", text="lint_all")] = False

    # How it is shown.
    form: Annotated[Format | None, option("--format", "-f")] = None
    output: Annotated[str, option("--output", "-o", show_default=False)] = "-"
    width: Annotated[int | None, option("--width", min=40)] = None
    full: Annotated[bool, option("--full")] = False
    text: Annotated[bool, option("--text")] = False
    review: Annotated[Path | None, option("--review")] = None
    most: int = 0
    """Rows of a table on the terminal; 0 for all."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.__dict__.update(given)


_Asked = TypeVar("_Asked", bound=CommandLine)
_Does = Callable[[_Asked], int | None]


def verb(
    app: typer.Typer, asked: type[_Asked], takes: str
) -> Callable[[_Does[_Asked]], _Does[_Asked]]:
    """Return what makes a function a verb of an app.

    Args:
        app: the app.
        asked: where its arguments and options are declared.
        takes: those it takes, in the order of its help page.
    """
    declared = {key: one for of in asked.__mro__[::-1] for key, one in get_annotations(of).items()}

    def declare(does: _Does[_Asked]) -> _Does[_Asked]:
        def command(**given: Any) -> int | None:
            return does(asked(given))

        params = [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=declared[name])
            for name in takes.split()
            for default in [getattr(asked, name, Parameter.empty)]
        ]
        vars(command).update(__signature__=Signature(params))
        group = f"{app.info.name}_" if app.info.name else ""
        app.command(does.__name__, cls=Command, help=say(f"help.{group}{does.__name__}"))(command)
        return does

    return declare
