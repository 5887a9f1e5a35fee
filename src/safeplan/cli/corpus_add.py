"""The verb `corpus add`: documents in, one Parquet file a plan, every failure named.

Documents are read as `parse` reads them and written in the order of the inputs, so that a run that
was stopped and started again ends where one that was not would have.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from safeplan import __version__, vocabulary
from safeplan.cli.files import expanded
from safeplan.cli.progress_line import watched
from safeplan.cli.trouble import Trouble, corpus_trouble, document_trouble, say_trouble
from safeplan.corpus import CorpusError
from safeplan.corpus.adding import Intake, Taken, intake
from safeplan.documents import DocumentError, document_bytes
from safeplan.messages import say, system_reason
from safeplan.models import Plan, WhichPart
from safeplan.plans.inputs import Input, Result, Unchanged, is_parsed, items_of, read_items


@dataclass
class _Report:
    """What became of the inputs; a row for each that is not as it was."""

    rows: list[list[str]] = field(default_factory=list)
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    kept: int = 0
    failed: int = 0

    def refuse(self, where: str, trouble: Trouble) -> None:
        self.failed += 1
        self.rows.append([where, "—", "", say("corpus.refused")])
        say_trouble(trouble)

    def note(self, where: str, taken: Taken, tasks: str) -> None:
        if taken.outcome == "kept":
            if not taken.other:
                self.unchanged += 1
                return
            self.kept += 1
            result = say("corpus.kept", other=taken.other, plan=taken.plan_id)
        elif taken.outcome == "replaced":
            self.replaced += 1
            result = say("corpus.replaced")
            if taken.other:
                result = say("corpus.replaced_other", other=taken.other)
        else:
            self.added += 1
            result = say("corpus.added")
        self.rows.append([where, taken.plan_id, tasks, result])


def add_inputs(
    inputs: Sequence[str],
    corpus: Path,
    *,
    plan_id: str,
    part: WhichPart | None,
    force: bool,
    seconds: float,
) -> int:
    """Read every input into the corpus; name each failure, go on to the next.

    Args:
        inputs: documents, folders, archives, parsed JSON files.
        corpus: its folder.
        plan_id: the id of the one plan there is, given by hand; empty for its own.
        part: whose tasks go in; None stands for the annex where it has any, else the body.
        force: whether to read what has not changed since it was added.
        seconds: after how long a document is given up on.

    Returns:
        The exit status: 0 all are in, 2 an input failed.

    Raises:
        Trouble: the corpus cannot be written, or an id is given to several documents.
        CorpusError: another process is writing the corpus.
    """
    items = list(_items(inputs, corpus))
    if plan_id and len(items) != 1:
        raise Trouble("--as", say("trouble.as_one", count=len(items)))
    report = _Report()
    try:
        with intake(corpus, _reader(part)) as taking:
            reading = _Reading(taking, corpus, plan_id, part, anew=force or bool(plan_id))
            with watched(len(items)) as seen:
                read = read_items(items, reading.unread, seconds, parsed=True, watch=seen.look)
                with closing(read):
                    for item, result in read:
                        reading.take(item, result, seconds, report)
                        seen.done(item.path)
            for error in taking.broken:
                report.failed += 1
                say_trouble(corpus_trouble(error))
    except KeyboardInterrupt:
        say_trouble(Trouble("", say("corpus.interrupted")))
        raise
    except OSError as error:
        if isinstance(error, ConnectionError):
            raise
        reason = system_reason(error)
        where = str(error.filename or corpus)
        raise Trouble(where, say("trouble.corpus_unwritable", reason=reason)) from None
    finally:
        _print(report)
    return 2 if report.failed else 0


class _Reading:
    """One run: which documents need not be read, and what is done with those that were."""

    def __init__(
        self,
        taking: Intake,
        corpus: Path,
        plan_id: str,
        part: WhichPart | None,
        *,
        anew: bool,
    ) -> None:
        self._taking = taking
        self._corpus = corpus
        self._plan_id = plan_id
        self._part = part
        self._anew = anew
        self._hashes: dict[Path, str] = {}

    def unread(self, item: Input) -> Unchanged | None:
        """Tell whether the corpus has the plan of these bytes; remember their hash."""
        try:
            sha256 = _hash(item.path)
        except (DocumentError, OSError):
            return None  # reading it says why
        self._hashes[item.path] = sha256
        known = None if self._anew else self._taking.known(sha256)
        return Unchanged(known) if known else None

    def take(self, item: Input, result: Result, seconds: float, report: _Report) -> None:
        """Put one document where it belongs, or name what is wrong with it.

        Raises:
            OSError: the folder cannot be written, or is full.
        """
        place = _place(item.path, self._corpus)
        try:
            if isinstance(result, Unchanged):
                if taken := self._taking.leave(place, self._hashes[item.path]):
                    report.note(str(item.path), taken, "")
                    return
                ((_, result),) = read_items([item], seconds=seconds, parsed=True)
            if isinstance(result, DocumentError):
                raise document_trouble(str(item.path), result)
            assert isinstance(result, Plan)
            result = result.narrowed(self._part)
            sha256 = self._hashes.get(item.path, result.source.sha256)
            taken = self._taking.take(result, place, sha256, plan_id=self._plan_id)
            report.note(str(item.path), taken, str(len(result.tasks)))
        except CorpusError as error:
            report.refuse(str(item.path), corpus_trouble(error))
        except Trouble as trouble:
            report.refuse(str(item.path), trouble)


def _items(inputs: Sequence[str], corpus: Path) -> Iterator[Input]:
    """Yield each document once; what lies in the corpus itself is none."""
    own = corpus.resolve()
    seen = set()
    for item in items_of(expanded(inputs)):
        path = item.path.resolve()
        if path not in seen and not path.is_relative_to(own):
            seen.add(path)
            yield item


def _hash(path: Path) -> str:
    """Return the hash of what is read: of a document what `Plan.source` will say."""
    data = path.read_bytes() if is_parsed(path) else document_bytes(path)
    return hashlib.sha256(data).hexdigest()


def _place(path: Path, corpus: Path) -> str:
    """Return where a document lies, seen from the corpus: both may be moved together."""
    try:
        return Path(os.path.relpath(path.resolve(), corpus.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()  # on another drive


def _reader(part: WhichPart | None) -> str:
    """Return what reads: our version, the part asked for, a hash of the vocabulary laid over ours."""
    version = f"{__version__}/{part}" if part else __version__
    own = os.environ.get(vocabulary.VARIABLE)
    if not own:
        return version
    words = hashlib.sha256()
    for path in sorted(Path(own).glob("*.toml")):
        words.update(f"{path.name}\0".encode() + path.read_bytes())
    return f"{version}+{words.hexdigest()[:12]}"


def _print(report: _Report) -> None:
    """Print what changed, and the sum."""
    if report.rows:
        from safeplan.reports.result_sheets import Sheet, SheetColumn
        from safeplan.reports.terminal import console, print_sheet

        columns = [
            SheetColumn("input", 4),
            SheetColumn("plan", 0),
            SheetColumn("tasks", 0),
            SheetColumn("result", 4),
        ]
        print_sheet(Sheet("", columns, [list(row) for row in report.rows]), console())
    print(
        say(
            "corpus.summary",
            added=report.added,
            replaced=report.replaced,
            unchanged=report.unchanged,
            kept=report.kept,
            failed=report.failed,
        )
    )
