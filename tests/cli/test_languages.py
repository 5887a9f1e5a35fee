"""No English in a Chinese session and no Chinese in an English one: every help page, many errors.

What both languages write alike (commands, options, codes, files, names) is known from the commands
themselves and from what the user typed; whatever else is of the other language fails.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from safeplan.cli import run
from safeplan.cli.app import app
from safeplan.cli.usage import completion_installed
from safeplan.messages import catalogue
from safeplan.slips import RULES

Capture = pytest.CaptureFixture[str]
ROOT_COMMAND = typer.main.get_command(app)
NAMES = {"safeplan", "JSON", "CSV", "Excel", "Word", "HTML", "TOML", "Parquet", "Ray", "id", "ids"}
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_EXAMPLE = re.compile(r"^ *(?:例：|Example: |E\.g\. )?safeplan .*$", re.MULTILINE)
_NAMED = re.compile(r"--?[a-z][\w-]*|[A-Z]+_[A-Z_]+|[\w./:-]*[./:_][\w./:-]*|\.\w+|t\d")


def commands(command: Any, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield every command and group by the words that call it."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *path, name)


@cache
def codes() -> set[str]:
    """The words that are written alike in both languages: verbs, choices, codes of filters."""
    words = set(NAMES) | {"zh", "en", "scale", *RULES}
    for path in commands(ROOT_COMMAND):
        words |= set(path)
    for section in ("only", "differs", "part", "role", "direction"):
        words |= {key.split(".")[1] for key in catalogue("zh") if key.startswith(f"{section}.")}
    words |= {"table", "json", "csv", "csv-zh", "xlsx", "html", "docx"}
    return words | {"load", "differs", "name", "province", "city", "district", "county"}


def english_in(text: str, *typed: str) -> list[str]:
    """The English words of a text that are no names."""
    bare = _NAMED.sub(" ", _EXAMPLE.sub("", text))
    known = codes() | {word for part in typed for word in _WORD.findall(part)}
    return [word for word in _WORD.findall(bare) if word not in known]


def chinese_in(text: str, *typed: str) -> list[str]:
    """The Chinese words of a text that are neither typed nor a name of a place or body."""
    known = "".join(typed)
    return [word for word in _CHINESE.findall(_EXAMPLE.sub("", text)) if word not in known]


@cache
def help_pages(lang: str) -> dict[tuple[str, ...], str]:
    """What `--help` prints in a program of its own: help texts are said when it starts."""
    paths = list(commands(ROOT_COMMAND))
    script = (
        "import json, sys; from safeplan.cli import run;"
        "[(run([*path, '--help', '--lang', sys.argv[1]]), print(end='\\f'))"
        " for path in json.loads(sys.argv[2])]"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, lang, json.dumps(paths)],
        env={**os.environ, "COLUMNS": "100", "SAFEPLAN_LANG": lang},
        capture_output=True,
        check=True,
    ).stdout.decode()
    return dict(zip(paths, said.split("\f"), strict=False))


@pytest.mark.parametrize("path", list(commands(ROOT_COMMAND)), ids=" ".join)
def test_every_help_page_speaks_chinese(path: tuple[str, ...]) -> None:
    page = help_pages("zh")[path]
    assert page.startswith("用法：safeplan")
    assert english_in(page) == []
    assert "…" not in page  # nothing is cut


PLACES = "沙坪坝忠县区应急管理局县应急局南京鼓楼"
"""Whom the help in English names as an example."""


@pytest.mark.parametrize("path", list(commands(ROOT_COMMAND)), ids=" ".join)
def test_every_help_page_speaks_english(path: tuple[str, ...]) -> None:
    page = help_pages("en")[path]
    assert page.startswith("Usage: safeplan")
    words = {word for code in ("only", "differs") for word in spoken_for(code)}
    assert [word for word in chinese_in(page, PLACES) if word not in words] == []
    assert "…" not in page


def spoken_for(section: str) -> set[str]:
    """The Chinese words that an option takes beside its codes."""
    texts = (text for key, text in catalogue("zh").items() if key.startswith(f"{section}."))
    return {word for text in texts for word in text.split()}


WRONG = [
    ["nosuchverb"],
    ["compar"],
    ["compare"],
    ["compare", "忠县"],
    ["compare", "忠县", "南岸", "--format", "pdf"],
    ["compare", "忠县", "南岸", "--only", "nothing"],
    ["compare", "忠县", "南岸", "--differs=nothing"],
    ["compare", "忠县", "南岸", "--missing", "nowhere"],
    ["compare", "忠县", "南岸", "-f", "json", "-o", "x.csv"],
    ["compare", "忠县", "忠县-2025"],
    ["show", "忠县", "--width", "3"],
    ["show", "忠县", "--width", "wide"],
    ["show", "忠县", "--nix"],
    ["show", "忠县", "--differ"],
    ["show", "忠县", "南岸"],
    ["show", "nowhere"],
    ["show", "2025"],
    ["show", "忠县", "--part", "none"],
    ["check", "忠县"],
    ["check", "忠县", "--against"],
    ["lint", "忠县", "--all=3"],
    ["lint", "忠县", "--only", "nothing"],
    ["explain", "忠县", "南岸"],
    ["explain", "忠县:t9.9", "南岸:t1.1"],
    ["explain", "忠县:t1.1", "忠县:t1.2"],
    ["owners", "忠县", "-o", "README.md/x.csv"],
    ["owners", "忠县", "-o", "data/parsed"],
    ["decide", "nowhere.xlsx"],
    ["decide", "README.md"],
    ["--vocabulary", "nowhere", "lint", "忠县"],
    ["show", "data/nowhere.json"],
    ["show", "data"],
    ["show", "LICENSE"],
    ["parse", "nowhere.txt", "-o", "-"],
    ["parse", "data/raw", "--year", "soon", "-o", "-"],
    ["parse", "data/raw", "--time-limit", "0", "-o", "-"],
    ["trace", "忠县"],
    ["trace", "忠县", "--in"],
    ["show", "忠县", "--lang", "fr"],
]
SAID = "沙坪坝南岸璧山忠县，要点方案规划计划"
"""Plans that trouble lists by their ids, and what titles of plans are called."""


# An unknown language is refused in the language of the place.
ASKED = [
    (one, lang) for one in WRONG for lang in ("zh", "en") if lang == "zh" or "--lang" not in one
]


@pytest.mark.parametrize(
    ("arguments", "lang"), ASKED, ids=lambda one: one if isinstance(one, str) else " ".join(one)
)
def test_trouble_speaks_one_language(
    arguments: list[str], lang: str, capsys: Capture, at_root: Path
) -> None:
    asked = ["--lang", lang] if "--lang" not in arguments else []
    assert run([*arguments, *asked]) == 2
    said = capsys.readouterr().err.removeprefix("safeplan: ")
    assert len(said.splitlines()) == 1
    if lang == "zh":
        assert english_in(said, *arguments) == []
    else:
        words = {word for code in ("only", "differs") for word in spoken_for(code)}
        rest = [word for word in chinese_in(said, *arguments, SAID) if word not in words]
        assert rest == []


BROKEN = {
    "cut": '{"schema_version": "1.1", "plan_id": ',
    "other": '{"schema_version": "9.0"}',
    "empty": "{}",
    "list": "[1, 2]",
    "wrong": '{"schema_version": "1.1", "plan_id": 3, "tasks": "none"}',
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_told_in_one_language(
    name: str, lang: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "plan.json"
    path.write_text(BROKEN[name], encoding="utf-8")
    assert run(["show", str(path), "--lang", lang]) == 2
    said = capsys.readouterr().err.replace(str(path), "").removeprefix("safeplan: ")
    keys = ("schema_version", "plan_id", "title", "tasks", "region", "kind", "period", "source")
    assert (english_in(said, *keys) if lang == "zh" else chinese_in(said)) == []


def test_completion_is_said_to_be_set_up_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEPLAN_LANG", "zh")
    said = completion_installed("bash completion installed in /home/x/.bashrc")
    assert english_in(said, "bash") == []
