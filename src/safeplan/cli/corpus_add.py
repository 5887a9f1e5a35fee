"""The verb `corpus add`: documents in, one Parquet file a plan, every failure named.

Documents are read as `parse` reads them and written in the order of the inputs, so that a run that
was stopped and started again ends where one that was not would have.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from safeplan import __version__, vocabulary
from safeplan.cli.files import expanded
from safeplan.cli.progress_line import watched
from safeplan.cli.trouble import Trouble, corpus_trouble, document_trouble, say_trouble
from safeplan.corpus import CorpusError
from safeplan.corpus.adding import Intake, Taken
from safeplan.corpus.store import locked
from safeplan.documents import DocumentError, document_bytes
from safeplan.messages import say, system_reason
from safeplan.models import Plan, WhichPart
from safeplan.plans.inputs import Input, Result, Unchanged, is_parsed, items_of, read_items


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
    adding = _Adding(corpus, plan_id, part, seconds)
    try:
        with locked(corpus):
            taking = Intake(corpus, _reader(part))

            def unread(item: Input) -> Unchanged | None:
                return adding.unread(item, None if force or plan_id else taking)

            with watched(len(items)) as seen:
                read = read_items(items, unread, seconds, parsed=True, watch=seen.look)
                with closing(read):
                    for item, result in read:
                        adding.take(item, result, taking)
                        seen.done(item.path)
            for error in taking.broken.values():
                adding.counts["failed"] += 1
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
        adding.report()
    return 2 if adding.counts["failed"] else 0


class _Adding:
    """One run: what is done with each document, and what became of it."""

    def __init__(self, corpus: Path, plan_id: str, part: WhichPart | None, seconds: float) -> None:
        self._corpus = corpus
        self._plan_id = plan_id
        self._part = part
        self._seconds = seconds
        self._hashes: dict[Path, str] = {}
        self._rows: list[list[str]] = []
        """One for each input that is not as it was."""
        self.counts: Counter[str] = Counter()

    def unread(self, item: Input, taking: Intake | None) -> Unchanged | None:
        """Tell whether the corpus has the plan of these bytes; remember their hash."""
        path = item.path
        try:
            # Of a document what `Plan.source` will say.
            data = path.read_bytes() if is_parsed(path) else document_bytes(path)
        except (DocumentError, OSError):
            return None  # reading it says why
        self._hashes[path] = hashlib.sha256(data).hexdigest()
        known = taking.known(self._hashes[path]) if taking else None
        return Unchanged(known) if known else None

    def take(self, item: Input, result: Result, taking: Intake) -> None:
        """Put one document where it belongs, or name what is wrong with it.

        Raises:
            OSError: the folder cannot be written, or is full.
        """
        name, place = str(item.path), _place(item.path, self._corpus)
        try:
            if isinstance(result, Unchanged):
                if taken := taking.leave(place, self._hashes[item.path]):
                    self._note(name, taken, "")
                    return
                ((_, result),) = read_items([item], seconds=self._seconds, parsed=True)
            if isinstance(result, DocumentError):
                raise document_trouble(name, result)
            assert isinstance(result, Plan)
            plan = result.narrowed(self._part)
            sha256 = self._hashes.get(item.path, plan.source.sha256)
            taken = taking.take(plan, place, sha256, plan_id=self._plan_id)
            self._note(name, taken, str(len(plan.tasks)))
        except (CorpusError, Trouble) as error:
            self.counts["failed"] += 1
            self._rows.append([name, "—", "", say("corpus.refused")])
            say_trouble(corpus_trouble(error) if isinstance(error, CorpusError) else error)

    def _note(self, name: str, taken: Taken, tasks: str) -> None:
        outcome, other = taken.outcome, taken.other
        if outcome == "kept" and not other:
            self.counts["unchanged"] += 1
            return
        self.counts[outcome] += 1
        key = "replaced_other" if outcome == "replaced" and other else outcome
        result = say(f"corpus.{key}", other=other, plan=taken.plan_id)
        self._rows.append([name, taken.plan_id, tasks, result])

    def report(self) -> None:
        """Print what changed, and the sum."""
        if self._rows:
            from safeplan.reports.result_sheets import Sheet, SheetColumn
            from safeplan.reports.terminal import console, print_sheet

            widths = {"input": 4, "plan": 0, "tasks": 0, "result": 4}
            columns = [SheetColumn(key, width) for key, width in widths.items()]
            print_sheet(Sheet("", columns, [list(row) for row in self._rows]), console())
        outcomes = ("added", "replaced", "unchanged", "kept", "failed")
        print(say("corpus.summary", **{key: self.counts[key] for key in outcomes}))


def _items(inputs: Sequence[str], corpus: Path) -> Iterator[Input]:
    """Yield each document once; what lies in the corpus itself is none."""
    own = corpus.resolve()
    seen = set()
    for item in items_of(expanded(inputs)):
        path = item.path.resolve()
        if path not in seen and not path.is_relative_to(own):
            seen.add(path)
            yield item


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
