"""A result into a file or onto the terminal: whole or not at all, and paged where it is long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safeplan.cli.trouble import Trouble, unwritable
from safeplan.messages import printable, say

if TYPE_CHECKING:
    from rich.console import Console

    from safeplan.cli.options import CommandLine
    from safeplan.models import Record
    from safeplan.reports.result_sheets import Rows, Sheet


_ENDINGS = {
    **{f".{form}": form for form in ("json", "csv", "xlsx", "html", "docx")},
    ".htm": "html",
    ".txt": "table",
}


def form_of(asked: CommandLine) -> str:
    """Return how a result is written: in the form asked for, else as its file's ending tells.

    Raises:
        Trouble: the two clash, or a workbook is to go to a terminal.
    """
    output = asked.output
    told = _ENDINGS.get(Path(output).suffix.lower()) if output != "-" else None
    if asked.form and told and asked.form.removesuffix("-zh") != told:
        raise Trouble(output, say("trouble.form_clash", asked=asked.form))
    form = asked.form or told or "table"
    if form in ("xlsx", "docx") and output == "-" and sys.stdout.isatty():
        raise Trouble(f"--format {form}", say("trouble.binary"))
    return form


def late(module: str) -> Any:
    """Return a module of `safeplan.reports` that only one form of a result has need of."""
    return import_module(f"safeplan.reports.{module}")


def write_result(
    asked: CommandLine,
    result: Record,
    rows: Callable[[], Rows],
    sheets: Callable[[], Sequence[Sheet]],
    *,
    title: str = "",
    head: str = "",
    screen: Callable[[], Sequence[Sheet]] | None = None,
    **own: Callable[[], str | bytes],
) -> None:
    """Write a result in the form asked for.

    Args:
        asked: how and where.
        result: what JSON holds.
        rows: gives what CSV holds.
        sheets: give the result for people.
        title: stands above them on a page; the first one's own if not given.
        head: the title of the first of them on a page; its own if not given.
        screen: gives what a terminal shows; its sheets if not given.
        own: gives what a file holds that is not made of the sheets, by its form.
    """
    from safeplan.reports.result_sheets import in_chinese, to_csv

    form = form_of(asked)
    if form == "table":
        made = (screen or sheets)()
        print_to(asked.output, asked.width, lambda out: _print(made, asked.most, out))
    elif form == "json":
        write(asked.output, result.model_dump_json(indent=2) + "\n")
    elif form in ("csv", "csv-zh"):
        frame = rows().to_frame()
        write(asked.output, to_csv(in_chinese(frame) if form == "csv-zh" else frame))
    elif form in own:
        write(asked.output, own[form]())
    else:
        first, *others = sheets()
        shown = [replace(first, title=head or first.title), *others]
        titled = title or first.title, shown
        makers = {
            "xlsx": lambda: late("workbook").workbook(shown),
            "docx": lambda: late("word").document(*titled),
            "html": lambda: late("page").page_of_sheets(*titled),
        }
        write(asked.output, makers[form]())


def _print(sheets: Sequence[Sheet], most: int, out: Console) -> None:
    """Print sheets; of a long one the first rows, and how many more there are."""
    from safeplan.reports.terminal import print_sheet

    for sheet in sheets:
        whole = not most or (sheet.columns and sheet.columns[0].key == "entry")
        rows = sheet.rows if whole else sheet.rows[:most]
        more = len(sheet.rows) - len(rows)
        notes = [say("catalogue.more", count=more) if more else "", sheet.note]
        print_sheet(replace(sheet, rows=rows, note="\n".join(filter(None, notes))), out)


def print_to(output: str, width: int | None, render: Callable[[Console], object]) -> None:
    """Print to the terminal, a screen at a time where it is long; without colour to a file."""
    from safeplan.reports.terminal import console

    out = console(width)
    # Windows' own pager knows neither colours nor other code pages, and its windows scroll.
    paged = sys.stdout.isatty() and (sys.platform != "win32" or "PAGER" in os.environ)
    if output == "-" and not paged:
        render(out)
        return
    with out.capture() as captured:
        render(out)
    text = captured.get()
    if output != "-":
        write(output, text)
    elif text.count("\n") < out.height or os.environ.get("SAFEPLAN_PAGER") == "never":
        sys.stdout.write(text)
    else:
        import pydoc

        os.environ.setdefault("LESS", "-RFX")  # colours, and no paging of a single screen
        pydoc.pager(text)


def write(output: str, content: str | bytes) -> None:
    """Write to a file, whole or not at all, or to standard output.

    Files and pipes get text as UTF-8, and bytes as they are; a terminal gets what is for eyes, as
    its own code page can show it.

    Raises:
        Trouble: the file cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if output == "-":
        if sys.stdout.isatty():
            text = content if isinstance(content, str) else data.decode("utf-8", "replace")
            sys.stdout.write(printable(text.replace("\r\n", "\n")))
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    from safeplan import plans

    try:
        plans.write_bytes(Path(output), data)
    except BrokenPipeError:
        raise  # who reads has gone away, whether from our output or from a pipe he named
    except OSError as error:
        raise unwritable(output, error) from None
