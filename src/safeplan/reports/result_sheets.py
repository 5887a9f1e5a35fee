"""A result as sheets: what every command shows, whatever the form it is written in.

A view makes sheets; renderers only lay them out and compute nothing. A cell is plain text, or runs
of text of which some are marked: the words that differ. What programs read as CSV is a frame, with
codes and ids in columns of their own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from safeplan.messages import catalogue, headings, printable, say
from safeplan.models import Role

if TYPE_CHECKING:
    import pandas as pd

Mark = Literal[
    "", "old", "new", "own", "some", "tighter", "looser", "doubt", "dim", "head", "rest", "spare"
]
"""Why a run is marked: words only the old text has (`old`), only the new one (`new`), only this
plan of several (`own`) or only some of them (`some`), a stricter target …; `head` leads a cell,
`rest` is alike everywhere, `spare` is said elsewhere: both are left out where there is little room."""

COLORS: dict[Mark, str] = {
    **dict.fromkeys(("own", "old", "new", "tighter"), "C00000"),
    **dict.fromkeys(("some", "doubt"), "7F4F00"),
    "looser": "1F6B2E",
    "dim": "767676",
}
"""Of a run in an office file, red, green and blue in hexadecimal."""
UNDERLINED: frozenset[Mark] = frozenset(("own", "some"))
HEADER_FILL = "DDE6F0"
"""Behind the headings in an office file."""
BOLD: frozenset[Mark] = frozenset(("tighter", "looser", "new", "head"))
_BRACKETS: dict[Mark, tuple[str, str]] = {"old": ("［－", "］"), "new": ("［＋", "］")}
"""What stands around a marked run where there is no colour: a sign beside the colour."""


@dataclass(frozen=True)
class Run:
    """A piece of a cell's text."""

    text: str
    mark: Mark = ""

    @property
    def signed(self) -> str:
        """Return the text with the signs of its mark around it."""
        opening, closing = _BRACKETS.get(self.mark, ("", ""))
        return f"{opening}{self.text}{closing}"


Cell = str | Sequence[Run]

MOST_COLUMNS = 6
"""Of more plans a column each could not be read."""
FEW_COLUMNS = 4
"""Of more plans a column each would be narrower than its words on 80 columns."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet."""

    key: str
    """Its heading in CSV; `column.<key>` in the catalogue is its title for people."""
    ratio: int = 1
    """Its share of the width; 0 for ids and numbers, which are as wide as they need."""
    title: str = ""
    """Its title where that is no word of ours, such as the id of a plan."""
    number: bool = False
    """Whether its cells are whole numbers: set to the right, sorted as such."""
    folded: bool = False
    """Whether it holds the rest: a page shows it on demand, paper does without it."""

    @property
    def heading(self) -> str:
        """Return the title for people."""
        return self.title or say(f"column.{self.key}")


_COLUMN = re.compile(r"(\w+|\*)(#?)(?::(\d+))?(~?)")


def columns(listed: str, titles: Mapping[str, str] | None = None) -> list[SheetColumn]:
    """Return columns from their keys: `#` for numbers, `:3` for a share of the width, `~` folded.

    `*` stands for as many columns as there are `titles`, each with its own: of several plans,
    their names.

    >>> columns("task count# *:4~", {"忠县-2025": "忠县"})[1:]  # doctest: +NORMALIZE_WHITESPACE
    [SheetColumn(key='count', ratio=0, title='', number=True, folded=False),
     SheetColumn(key='忠县-2025', ratio=4, title='忠县', number=False, folded=True)]
    """
    return [
        SheetColumn(one, int(ratio or 0), title, number=bool(number), folded=bool(folded))
        for key, number, ratio, folded in _COLUMN.findall(listed)
        for one, title in ((titles or {}).items() if key == "*" else [(key, "")])
    ]


@dataclass(frozen=True)
class Facet:
    """What the rows of a sheet can be chosen by, where the reader can choose."""

    key: str
    """`column.<key>` in the catalogue is its title."""
    values: list[list[str]]
    """The values of each row, in the order of the rows."""

    @cached_property
    def choices(self) -> list[str]:
        """The values to choose from, in the order met."""
        return distinct(value for values in self.values for value in values)


def distinct(texts: Iterable[str]) -> list[str]:
    """Return texts as the values of a row's facet: each once, none empty."""
    return [text for text in dict.fromkeys(texts) if text]


def differing(flags: Iterable[bool], key: str = "differs") -> Facet:
    """Return the facet that keeps only what differs."""
    said = say(f"facet.{key}")
    return Facet("differs", [[said] if flag else [] for flag in flags])


@dataclass(frozen=True)
class Sheet:
    """One table of a result; one without columns is a line for the terminal."""

    title: str = ""
    columns: list[SheetColumn] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    note: str = ""
    """How to read it, in a sentence."""
    close: bool = False
    """Whether its rows stand close together on a terminal, with no rule between or around them."""

    def lines(self, at: int) -> list[str]:
        """Return the lines of text that stand in a column."""
        return [line for row in self.rows for line in plain(row[at]).split("\n")]


_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


def grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    """Return values by their keys, both in the order met.

    >>> grouped([("甲", 1), ("乙", 2), ("甲", 3)])
    {'甲': [1, 3], '乙': [2]}
    """
    found: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def plain(cell: Cell, *, signed: bool = True) -> str:
    """Return a cell's text, with signs around what is marked.

    >>> plain([Run("落实"), Run("定期", "old"), Run("半年", "new"), Run("述职")])
    '落实［－定期］［＋半年］述职'
    """
    if isinstance(cell, str):
        return cell
    return "".join(run.signed if signed else run.text for run in cell)


def in_turn(parts: Iterable[Sequence[Run]], between: str | Run = "\n") -> list[Run]:
    r"""Return the parts of a cell one after the other.

    Args:
        parts: what is to be said; empty parts are left out.
        between: what stands between two parts; a text is marked as what it leads.

    >>> in_turn([[Run("甲", "head"), Run("1")], [], [Run("乙", "head")]])
    [Run(text='甲', mark='head'), Run(text='1', mark=''), Run(text='\n乙', mark='head')]
    """
    said: list[Run] = []
    for part in filter(None, parts):
        first, *others = part
        if isinstance(between, Run):
            said += [between, *part] if said else part
        else:
            said += [replace(first, text=between + first.text) if said else first, *others]
    return said


def starred(names: Iterable[str], own: Collection[str]) -> list[Run]:
    """Return names one after the other, those that stand nowhere else marked: `水利局、*林业局`."""
    marked = ([Run(f"*{name}", "own") if name in own else Run(name)] for name in names)
    return in_turn(marked, Run("、"))


def role_run(role: Role) -> Run:
    """Return what leads the bodies of a role: `牵头：`."""
    return Run(f"{say(f'role.{role}')}：", "dim")


# --- as CSV -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rows:
    """A result for programs: codes and ids in columns of their own."""

    listed: str | Sequence[str]
    """The columns."""
    rows: Iterable[Sequence[object] | Mapping[str, object]]
    """A cell a column, or cells by column; of several values a cell holds them all."""

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a pandas table: numbers, and text that is no formula."""
        import pandas as pd

        listed = self.listed.split() if isinstance(self.listed, str) else list(self.listed)
        cells = (
            [row.get(key) for key in listed] if isinstance(row, Mapping) else row
            for row in self.rows
        )
        return pd.DataFrame([[_code(cell) for cell in row] for row in cells], columns=listed)


def _code(value: object) -> object:
    if isinstance(value, int | float):
        return value
    parts = value if isinstance(value, list) else [] if value is None else [value]
    return as_text(" ".join(map(str, parts)))


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> as_text("=1+1"), as_text("100%")
    ("'=1+1", '100%')
    """
    # Some programs skip blanks and byte order marks before the sign.
    bare = cell.lstrip(" \t\r\n\xa0\u3000\u200b\ufeff")
    return f"'{cell}" if bare.startswith(tuple("=+-@")) or cell.startswith(("\t", "\r")) else cell


def in_chinese(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table for people who read Chinese: its headings and codes in words."""
    words = headings()
    said = frame.copy()
    for column, sections in words["codes"].items():
        if column in said.columns:
            said[column] = [_in_words(cell, sections) for cell in said[column]]
    said.columns = [
        " ".join(words["heading"].get(word, word) for word in name.split(" "))
        for name in frame.columns
    ]
    return said


def _in_words(cell: str, sections: Sequence[str]) -> str:
    """Return a code, or several behind the id of a plan each, in words; all else as it is.

    >>> _in_words("not_carried", ["promise"]), _in_words("忠县-2025:carried", ["promise"])
    ('未承接', '忠县-2025:已承接')
    """
    words = catalogue("zh")
    said = []
    for part in cell.split(" "):
        plan, colon, code = part.rpartition(":")
        keys = [f"{name}{'' if name.endswith('_') else '.'}{code}" for name in sections]
        said.append(plan + colon + next((words[key] for key in keys if key in words), code))
    return " ".join(said)


def to_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV that Excel opens in Chinese: UTF-8 with BOM, CRLF, quoted as needed."""
    safe = frame.map(lambda cell: as_text(printable(cell)) if isinstance(cell, str) else cell)
    safe.columns = frame.columns.map(lambda name: as_text(str(name)))
    text = safe.to_csv(index=False, lineterminator="\r\n", float_format="%.4f")
    return ("\ufeff" + text).encode("utf-8")
