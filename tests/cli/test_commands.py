"""The commands as a user runs them: output, exit status, trouble."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.running import once, safeplan

from safeplan.cli import run

THREE = ["沙坪坝-2025", "忠县-2025", "南岸-2025"]
HEADER = (
    "group_id,relation,score,left_plan,left_task,left_name,left_content,right_plan,right_task,"
    "right_name,right_content,target_change,left_targets,right_targets,owners_shared,"
    "owners_only_left,owners_only_right"
)


@pytest.fixture
def bad_folder(tmp_path: Path) -> Path:
    """A folder with some of each: one good file, and every kind of bad one."""
    folder = tmp_path / "来件"
    folder.mkdir()
    shutil.copy(RAW / DOCUMENTS["忠县-2025"], folder)
    (folder / "空.txt").write_bytes(b"")
    (folder / "图片.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "无表格.txt").write_text(
        "忠县2025年工作要点\n一、总则\n1.甲项。做甲。\n", encoding="utf-8"
    )
    (folder / "编码.txt").write_bytes(bytes(range(129, 255)) * 20)
    return folder


def test_every_bad_file_is_named_in_one_line_and_the_good_ones_are_written(
    bad_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    result = safeplan("parse", str(bad_folder), str(tmp_path / "没有.txt"), "-o", str(out))
    lines = result.stderr.decode().splitlines()
    assert result.returncode == 2
    assert len(lines) == 5
    for name in ("空.txt", "图片.txt", "无表格.txt", "编码.txt", "没有.txt"):
        assert sum(name in line for line in lines) == 1
    assert [path.name for path in out.iterdir()] == ["忠县-2025.json"]
    assert b"Traceback" not in result.stderr


def test_a_broken_json_is_trouble(tmp_path: Path) -> None:
    broken = tmp_path / "坏.json"
    broken.write_text('{"schema_version": "1.0", "tasks": [', encoding="utf-8")
    result = safeplan("compare", str(broken), "忠县-2025")
    assert result.returncode == 2
    assert len(result.stderr.decode().splitlines()) == 1
    assert "坏.json" in result.stderr.decode()


@pytest.mark.parametrize(
    "content", ['{"schema_version": "9.0"}', "[]", '{"schema_version": "1.0"}', '"text"']
)
def test_json_of_something_else_is_trouble(content: str, tmp_path: Path) -> None:
    other = tmp_path / "其他.json"
    other.write_text(content, encoding="utf-8")
    result = safeplan("show", str(other))
    assert result.returncode == 2
    assert b"Traceback" not in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "忠县"],
        ["compare", "忠县", "忠县-2025"],
        ["compare", "沙坪坝", "忠县"],
        ["compare", "没有这个", "忠县"],
        ["show", "没有.txt"],
        ["show"],
        ["compare", "--format", "pdf", "忠县", "南岸"],
        ["nosuchverb"],
        ["--lang", "fr", "show", "忠县"],
        ["--vocabulary", "没有", "show", "data/raw/" + DOCUMENTS["忠县-2025"]],
    ],
    ids=" ".join,
)
def test_trouble_is_one_line_and_status_2(arguments: list[str]) -> None:
    result = safeplan(*arguments)
    assert result.returncode == 2
    assert len(result.stderr.decode().splitlines()) == 1
    assert result.stderr.decode().startswith("safeplan: ")
    assert result.stdout == b""


def test_a_shortened_id_names_its_plan_while_it_is_unique(
    capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    assert run(["show", "忠县", "--table", "t1"]) == 0
    assert "因灾群死群伤责任事件" in capsys.readouterr().out


def test_an_output_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "file" / "对照.csv"
    (tmp_path / "file").write_text("in the way")
    result = safeplan("compare", "忠县", "南岸", "-f", "csv", "-o", str(target))
    assert result.returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_parse_writes_to_standard_output(at_root: Path) -> None:
    result = safeplan("parse", f"data/raw/{DOCUMENTS['忠县-2025']}", "-o", "-")
    golden = (ROOT / "data" / "parsed" / "忠县-2025.json").read_bytes()
    assert result.returncode == 0
    assert result.stdout == golden


def test_the_csv_is_the_contracts(at_root: Path) -> None:
    result = once("compare", *THREE, "-f", "csv")
    assert result.stdout.startswith(b"\xef\xbb\xbf")
    text = result.stdout.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert text.splitlines()[0] == HEADER
    linked = [row for row in rows if row["relation"]]
    alone = [row for row in rows if not row["relation"]]
    assert rows == linked + alone
    document = json.loads(once("compare", *THREE, "-f", "json").stdout)
    assert len(linked) == len(document["links"])
    assert len(alone) == sum(len(ids) for ids in document["unmatched"].values())
    named = {(row["left_plan"], row["left_task"]) for row in rows}
    named |= {(row["right_plan"], row["right_task"]) for row in rows}
    assert len(named - {("", "")}) == 125 + 116 + 126


def test_the_json_has_the_contracts_keys(at_root: Path) -> None:
    document = json.loads(once("compare", *THREE, "-f", "json").stdout)
    assert list(document) == ["schema_version", "plans", "links", "groups", "unmatched"]
    assert document["plans"] == THREE
    link = document["links"][0]
    assert {
        "left",
        "right",
        "relation",
        "score",
        "evidence",
        "targets",
        "outcome",
        "owners",
    } <= set(link)
    assert set(link["left"]) == {"plan_id", "task_id"}
    assert set(link["owners"]) == {"shared", "only_left", "only_right", "lead_changed"}


def test_the_same_input_gives_the_same_bytes() -> None:
    """In a process of its own, which hashes texts in another order."""
    script = (
        "import sys; from safeplan.cli import run; forms = sys.argv.pop().split();"
        "[run([*sys.argv[1:], '-f', form]) for form in forms]"
    )
    other = subprocess.run(
        [sys.executable, "-c", script, "compare", *THREE, "csv json table"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    forms = ("csv", "json", "table")
    assert b"".join(once("compare", *THREE, "-f", form).stdout for form in forms) == other.stdout


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize(
    "command",
    [
        ("compare", "沙坪坝-2025", "忠县-2025"),
        ("check", "沙坪坝-2025", "--against", "忠县-2025"),
        ("trace", "沙坪坝-2021-2025", "--in", "沙坪坝-2025"),
    ],
)
def test_what_programs_read_is_the_same_in_every_language(
    at_root: Path, command: tuple[str, ...], form: str
) -> None:
    chinese, english = (once("--lang", lang, *command, "-f", form) for lang in ("zh", "en"))
    assert chinese.returncode == english.returncode < 2
    assert chinese.stdout
    assert chinese.stdout == english.stdout


def test_nothing_in_the_table_is_cut_off(at_root: Path) -> None:
    result = safeplan("compare", *THREE, "--text", "--width", "150")
    assert result.returncode == 0
    printed = result.stdout.decode()
    # A real ellipsis would be the sign of a cut cell; the documents hold none in their tasks.
    assert "…" not in printed


def test_filters_keep_what_was_asked_for(at_root: Path) -> None:
    printed = safeplan("compare", *THREE, "--owner", "气象局", "--differs").stdout.decode()
    assert "气象局" in printed
    assert "森林火灾受害率" not in printed
    nothing = safeplan("compare", *THREE, "--owner", "没有这个局", "--differs")
    assert nothing.returncode == 0
    assert "没有符合条件的对应措施" in nothing.stdout.decode()


def test_english_is_spoken_where_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    by_option = safeplan("--lang", "en", "show", "南岸", "--findings").stdout.decode()
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    by_variable = safeplan("show", "南岸", "--findings").stdout.decode()
    assert by_option == by_variable
    assert "serial number lost" in by_option


def test_a_closed_pipe_is_141(at_root: Path) -> None:
    script = (
        f"{sys.executable} -m safeplan compare {' '.join(THREE)} | head -1; echo ${{PIPESTATUS[0]}}"
    )
    result = subprocess.run(
        ["bash", "-c", script], cwd=ROOT, capture_output=True, check=False, timeout=120
    )
    assert result.stdout.decode().splitlines()[-1] == "141"
    assert result.stderr == b""


def test_help_and_version(at_root: Path) -> None:
    helped = safeplan("--help")
    assert helped.returncode == 0
    for verb in ("parse", "compare", "show", "owners"):
        assert verb in helped.stdout.decode()
    assert safeplan("--version").stdout.decode().startswith("safeplan ")


def test_owners_side_by_side(at_root: Path) -> None:
    document = json.loads(safeplan("owners", *THREE, "-f", "json").stdout)
    assert document["plans"] == THREE
    by_name = {body["name"]: body["tasks"] for body in document["bodies"]}
    assert "t1.5" in by_name["林业局"]["沙坪坝-2025"]["lead"]
    assert by_name["林业局"]["忠县-2025"]["lead"] == []
    table = safeplan("owners", *THREE, "--owner", "林业局").stdout.decode()
    assert "林业局" in table
