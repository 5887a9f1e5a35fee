"""The house: imports point one way, and both languages say everything."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from safeplan.messages import LANGUAGES, catalogue, say
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "safeplan"

# Data, which every room may import; then the rooms, each of which may import what stands before it
# on its line of flow, and nothing after.
FLOW = [
    "vocabulary",
    "models",
    "text",
    "messages",
    "bodies",
    "documents",
    "grids",
    "tasks",
    "targets",
    "owners",
    "dues",
    "unsaid",
    "plans",
    "links",
    "changes",
    "lint",
    "corpus",
    "reports",
    "cli",
]


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).parts
    return parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
            if node.module == "safeplan":
                names = [f"safeplan.{alias.name}" for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("safeplan.")}
    return rooms


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SOURCE.rglob("*.py")) if room_of(path) in FLOW],
    ids=lambda path: str(path.relative_to(SOURCE)),
)
def test_imports_point_to_the_left(path: Path) -> None:
    room = room_of(path)
    right = set(FLOW[FLOW.index(room) + 1 :])
    assert not imported_rooms(path) & right


def test_every_room_is_on_the_line() -> None:
    rooms = {room_of(path) for path in SOURCE.rglob("*.py")} - {"__init__", "__main__"}
    assert rooms <= set(FLOW)


def test_neither_language_lacks_a_text() -> None:
    chinese, english = (catalogue(lang) for lang in LANGUAGES)
    assert chinese.keys() == english.keys()
    assert all(text.strip() for text in (*chinese.values(), *english.values()))


def test_both_languages_fill_the_same_places() -> None:
    def places(text: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field}

    for key, text in catalogue("zh").items():
        assert places(text) == places(catalogue("en")[key]), key


def test_the_language_is_chinese_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAFEPLAN_LANG", raising=False)
    assert say("change.tighter") == "加码"
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    assert say("change.tighter") == "tighter"


@pytest.mark.parametrize("page", ["findings.md", "findings.zh-CN.md"])
def test_every_finding_is_documented(page: str) -> None:
    documented = (ROOT / "docs" / page).read_text(encoding="utf-8")
    codes = [key.split(".")[1] for key in catalogue("zh") if key.startswith("finding.")]
    assert [code for code in codes if f"`{code}`" not in documented] == []
