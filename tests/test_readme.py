"""The READMEs are true: what they show is what is printed, what they name exists."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.readme import READMES, examples, fences, printed, staged

from safeplan.cli.app import app
from tests.conftest import ROOT

TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in READMES}
COMMANDS = [
    (name, line.partition("  #")[0].strip())
    for name, text in TEXTS.items()
    for fence in fences(text, "sh")
    for line in fence.splitlines()
]
EXAMPLES = [
    (name, example)
    for name, text in TEXTS.items()
    for fence in fences(text, "text")
    for example in examples(fence)
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A copy of what the examples read, with `safeplan` beside it on the PATH."""
    with staged() as copy:
        launcher = copy / "bin" / "safeplan"
        launcher.parent.mkdir()
        launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m safeplan "$@"\n')
        launcher.chmod(0o755)
        yield copy


@pytest.mark.parametrize(
    ("name", "example"), EXAMPLES, ids=[f"{name} {example.command}" for name, example in EXAMPLES]
)
def test_what_is_shown_is_what_is_printed(name: str, example: object, folder: Path) -> None:
    """`make readme` writes it anew."""
    assert printed(example, folder) == example.shown  # type: ignore[arg-type, attr-defined]


@pytest.mark.skipif(sys.platform == "win32", reason="asks a shell of Unix")
@pytest.mark.parametrize("command", dict.fromkeys(command for _, command in COMMANDS))
def test_every_command_runs(command: str, folder: Path) -> None:
    if "corpus" in command:
        pytest.importorskip("daft", reason="asks for the extra [scale]")
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(folder / "cache"),
        },
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert result.returncode in (0, 1), result.stderr.decode()
    assert result.returncode == 0 or re.search(r"check|lint", command)


@pytest.mark.parametrize("name", READMES)
def test_the_python_runs(name: str, folder: Path) -> None:
    (code,) = fences(TEXTS[name], "python")
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=True,
        timeout=120,
    )


def test_both_languages_show_the_same_examples() -> None:
    english, chinese = (
        [example.command.replace(" --lang en", "") for shown, example in EXAMPLES if shown == name]
        for name in READMES
    )
    assert english == chinese
    assert len({name for name, _ in COMMANDS}) == 2


def test_both_languages_give_the_same_figures() -> None:
    """Of the section on quality, which a bench renews: no figure of one is missing in the other."""
    english, chinese = (
        sorted(re.findall(r"\d\.\d+|\d+ %", TEXTS[name].split("<!-- ")[1].split("\n## ")[0]))
        for name in READMES
    )
    assert len(english) > 4
    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_link_leads_somewhere(name: str) -> None:
    for place in re.findall(r"\]\(([^)#]+)", TEXTS[name]):
        assert place.startswith("https://") or (ROOT / place).exists(), place


@pytest.mark.parametrize("name", READMES)
def test_every_option_and_make_target_exists(name: str) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for option in set(re.findall(r"(--[a-z][a-z-]+)", TEXTS[name])):
        assert f"`{option}`" in reference, option
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    for target in re.findall(r"`make ([a-z-]+)", TEXTS[name]):
        assert target in targets, target


@pytest.mark.parametrize("name", READMES)
def test_no_verb_is_left_out(name: str) -> None:
    for verb in [*(command.name or command.callback.__name__ for command in app.registered_commands
                   if command.callback), "corpus"]:  # fmt: skip
        assert f"`safeplan {verb} " in TEXTS[name], verb


@pytest.mark.skipif(shutil.which("make") is None, reason="make is missing")
def test_make_help_names_every_target() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, check=True).stdout
    for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([a-z-]+):(?!=)", line):
            assert f"make {found[1]}".encode() in listed, found[1]
