"""What is installed is what is here: the wheel, and the commands from it, outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from safeplan.cli.options import Format
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "safeplan"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that `pip install .` builds."""
    pytest.importorskip("hatchling.build", reason="hatchling builds the wheel")
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_program_with_its_words_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    there = {
        path.relative_to(SOURCE.parent).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert held == there
    assert {Path(name).suffix for name in held} >= {".py", ".toml", ".tsv", ".typed"}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`safeplan` in an environment of its own; what it rests on is lent by the one of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    try:
        venv.create(folder, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no environment can be made here: {error}")
    scripts = folder / ("Scripts" if sys.platform == "win32" else "bin")
    purelib = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    Path(purelib, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = scripts / "python"
    install = [*("-m", "pip", "install", "--quiet", "--no-index", "--no-deps"), str(wheel)]
    subprocess.run([python, *install], check=True, env=_environment())
    return scripts / "safeplan"


def _environment() -> dict[str, str]:
    """The environment without what would lead back into the repository."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@pytest.mark.skipif("SAFEPLAN_SLOW" not in os.environ, reason="half a minute; set SAFEPLAN_SLOW=1")
def test_the_commands_work_outside_the_repository(installed: Path, tmp_path: Path) -> None:
    def safeplan(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [installed, *arguments],
            cwd=tmp_path,
            env=_environment(),
            capture_output=True,
            check=False,
        )
        assert done.returncode in (0, 1), (arguments, done.stderr.decode())
        assert done.stderr == b"", arguments
        return done

    where = "import safeplan; print(safeplan.__file__)"
    ours = subprocess.run(
        [installed.with_name("python"), "-c", where],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        check=True,
    )
    assert ROOT / "src" not in Path(ours.stdout.decode().strip()).parents
    assert safeplan("parse", str(ROOT / "data" / "raw")).returncode == 0
    for path in (ROOT / "data" / "parsed").glob("*.json"):
        assert (tmp_path / "data" / "parsed" / path.name).is_file()
    next_year = str(ROOT / "examples" / "忠县2026年工作要点.txt")
    for form in Format:
        for arguments in (
            ["compare", "沙坪坝-2025", "忠县", "南岸"],
            ["check", next_year, "--against", "忠县"],
            ["lint", "忠县"],
            ["trace", "沙坪坝-2021-2025", "--in", "沙坪坝-2025"],
            ["owners", "沙坪坝-2025", "忠县"],
        ):
            target = tmp_path / f"{arguments[0]}.{'txt' if form == 'table' else form.value}"
            safeplan(*arguments, "-f", form.value, "-o", str(target))
            assert target.stat().st_size > 100, target
    for path in sorted((ROOT / "tests" / "originals").glob("*/忠县*")):
        if path.parent.name != "scan":
            assert safeplan("show", str(path), "--table", "t1").stdout
    assert "用法" in safeplan("--help").stdout.decode()
