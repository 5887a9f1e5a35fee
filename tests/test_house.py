"""The house: imports point one way, and both languages say everything."""

from __future__ import annotations

import ast
import string
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import safeplan
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
    "bearers",
    "dues",
    "spans",
    "unsaid",
    "plans",
    "links",
    "changes",
    "slips",
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


@cache
def syntax() -> list[tuple[Path, ast.Module]]:
    paths = sorted(SOURCE.rglob("*.py"))
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def test_no_two_modules_bear_one_name() -> None:
    names = [path.stem for path, _ in syntax() if not path.stem.startswith("__")]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_no_room_bears_the_name_of_a_verb() -> None:
    """Importing a room of a verb's name would put the room in the verb's place."""
    assert not set(FLOW) & set(safeplan.__all__)


def test_no_two_public_classes_bear_one_name() -> None:
    names = [
        node.name
        for _, tree in syntax()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_nothing_is_known_by_its_id() -> None:
    """Only what is drawn on a page has no name but itself: two strokes may be alike in all else."""
    drawn = ("documents/printed/", "documents/named_fonts.py")
    found = [
        place
        for path, tree in syntax()
        if not (place := path.relative_to(SOURCE).as_posix()).startswith(drawn)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "id"
    ]
    assert found == []


def test_what_is_made_of_words_is_kept_with_its_words() -> None:
    """A plain cache would go on giving the words of a folder that is in force no longer."""
    stale = [
        f"{path.relative_to(SOURCE)} {node.name}"
        for path, tree in syntax()
        if room_of(path) != "vocabulary"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(
            "cache" in ast.unparse(one).removeprefix("vocabulary.cached")
            for one in node.decorator_list
        )
        and "vocabulary.load(" in ast.unparse(node)
    ]
    assert stale == []


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
