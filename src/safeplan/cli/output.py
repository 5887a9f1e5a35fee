"""A result into a file or onto the terminal: whole or not at all, and paged where it is long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import plans
from safeplan.cli.trouble import Trouble, unwritable
from safeplan.messages import printable, say

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from safeplan.reports.result_sheets import Sheet


def write_rows(output: str, sheet: Sheet, fmt: str) -> None:
    """Write a sheet as CSV."""
    from safeplan.reports.result_sheets import sheet_frame

    write_frame(output, sheet_frame(sheet), fmt)


def write_frame(output: str, frame: pd.DataFrame, fmt: str) -> None:
    """Write a table as CSV: for programs, or with headings and words in Chinese (`csv-zh`)."""
    from safeplan.reports.frame import in_chinese, to_csv

    write_data(output, to_csv(in_chinese(frame) if fmt == "csv-zh" else frame))


def write_sheets(title: str, sheets: Sequence[Sheet], fmt: str, output: str) -> None:
    """Write sheets as a workbook, or under a title as a page or a Word document.

    Raises:
        Trouble: a workbook for a terminal, or the output cannot be written.
    """
    if fmt == "xlsx":
        from safeplan.reports.workbook import workbook

        write_data(output, workbook(sheets))
    elif fmt == "docx":
        from safeplan.reports.word import document

        write_data(output, document(title, sheets))
    else:
        from safeplan.reports.page import page_of_sheets

        write_text(output, page_of_sheets(title, sheets))


CSV = ("csv", "csv-zh")
"""The forms of CSV: for programs, and with headings and words in Chinese."""

_ENDINGS = {
    ".json": "json",
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
    ".txt": "table",
}


def form_of(asked: str | None, output: str) -> str:
    """Return the form of a result: as asked, else as the ending of its file tells.

    Raises:
        Trouble: the two clash, or a workbook is to go to a terminal.
    """
    told = _ENDINGS.get(Path(output).suffix.lower()) if output != "-" else None
    if asked and told and asked.removesuffix("-zh") != told:
        raise Trouble(output, say("trouble.form_clash", asked=asked))
    form = asked or told or "table"
    if form in ("xlsx", "docx") and output == "-" and sys.stdout.isatty():
        raise Trouble(f"--format {form}", say("trouble.binary"))
    return form


def print_to(output: str, width: int | None, render: Callable[[Console], None]) -> None:
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
        write_text(output, text)
    elif text.count("\n") < out.height or os.environ.get("SAFEPLAN_PAGER") == "never":
        sys.stdout.write(text)
    else:
        import pydoc

        os.environ.setdefault("LESS", "-RFX")  # colours, and no paging of a single screen
        pydoc.pager(text)


def write_text(output: str, text: str) -> None:
    """Write text to a file, whole or not at all, or to standard output.

    Files and pipes get UTF-8; a terminal gets what its own code page can show.
    """
    if output == "-" and sys.stdout.isatty():
        sys.stdout.write(printable(text))
        return
    write_data(output, text.encode("utf-8"))


def write_data(output: str, data: bytes) -> None:
    """Write bytes to a file, whole or not at all, or to standard output.

    Raises:
        Trouble: the file cannot be written.
    """
    if output == "-":
        sys.stdout.flush()
        if sys.stdout.isatty():  # for eyes: what a program reads from a pipe is left as it is
            data = printable(data.decode("utf-8", "replace").replace("\r\n", "\n")).encode()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        plans.write_bytes(Path(output), data)
    except BrokenPipeError:
        raise  # who reads has gone away, whether from our output or from a pipe he named
    except OSError as error:
        raise unwritable(output, error) from None
