"""What a document says, and what files are called, commands neither a terminal nor a program."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.conftest import HEADER, ROOT, tab_table

from safeplan.cli import run
from safeplan.plans import parse

ESCAPES = "\x1b]0;x\x07\x1b[31m\u202e\x9b31m"
FORMULA = "=cmd|' /C calc'!A0"


def circular(region: str, year: int, count: int) -> str:
    rows = [
        ["1", f"道路{ESCAPES}交通", f"整治隐患{count}处{ESCAPES}", f"县公安局、县{ESCAPES}局", FORMULA],
        ["2", f"{FORMULA}整治", f"@SUM(1)巡查不少于{count}次", "@SUM(1)局", "+1"],
        ["3", f"防汛{ESCAPES}", f"-2+3 开展演练不少于{count}次", "\t=1+1局", "<script>alert(1)</script>"],
    ]  # fmt: skip
    return f"{region}{year}年安全生产工作要点\n附件\n" + tab_table(HEADER, *rows)


@pytest.fixture
def three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two districts of a year, and the first's next; the files are named to command a terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAFEPLAN_DECISIONS", str(tmp_path / "无.jsonl"))
    names = []
    for region, year, count in (("忠县", 2025, 30), ("南岸区", 2025, 40), ("忠县", 2026, 50)):
        names.append(f"{ESCAPES.replace('/', '')}{region}{year}.txt")
        Path(names[-1]).write_text(circular(region, year, count), encoding="utf-8")
    return names


VERBS = {
    "compare": ["compare", "0", "1"],
    "compare --full": ["compare", "0", "1", "--full", "--text"],
    "check": ["check", "2", "--against", "0"],
    "lint": ["lint", "0", "1", "--all"],
    "owners": ["owners", "0", "1"],
    "trace": ["trace", "0", "--in", "2"],
}


def arguments(verb: str, names: list[str]) -> list[str]:
    return [names[int(word)] if word.isdigit() else word for word in VERBS[verb]]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "compare --full"])
def test_no_cell_of_a_sheet_is_a_formula(verb: str, three: list[str]) -> None:
    assert run([*arguments(verb, three), "-o", "出.csv"]) in (0, 1)
    text = Path("出.csv").read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []
    assert run([*arguments(verb, three), "-o", "出.xlsx"]) in (0, 1)
    with zipfile.ZipFile("出.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
        assert not [sheet for sheet in sheets if re.search(rb"<f[ >]|<hyperlink", sheet)]


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "compare --full"])
def test_word_holds_no_field_and_a_page_no_script_of_a_document(
    verb: str, three: list[str]
) -> None:
    assert run([*arguments(verb, three), "-o", "出.docx"]) in (0, 1)
    with zipfile.ZipFile("出.docx") as word:
        body = word.read("word/document.xml")
        parts = b"".join(word.read(name) for name in word.namelist() if name.endswith(".rels"))
    assert not re.search(rb"instrText|fldSimple|w:hyperlink", body)
    assert b'TargetMode="External"' not in parts
    assert run([*arguments(verb, three), "-o", "出.html"]) in (0, 1)
    assert "<script>alert" not in Path("出.html").read_text(encoding="utf-8")


def on_a_terminal(*words: str) -> str:
    """What a terminal gets of a command, without the program's own colours and moves."""
    if sys.platform == "win32":
        return ""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(SAFEPLAN_PAGER="never")
        streams = [os.fdopen(at, mode, encoding="utf-8") for at, mode in enumerate("rww")]
        sys.stdin, sys.stdout, sys.stderr = streams
        status = run(list(words))
        for stream in streams[1:]:
            stream.flush()
        os._exit(status)
    said = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # Linux says so that nobody writes any more
            break
        if not more:
            break
        said += more
    os.waitpid(pid, 0)
    return re.sub(r"\x1b\[[0-9;?]*[A-Zhlm]|[\r\n]", "", said.decode("utf-8"))


COMMANDING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals there")
@pytest.mark.parametrize(
    "words",
    [
        *VERBS.values(),
        ["compare", "0", "1", "-f", "json"],
        ["compare", "0", "1", "-f", "csv"],
        ["parse", "0", "1", "2", "-o", "出"],
        ["parse", "0", "-o", "-"],
        ["show", "0"],
        ["show", "0", "--findings"],
        ["show", f"没有{ESCAPES}"],
        ["show", f"没有{ESCAPES}.txt"],
        ["explain", "0:t1.1", f"1:{ESCAPES}"],
        ["compare", "0", "1", "--only", ESCAPES],
        [f"没有{ESCAPES}"],
        ["--lang", ESCAPES, "show", "0"],
    ],
    ids=lambda words: " ".join(words).replace(ESCAPES, "…"),
)
def test_what_a_terminal_gets_it_shows(words: list[str], three: list[str]) -> None:
    def named(word: str) -> str:
        number, colon, rest = word.partition(":")
        return f"{three[int(number)]}{colon}{rest}" if number.isdigit() else word

    said = on_a_terminal(*map(named, words)).replace("\x1b[31m", "!")
    assert said
    assert COMMANDING.findall(said) == []


def test_a_plan_is_named_by_its_file_where_that_can_be_a_name(tmp_path: Path) -> None:
    path = tmp_path / f"{ESCAPES.replace('/', '')}a:b.txt"
    table = tab_table(HEADER, ["1", "道路交通", "整治隐患30处", "公安局", ""])
    path.write_text(f"安全生产工作要点\n附件\n{table}", encoding="utf-8")
    assert parse(path).plan_id == "_]0;x__[31m__31ma_b"


def a_pipe(path: Path) -> Path:
    if sys.platform != "win32":
        os.mkfifo(path)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="no devices and pipes of that kind there")
@pytest.mark.parametrize("verb", ["parse", "show", "lint", "decide"])
@pytest.mark.parametrize("kind", ["device", "pipe"])
def test_what_never_ends_is_no_document(
    verb: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("/dev/zero") if kind == "device" else a_pipe(tmp_path / "管道")
    assert run([verb, str(path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(path) in line
    assert "管道或设备" in line


@pytest.mark.skipif(sys.platform == "win32", reason="no devices and pipes of that kind there")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path, at_root: Path) -> None:
    pipe = a_pipe(tmp_path / "管道")
    with subprocess.Popen(["head", "-c", "20", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert run(["compare", "忠县", "南岸", "-f", "csv", "-o", str(pipe)]) in (0, 141)
        assert reader.stdout is not None
        assert reader.stdout.read().startswith(b"\xef\xbb\xbfgroup_id")
    assert pipe.is_fifo()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell of another kind there")
def test_a_closed_standard_output_is_quiet() -> None:
    for line in ("show 忠县 >&-", "show 忠县 | true", "compare 忠县 南岸 -f csv | head -c 1"):
        done = subprocess.run(
            ["bash", "-c", f'"{sys.executable}" -m safeplan {line}'],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        assert done.stderr == b""
