"""`safeplan corpus add`: nothing lost, nothing counted twice, nothing overwritten unsaid."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.corpus.circulars import ROWS, circular, entries, find, write_circulars
from tests.standing_in import stand_in

from safeplan import plans
from safeplan.cli import run
from safeplan.corpus import store
from safeplan.corpus.adding import is_same_circular
from safeplan.corpus.store import fingerprint, read_plan
from safeplan.models import Plan
from safeplan.plans import isolated
from safeplan.plans.isolated import Readers

ORIGINALS = ROOT / "tests" / "originals"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    """The processes that read texts for all tests here: to start one costs most of a small run."""
    with closing(Readers()) as standing:
        yield standing


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, readers: Readers) -> Path:
    """A folder of documents, empty as yet; commands run beside it and write to `库`."""
    shared = SimpleNamespace(ask=readers.ask, result=readers.result, close=lambda: None)
    monkeypatch.setattr(isolated, "Readers", lambda *_: shared)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SAFEPLAN_CORPUS", "库")
    folder = tmp_path / "来件"
    folder.mkdir()
    return folder


@pytest.fixture
def own_readers(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run of this test starts and ends its own processes."""
    monkeypatch.setattr(isolated, "Readers", Readers)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ids(corpus: str = "库") -> list[str]:
    return sorted(entry.plan_id for entry in entries(Path(corpus)))


def contents(corpus: Path) -> dict[str, bytes]:
    """Every file of a corpus; the lock is none of it."""
    return {
        path.relative_to(corpus).as_posix(): path.read_bytes()
        for path in sorted(corpus.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def stamps(corpus: str = "库") -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in Path(corpus).rglob("*.parquet")}


# --- documents come in --------------------------------------------------------------------------


def test_each_plan_is_a_file_and_comes_back_as_parse_reads_it(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(RAW, papers, dirs_exist_ok=True)
    assert run(["corpus", "add", "来件"]) == 0
    assert ids() == sorted(DOCUMENTS)
    for plan_id, name in DOCUMENTS.items():
        assert read_plan(find(Path("库"), plan_id)) == plans.parse(Path("来件") / name).narrowed()
    assert "新入库 5，更新 0，未变 0，重复 0，未入库 0" in capsys.readouterr().out


@pytest.mark.usefixtures("own_readers")
def test_archives_office_files_and_parsed_plans_come_in(papers: Path, tmp_path: Path) -> None:
    inside = tmp_path / "打包"
    inside.mkdir()
    shutil.copy(ORIGINALS / "docx" / "沙坪坝区应急管理十四五规划.docx", inside)
    write(inside, "巴南区.txt", circular("重庆市巴南区"))
    shutil.make_archive(str(papers / "资料"), "zip", inside)
    shutil.copy(ROOT / "data" / "parsed" / "忠县-2025.json", papers)
    assert run(["corpus", "add", "来件"]) == 0
    assert ids() == ["巴南-2025", "忠县-2025", "沙坪坝-2021-2025"]
    before = stamps()
    assert run(["corpus", "add", "来件"]) == 0
    assert stamps() == before


def test_the_corpus_itself_is_no_document(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_circulars(papers, 1)
    assert run(["corpus", "add", ".", "--corpus", "来件/库"]) == 0
    assert run(["corpus", "add", ".", "--corpus", "来件/库"]) == 0
    assert "未变 1，重复 0，未入库 0" in capsys.readouterr().out


def test_many_documents_give_what_each_alone_gives(
    papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From some number on, texts are read by several processes."""
    paths = write_circulars(papers, 6)
    assert len(paths) > isolated.MANY
    with monkeypatch.context() as several:
        several.setattr(isolated, "Readers", Readers)
        assert run(["corpus", "add", "来件"]) == 0
    for path in paths:
        assert run(["corpus", "add", f"来件/{path.name}", "--corpus", "单个"]) == 0
    assert contents(Path("库")) == contents(Path("单个"))


# --- again --------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_read_again(
    papers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_circulars(papers, 3)
    shutil.make_archive("档案", "zip", papers)
    run(["corpus", "add", "来件"])
    before = stamps()
    capsys.readouterr()

    def parse(path: Path) -> Plan:
        raise AssertionError(f"read again: {path}")

    monkeypatch.setattr(plans, "parse", parse)
    assert run(["corpus", "add", "来件"]) == 0
    assert "未变 3，重复 0，未入库 0" in capsys.readouterr().out
    # Told by its bytes, wherever they lie: here in an archive.
    assert run(["corpus", "add", "档案.zip"]) == 0
    assert "未变 0，重复 3，未入库 0" in capsys.readouterr().out
    assert stamps() == before


@pytest.mark.parametrize("why", ["asked", "other version", "other vocabulary"])
def test_it_is_read_again_where_another_reading_may_come_of_it(
    why: str,
    papers: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_circulars(papers, 2)
    run(["corpus", "add", "来件"])
    capsys.readouterr()
    if why == "other version":
        monkeypatch.setattr("safeplan.cli.corpus_add.__version__", "99")
    elif why == "other vocabulary":
        (tmp_path / "词库").mkdir()
        write(tmp_path / "词库", "bodies.toml", "")
        monkeypatch.setenv("SAFEPLAN_VOCABULARY", str(tmp_path / "词库"))
    assert run(["corpus", "add", "来件", *(["--force"] if why == "asked" else [])]) == 0
    assert "新入库 0，更新 2，未变 0" in capsys.readouterr().out
    assert len(ids()) == 2


def test_a_changed_document_takes_the_place_of_its_plan(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(papers, "巴南.txt", circular("重庆市巴南区"))
    run(["corpus", "add", "来件"])
    write(papers, "巴南.txt", path.read_text(encoding="utf-8").replace("3个", "5个"))
    assert run(["corpus", "add", "来件"]) == 0
    assert "更新 1" in capsys.readouterr().out
    assert "新建微型消防站5个" in [
        task.content for task in read_plan(find(Path("库"), "巴南")).tasks
    ]


@pytest.mark.parametrize(
    ("region", "year", "plan_id"),
    [("重庆市巴南区", 2026, "巴南-2026"), ("重庆市江北区", 2025, "江北-2025")],
)
def test_of_a_document_whose_id_or_year_changed_no_older_plan_lingers(
    region: str, year: int, plan_id: str, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(papers, "来文.txt", circular("重庆市巴南区"))
    run(["corpus", "add", "来件"])
    write(papers, "来文.txt", circular(region, year))
    assert run(["corpus", "add", "来件"]) == 0
    assert "取代 巴南-2025" in "".join(capsys.readouterr().out.split("\n"))
    assert ids() == [plan_id]
    assert [path.parent.name for path in Path("库").rglob("*.parquet")] == [f"year={year}"]
    assert len(list(Path("库/plans").iterdir())) == 1


# --- one id, one circular -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["docx/忠县2025年工作要点.docx", "pdf/忠县2025年工作要点.pdf",
                                  "xlsx/忠县2025年工作要点.xlsx"])  # fmt: skip
def test_the_same_circular_in_another_format_is_there_already(
    name: str, papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(RAW / DOCUMENTS["忠县-2025"], papers / "忠县.txt")
    run(["corpus", "add", "来件"])
    before = contents(Path("库"))
    capsys.readouterr()
    shutil.copy(ORIGINALS / name, papers / Path(name).name)
    assert run(["corpus", "add", "来件"]) == 0
    assert "未变 1，重复 1，未入库 0" in capsys.readouterr().out
    assert contents(Path("库")) == before


def test_a_parsed_plan_gives_way_to_its_document_and_not_the_other_way_round(
    papers: Path, at_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(papers.parent)
    shutil.copy(ROOT / "data" / "parsed" / "忠县-2025.json", papers)
    run(["corpus", "add", "来件"])
    shutil.copy(RAW / DOCUMENTS["忠县-2025"], papers / "忠县.txt")
    assert run(["corpus", "add", "来件/忠县.txt"]) == 0
    assert find(Path("库"), "忠县").source_path == "来件/忠县.txt"
    before = contents(Path("库"))
    assert run(["corpus", "add", "来件"]) == 0
    assert contents(Path("库")) == before


OTHER_ROWS = tuple((name, content.replace("3", "8") + "以上", who) for name, content, who in ROWS)


def test_another_circular_of_the_same_id_is_refused_with_the_way_out(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(papers, "1.txt", circular("南京市鼓楼区"))
    write(papers, "2.txt", circular("福州市鼓楼区", rows=OTHER_ROWS))
    assert run(["corpus", "add", "来件"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "来件/2.txt" in line
    assert "来件/1.txt" in line
    assert "--as 福州市鼓楼区-2025" in line
    assert find(Path("库"), "鼓楼-2025").source_path == "来件/1.txt"
    assert run(["corpus", "add", "来件/2.txt", "--as", "福州市鼓楼区-2025"]) == 0
    assert ids() == ["福州市鼓楼区-2025", "鼓楼-2025"]
    # From now on the folder as a whole is in, each document under its id, also when it changes.
    assert run(["corpus", "add", "来件"]) == 0
    write(papers, "2.txt", circular("福州市鼓楼区", rows=OTHER_ROWS[:2]))
    assert run(["corpus", "add", "来件"]) == 0
    assert ids() == ["福州市鼓楼区-2025", "鼓楼-2025"]
    assert len(read_plan(find(Path("库"), "福州")).tasks) == 2


def test_an_id_given_by_hand_does_not_overwrite_another_circular_either(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(papers, "1.txt", circular("重庆市巴南区"))
    write(papers, "2.txt", circular("重庆市江北区", rows=OTHER_ROWS))
    run(["corpus", "add", "来件"])
    before = contents(Path("库"))
    assert run(["corpus", "add", "来件/2.txt", "--as", "巴南-2025"]) == 2
    assert contents(Path("库")) == before


def test_naming_its_id_puts_another_copy_of_a_circular_in_place(papers: Path) -> None:
    write(papers, "1.txt", circular("重庆市巴南区"))
    write(papers, "2.txt", circular("重庆市巴南区") + "\n修订\n")
    run(["corpus", "add", "来件"])
    assert find(Path("库"), "巴南").source_path == "来件/1.txt"
    assert run(["corpus", "add", "来件/2.txt", "--as", "巴南-2025"]) == 0
    assert find(Path("库"), "巴南").source_path == "来件/2.txt"
    assert ids() == ["巴南-2025"]


def test_a_document_given_another_id_is_not_there_twice(papers: Path) -> None:
    write(papers, "1.txt", circular("南京市鼓楼区"))
    run(["corpus", "add", "来件"])
    assert run(["corpus", "add", "来件/1.txt", "--as", "南京鼓楼-2025"]) == 0
    assert ids() == ["南京鼓楼-2025"]


def test_an_id_is_given_to_one_document(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_circulars(papers, 2)
    assert run(["corpus", "add", "来件", "--as", "巴南-2025"]) == 2
    assert "这里有 2 个" in capsys.readouterr().err
    assert run(["corpus", "add", f"来件/{next(papers.iterdir()).name}", "--as", "../巴南"]) == 2
    assert list(Path().rglob("*.parquet")) == []


def made(region: str, contents: list[str], number: str | None = None) -> Plan:
    plan = plans.load(ROOT / "data" / "parsed" / "忠县-2025.json")
    tasks = [plan.tasks[0].model_copy(update={"content": content}) for content in contents]
    place = plan.region.model_copy(update={"name": "鼓楼", "full_name": region})
    return plan.model_copy(update={"region": place, "tasks": tasks, "document_number": number})


ROWS_OF_ONE = ["一", "二", "三", "四"]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param(("鼓楼区", ROWS_OF_ONE), ("鼓楼区", ROWS_OF_ONE), True, id="same rows"),
        pytest.param(("南京市鼓楼区", ROWS_OF_ONE), ("鼓楼区", ["一 ", "二", "叁", "肆"]), True,
                     id="half of the rows, and one names its city"),
        pytest.param(("鼓楼区", ROWS_OF_ONE), ("鼓楼区", ["一", "贰", "叁", "肆"]), False,
                     id="same region and title, other rows"),
        pytest.param(("南京市鼓楼区", ROWS_OF_ONE), ("福州市鼓楼区", ROWS_OF_ONE), False,
                     id="copied from one another"),
        pytest.param(("鼓楼区", ROWS_OF_ONE, "1号"), ("鼓楼区", ROWS_OF_ONE, "2号"), False,
                     id="another number"),
    ],
)  # fmt: skip
def test_what_tells_one_circular_from_another(
    a: tuple[str, list[str]], b: tuple[str, list[str]], same: bool
) -> None:
    assert is_same_circular(made(*a), made(*b)) is same
    assert is_same_circular(made(*b), made(*a)) is same


# --- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.usefixtures("own_readers")
@pytest.mark.parametrize(("fault", "said"), [("stuck", "已放弃"), ("dying", "读取程序中途退出")])
def test_a_document_that_hangs_or_kills_its_reader_is_listed_and_the_others_are_in(
    fault: str,
    said: str,
    papers: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, fault, at=".docx")
    write_circulars(papers, 3)
    shutil.copy(ORIGINALS / "docx" / "忠县2025年工作要点.docx", papers / "001之后.docx")
    assert run(["corpus", "add", "来件", "--time-limit", "3" if fault == "stuck" else "60"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "001之后.docx" in line
    assert said in line
    assert len(ids()) == 3


@pytest.mark.usefixtures("own_readers")
def test_a_text_that_kills_its_reader_does_not_take_others_with_it(
    papers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers of many texts read one after another; the next gets a new one."""
    stand_in(monkeypatch, "dying", at="毒")
    paths = write_circulars(papers, 10)
    for number in (3, 4, 8):
        paths[number].rename(papers / f"{number:03}毒.txt")
    assert run(["corpus", "add", "来件"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split("：")[0].split(":")[1].strip() for line in lines] == [
        "来件/003毒.txt",
        "来件/004毒.txt",
        "来件/008毒.txt",
    ]
    assert len(ids()) == 7


def test_a_broken_plan_file_is_named_until_its_document_is_added_again(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = write_circulars(papers, 2)
    run(["corpus", "add", "来件"])
    whole = contents(Path("库"))
    broken = next(Path("库").rglob("甲子*.parquet"))
    broken.write_bytes(broken.read_bytes()[:-100])
    capsys.readouterr()
    assert run(["corpus", "add", f"来件/{paths[1].name}"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert broken.name in line
    assert "safeplan corpus add" in line
    assert run(["corpus", "add", "来件"]) == 0
    assert contents(Path("库")) == whole


def test_a_full_disk_leaves_no_half_file_and_the_next_run_goes_on(
    papers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_circulars(papers, 4)
    assert run(["corpus", "add", "来件", "--corpus", "一次"]) == 0
    write_whole = Path.write_bytes
    written: list[Path] = []

    def write_until_full(path: Path, data: bytes) -> int:
        if len(written) < 2:
            written.append(path)
            return write_whole(path, data)
        write_whole(path, data[: len(data) // 2])
        raise OSError(28, os.strerror(28), str(path))

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write_until_full)
        capsys.readouterr()
        assert run(["corpus", "add", "来件"]) == 2
    printed = capsys.readouterr()
    assert "重新运行即可接着做" in printed.err
    assert len(printed.err.splitlines()) == 1
    assert "新入库 2" in printed.out
    assert len(ids()) == 2
    assert list(Path("库").rglob("*.part")) == []
    assert run(["corpus", "add", "来件"]) == 0
    assert contents(Path("库")) == contents(Path("一次"))


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on file size there")
def test_a_real_limit_on_file_size_is_said_in_one_line(papers: Path) -> None:
    write_circulars(papers, 2)
    code = (
        "import resource, signal, sys;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from safeplan.cli import run; sys.exit(run(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "corpus", "add", "来件"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "写不进去" in done.stderr
    assert [path for path in Path("库/plans").rglob("*") if path.is_file()] == []


def test_a_second_run_at_the_same_time_is_refused(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_circulars(papers, 1)
    with store.locked(Path("库")):
        assert run(["corpus", "add", "来件"]) == 2
    assert "另一个 safeplan" in capsys.readouterr().err


def wait_for(met: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not met():
        assert process.poll() is None, "it ended by itself"
        time.sleep(0.01)


def write_eleven(papers: Path) -> list[Path]:
    """Write ten circulars as text and one of Word in the middle; return those of text."""
    paths = write_circulars(papers, 10)
    shutil.copy(ORIGINALS / "docx" / "忠县2025年工作要点.docx", papers / "005忠县.docx")
    return paths


@pytest.fixture(scope="module")
def in_one_go(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of the eleven, added by one run."""
    folder = tmp_path_factory.mktemp("one")
    write_eleven(folder / "来件")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(["corpus", "add", "来件", "--corpus", "库"]) == 0
    return folder / "库"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_a_run_stopped_in_the_middle_and_run_again_ends_where_one_in_one_go_does(
    how: str, papers: Path, in_one_go: Path
) -> None:
    """The reader of a document in the middle never comes back, so it is there that it is stopped."""
    paths = write_eleven(papers)
    code = (
        "import pytest, sys; from safeplan.cli import run; from tests.standing_in import stand_in;"
        "stand_in(pytest.MonkeyPatch(), 'stuck', at='.docx'); sys.exit(run(sys.argv[1:]))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "corpus", "add", "来件"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    before = sum(path.name < "005忠县" for path in paths)
    wait_for(lambda: len(list(Path("库").rglob("*.parquet"))) >= before, process)
    process.send_signal(signal.Signals[how])
    _, said = process.communicate()
    assert process.returncode == (-signal.Signals[how] if how == "SIGKILL" else 130)
    assert ("已中断" in said.decode()) == (how == "SIGINT")
    assert 0 < len(ids()) < len(paths)
    # What a kill in the middle of writing would have left as well.
    (Path("库/plans/year=2025") / f".甲子-2025.parquet.{process.pid}.part").write_bytes(b"PAR1")
    assert run(["corpus", "add", "来件"]) == 0
    assert contents(Path("库")) == contents(in_one_go)
    assert fingerprint(Path("库")) == fingerprint(in_one_go)
    assert len(ids()) == 11


# --- without the extra --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "arguments", "extra"),
    [
        ("pyarrow", ["add", "来件"], "scale"),
        ("daft", ["align"], "scale"),
        ("ray", ["align", "--ray", "127.0.0.1:6379"], "cluster"),
    ],
)
def test_without_its_extra_a_command_names_it(
    missing: str,
    arguments: list[str],
    extra: str,
    papers: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert run(["corpus", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    daft = "daft[ray]" if extra == "cluster" else "daft"
    assert f'{sys.executable} -m pip install "{daft}>' in line
    assert not Path("库").exists()


def test_other_commands_load_nothing_of_it(at_root: Path) -> None:
    code = (
        "import sys; from safeplan.cli import run;"
        "run(['parse', 'data/raw/' + sys.argv[1], '-o', '-']); run(['corpus', '--help']);"
        "sys.exit(bool({'pyarrow', 'daft', 'ray', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, DOCUMENTS["忠县-2025"]], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
