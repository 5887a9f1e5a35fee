"""The pages of docs/ say the same in both languages: the same sections, the same rows, the same code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(path.name for path in DOCS.glob("*.md") if not path.name.endswith(".zh-CN.md"))


def in_chinese(page: str) -> str:
    return (DOCS / page.replace(".md", ".zh-CN.md")).read_text(encoding="utf-8")


def in_english(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def headings(text: str) -> list[int]:
    """The level of each heading."""
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", bare, re.MULTILINE)]


def rows(text: str) -> list[int]:
    """How many rows each table has."""
    return [len(table.strip().split("\n")) for table in re.findall(r"(?:^\|.*\n)+", text, re.M)]


def codes(text: str) -> set[str]:
    """What stands as code in the tables: ids, keys, rules."""
    tables = "".join(re.findall(r"^\|.*\n", text, re.MULTILINE))
    return set(re.findall(r"`([a-z][\w]*)`", tables))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_in_chinese_with_the_same_sections(page: str) -> None:
    assert headings(in_chinese(page)) == headings(in_english(page))


@pytest.mark.parametrize("page", [page for page in PAGES if page != "findings.md"])
def test_its_tables_have_the_same_rows_and_codes(page: str) -> None:
    assert rows(in_chinese(page)) == rows(in_english(page))
    assert codes(in_chinese(page)) == codes(in_english(page))


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_its_links_lead_somewhere(path: Path) -> None:
    for place in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
        assert place.startswith("https://") or (path.parent / place).exists(), place
