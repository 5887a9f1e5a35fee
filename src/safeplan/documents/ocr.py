"""Pictures of pages → pages of glyphs and rules, so that `layout` reads them like printed ones.

A page is turned upright, its rules are found and taken away, the text of each cell is cut into
lines, and each line is recognised (PP-OCR, from the wheel of `rapidocr`; nothing is fetched).
Every glyph keeps how sure its reading is.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from safeplan.documents.blocks import ReaderNote, Reading
from safeplan.documents.detection import signature_of
from safeplan.documents.errors import DocumentError
from safeplan.documents.printed.drawn import with_text
from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.lines import Glyph, Page, RuledLine, chained
from safeplan.documents.printed.ruled import cell_boxes
from safeplan.documents.progress import awaited, check_time, page_read
from safeplan.models import Source

if TYPE_CHECKING:
    import pypdfium2
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

MAX_PIXELS = 40_000_000
"""A larger picture is refused: A3 at 300 dpi has 17 million."""
MAX_SCANS = 300
"""Pages that are pictures; each takes a second or two."""

_PAGE_SECONDS = 60.0
"""A page that takes longer is no page of text."""
_DPI = 200  # pages are drawn at this density
_A4_WIDTH = 595.0  # points; what a picture without a density is taken to be wide
_THREADS = min(2, os.cpu_count() or 1)
_TURNS = 1.5  # degrees: pages are not skewed further
_MOST_SMALL = 4_000_000  # pixels of the copy by which the turn is told
_LINE_HEIGHT = 48  # pixels the recogniser wants
_BATCH = 8
_BATCH_WIDTH = 4_000  # pixels of all lines of a batch: what one costs is as their widths
_INK, _FAINT = 70, 30  # levels of gray below the paper: of text; of a thin rule, blurred
_SHOWN = 0.8  # share of a faint rule's length that the ink shows where it tells the rule
_RULE_ACROSS, _RULE_DOWN = 26.0, 20.0  # points: shorter strokes may belong to a character

# Signs that come in both widths and look the same but for the place they take.
_WIDE = {"(": "（", ")": "）", ":": "：", ";": "；", ",": "，", "!": "！", "?": "？"}
_NARROW = {wide: narrow for narrow, wide in _WIDE.items()}
_WIDE_FROM, _NARROW_TO = 0.75, 0.6  # em: the place that is surely a wide sign's, a narrow one's
# Units set as one sign, which the recogniser knows only as the letters in them.
_UNITS = {unicodedata.normalize("NFKC", sign): sign for sign in "㎡㎥㎏㎞㎝㎜"}
_UNITS |= {"m²": "㎡", "m³": "㎥"}
_YEARS = re.compile(r"(?<=(?<!\d)(?:19|20)\d\d)([一ー])(?=(?:19|20)\d\d(?!\d)|$)")


Picture = Callable[[], "NDArray[np.uint8]"]
"""Draws or unpacks a picture when its turn comes."""


class Scan(NamedTuple):
    """A page that is a picture."""

    number: int
    picture: Picture
    unit: Callable[[tuple[int, ...]], float]
    """Returns how large a pixel of a picture of this shape is, in points."""


def recognised(scans: Sequence[Scan]) -> tuple[list[Page], list[ReaderNote]]:
    """Read pages that are pictures, in the time there is; say what was repaired or doubted.

    A page for which there is no time has no glyphs.

    Raises:
        DocumentError: `ocr_missing`: the extra `[ocr]` is not installed; `too_many_pages`;
            and what drawing a picture raises.
    """
    recogniser = _recogniser()
    if len(scans) > MAX_SCANS:
        raise DocumentError("too_many_pages", limit=str(MAX_SCANS))
    drafts: list[_Draft] = []
    late: list[int] = []
    for count, scan in enumerate(scans, start=1):
        try:
            check_time()
            with awaited(seconds=_PAGE_SECONDS):
                picture = scan.picture()
                drafts.append(_read(picture, scan.unit(picture.shape), scan.number, recogniser))
        except TimeoutError:
            late.append(scan.number)
        page_read(count, len(scans))
    pages, notes = _pages(drafts)
    if late:
        numbers = "、".join(map(str, late))
        notes.append(ReaderNote("ocr_late", "doubt", {"pages": numbers}))
    pages += [Page(number, 0, 0) for number in late]
    return sorted(pages, key=attrgetter("number")), notes


def drawn(document: pypdfium2.PdfDocument, index: int) -> Scan:
    """Return a page of a PDF as a picture."""
    width, height = document.get_page_size(index)
    scale = min(_DPI / 72, (MAX_PIXELS / max(width * height, 1)) ** 0.5)

    def draw() -> NDArray[np.uint8]:
        page = document[index]
        picture: NDArray[np.uint8] = page.render(scale=scale, rev_byteorder=True).to_numpy()
        page.close()
        return picture

    return Scan(index + 1, draw, lambda _: 1 / scale)


def read_picture(data: bytes) -> Reading:
    """Read a picture of a page (a TIFF may hold several).

    Raises:
        DocumentError: `ocr_missing`; `broken_file`: not a picture that can be opened;
            `too_many_pixels`; `too_many_pages`; `no_text`, `no_time`.
    """
    _recogniser()  # before anything is unpacked
    pages, notes = recognised(
        [
            Scan(number, picture, lambda shape: _A4_WIDTH / min(shape[:2]))
            for number, picture in enumerate(pictures(data), start=1)
        ]
    )
    reading = read_pages(pages)
    return with_text(reading.blocks, [*notes, *reading.notes])


def pictures(data: bytes) -> list[Picture]:
    """Return the pictures in a file (a TIFF may hold several), each to be unpacked as RGB.

    Raises:
        DocumentError: as `read_picture`, here or when a picture is unpacked.
    """
    import io

    from PIL import Image, ImageOps

    with _pillow(data):
        image = Image.open(io.BytesIO(data))
        count = getattr(image, "n_frames", 1)

    def unpack(frame: int) -> NDArray[np.uint8]:
        with _pillow(data):
            image.seek(frame)
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))

    return [partial(unpack, frame) for frame in range(count)]


@contextmanager
def _pillow(data: bytes) -> Iterator[None]:
    """Say whatever damaged bytes make Pillow raise as one trouble."""
    import warnings

    from PIL import Image

    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DocumentError("too_many_pixels", limit=str(MAX_PIXELS // 10**6)) from None
    except MemoryError:
        raise  # of the limit, not of the file
    except Exception:
        # Each of Pillow's forty formats fails in its own way on damaged bytes.
        known = signature_of(data)
        raise DocumentError("broken_file", format=known.name if known else "") from None
    finally:
        Image.MAX_IMAGE_PIXELS = before


# --- a page ---------------------------------------------------------------------------------


class _Draft(NamedTuple):
    """A page whose signs are read but not yet settled; `unit` is a pixel's size in points."""

    page: Page
    unit: float
    lines: list[tuple[_Strip, list[_Character]]]
    unread: int
    """Places with ink that the recogniser made nothing of."""


def _read(picture: NDArray[np.uint8], unit: float, number: int, recogniser: _Recogniser) -> _Draft:
    import cv2

    # A red seal is not there: red ink is bright in the red channel.
    gray = _upright(np.ascontiguousarray(picture[:, :, 0] if picture.ndim == 3 else picture))
    height, width = gray.shape
    page = Page(number, width * unit, height * unit)
    paper = cv2.medianBlur(cv2.resize(gray, None, fx=0.125, fy=0.125), 21)
    paper = cv2.resize(paper, (width, height)).astype(np.int16)
    dark, faint = ((gray < paper - by).astype(np.uint8) for by in (_INK, _FAINT))
    rules = _rules(dark, faint, unit, page)
    gray = gray.copy()
    gray[rules > 0] = 255
    dark[rules > 0] = 0
    strips = list(_strips(dark, unit, page))
    readings = recogniser.read([strip.cut(gray) for strip in strips])
    lines, unread = [], 0
    for strip, characters in zip(strips, readings, strict=True):
        whole, missed = _with_missed(strip, characters, gray, dark, recogniser)
        lines.append((strip, whole))
        unread += missed
    return _Draft(page, unit, lines, unread)


def _pages(drafts: list[_Draft]) -> tuple[list[Page], list[ReaderNote]]:
    """Settle what the whole document decides, and make the pages."""
    if not drafts:
        return [], []
    lines = [line for draft in drafts for line in draft.lines]
    for _, characters in lines:
        _settle_years(characters)
    numbers = "、".join(str(draft.page.number) for draft in drafts)
    notes = [ReaderNote("ocr", "doubt", {"pages": numbers})]
    if changed := _settle_widths(lines):
        notes.append(ReaderNote("ocr_widths", "repair", {"count": str(changed)}))
    for draft in drafts:
        if draft.unread:
            source = Source(page=draft.page.number)
            notes.append(ReaderNote("ocr_unread", "doubt", {"count": str(draft.unread)}, source))
        for strip, characters in draft.lines:
            draft.page.glyphs += strip.glyphs(characters, draft.unit)
    return [draft.page for draft in drafts], notes


def _with_missed(
    strip: _Strip,
    characters: list[_Character],
    gray: Gray,
    dark: Gray,
    recogniser: _Recogniser,
) -> tuple[list[_Character], int]:
    """Look again where a line has ink but no character; count the places that stay unread."""
    start, em = strip.start, strip.em
    first, last = strip.left - start, strip.right - start
    halves = [(one.at, one.width * em / 2) for one in characters]
    ends = [first, *(at + half for at, half in halves)]
    begins = [*(at - half for at, half in halves), last]
    whole: list[_Character] = []
    unread = 0
    for left, right, following in zip(ends, begins, [*characters, None], strict=True):
        across = slice(start + round(left), start + round(right))
        ink = dark[strip.top : strip.bottom, across]
        if right - left >= 0.6 * em and ink.sum() >= 0.04 * em * em:
            missed = replace(strip, left=across.start, right=across.stop)
            again = recogniser.read([missed.cut(gray)])[0]
            text = "".join(character.text for character in again)
            if text in _UNITS:
                sure = min(character.confidence for character in again)
                whole.append(_Character(_UNITS[text], (left + right) / 2, sure))
            else:
                unread += 1
        if following:
            whole.append(following)
    return whole, unread


def _settle_years(characters: list[_Character]) -> None:
    """Make 一 the dash it is between two years: no number is written 2024一2026."""
    text = "".join(character.text for character in characters)
    if len(text) != len(characters):
        return
    for match in _YEARS.finditer(text):
        at = match.start(1)
        characters[at] = replace(characters[at], text="—")


def _settle_widths(lines: list[tuple[_Strip, list[_Character]]]) -> int:
    """Give ( and （ and the like the width they are set in; return how many were changed.

    Between two characters the place a sign takes tells its width. Where it does not, as at the
    end of a line, the sign is taken to be as wide as most others of its kind in the document.
    """
    votes: Counter[str] = Counter()
    """How many more of a kind are surely wide than surely narrow."""
    found: list[tuple[list[_Character], int, str, int]] = []
    for strip, characters in lines:
        for index, character in enumerate(characters):
            if character.text not in _WIDE and character.text not in _NARROW:
                continue
            kind = _NARROW.get(character.text, character.text).replace(")", "(")
            vote = _wide_or_narrow(characters, index, strip.em)
            votes[kind] += vote
            found.append((characters, index, kind, vote))
    changed = 0
    for characters, index, kind, vote in found:
        if not (usual := vote or votes[kind]):
            continue
        character = characters[index]
        text = (_WIDE if usual > 0 else _NARROW).get(character.text, character.text)
        beside = [characters[at].text for at in (index - 1, index + 1) if 0 <= at < len(characters)]
        if text == "：" and len(beside) == 2 and all(map(str.isdigit, beside)):
            text = "∶"
        changed += text != character.text
        characters[index] = replace(character, text=text)
    return changed


def _wide_or_narrow(characters: list[_Character], index: int, em: float) -> int:
    """Return 1 where the place between two characters is surely a wide sign's, -1 a narrow one's."""
    if not 0 < index < len(characters) - 1:
        return 0
    before, after = characters[index - 1], characters[index + 1]
    if not (before.text.isalnum() and after.text.isalnum()):
        return 0
    place = (after.at - before.at) / em - (before.width + after.width) / 2
    return 1 if place >= _WIDE_FROM else -1 if place <= _NARROW_TO else 0


def _upright(gray: Gray) -> Gray:
    """Return the page turned so that its lines are level: the rows of its pixels differ most."""
    import cv2

    scale = min(900 / gray.shape[1], (_MOST_SMALL / gray.size) ** 0.5)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = (small < 160).astype(np.float32)

    def turned(picture: Any, degrees: float, border: int) -> Any:
        height, width = picture.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(
            picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=border
        )

    def contrast(degrees: float) -> float:
        return float(np.square(np.diff(turned(dark, degrees, 0).sum(axis=1))).sum())

    angle = 0.0
    for step, reach in ((0.25, _TURNS), (0.05, 0.2), (0.01, 0.04)):
        count = round(reach / step)
        angle = max((angle + step * k for k in range(-count, count + 1)), key=contrast)
    return gray if abs(angle) < 0.02 else turned(gray, angle, 255)


def _rules(dark: Gray, faint: Gray, unit: float, page: Page) -> Gray:
    """Note the rules on the page; return their pixels.

    What is fainter than ink shows rules drawn thin and blurred, but strokes of text that they touch
    as well: where the ink shows most of a rule, it says where the rule ends.
    """
    import cv2

    pixels = np.zeros_like(dark)
    for rules, shortest, axis in ((page.across, _RULE_ACROSS, 1), (page.down, _RULE_DOWN, 0)):
        length = round(shortest / unit)
        found, places = _straight(dark, length, axis)
        blurred, blurred_places = _straight(faint, length, axis)
        for place in blurred_places:
            shown = found[place].any(axis=1 - axis)
            if shown.mean() >= _SHOWN:
                at = np.flatnonzero(shown)
                begin = place[axis].start
                ends = slice(begin + int(at[0]), begin + int(at[-1]) + 1)
                place = (place[0], ends) if axis else (ends, place[1])
            places.append(place)
            found[place] = np.maximum(found[place], blurred[place])
        for place in places:
            run, breadth = place[axis], place[1 - axis]
            if min(run.stop - run.start, breadth.stop - breadth.start) * unit > 6:
                continue  # a picture, a black bar
            middle = (breadth.start + breadth.stop) / 2
            rules.append(RuledLine(middle * unit, run.start * unit, run.stop * unit))
            pixels[place] = np.maximum(pixels[place], found[place])
    return np.asarray(cv2.dilate(pixels, np.ones((3, 3), np.uint8)))


def _straight(ink: Gray, length: int, axis: int) -> tuple[Gray, list[tuple[slice, slice]]]:
    """Return the strokes that run so far along an axis: their pixels, and the place of each."""
    import cv2

    along, aside = ((1, length), (3, 1)) if axis else ((length, 1), (1, 3))
    # A rule a hair off level runs over two rows of pixels: let it be whole in one.
    swollen = cv2.dilate(ink, np.ones(aside, np.uint8))
    found = cv2.morphologyEx(swollen, cv2.MORPH_OPEN, np.ones(along, np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(found)
    boxes = stats[1:, :4].tolist()
    places = [(slice(y, y + h), slice(x, x + w)) for x, y, w, h in boxes]
    return np.asarray(found, np.uint8), places


@dataclass(frozen=True)
class _Strip:
    """A piece of one line: its pixels, and the rows its whole line takes."""

    left: int
    right: int
    top: int
    bottom: int
    em: float

    @property
    def start(self) -> int:
        """The column its picture begins at: a margin of paper before the ink."""
        return max(self.left - round(0.25 * self.em), 0)

    def cut(self, gray: Gray) -> Gray:
        """Return the strip's picture, as high as a line always is."""
        middle = (self.top + self.bottom) / 2
        half = max(self.bottom - self.top, self.em) / 2 + 0.12 * self.em
        top, bottom = max(round(middle - half), 0), round(middle + half)
        return gray[top:bottom, self.start : self.right + round(0.25 * self.em)]

    def glyphs(self, characters: list[_Character], unit: float) -> Iterator[Glyph]:
        """Yield the glyphs recognised in this strip."""
        baseline = ((self.top + self.bottom) / 2 + 0.38 * self.em) * unit
        for character in characters:
            middle = self.start + character.at
            half = character.width / 2 * self.em
            yield Glyph(
                character.text,
                (middle - half) * unit,
                (middle + half) * unit,
                baseline,
                self.em * unit,
                character.confidence,
            )


def _strips(dark: Gray, unit: float, page: Page) -> Iterator[_Strip]:
    """Yield the lines of each cell and of the text outside the tables."""
    rest = dark.copy()
    regions = []
    for box in cell_boxes(page):
        left, top, right, bottom = (round(side / unit) for side in box)
        regions.append((left, top, dark[top:bottom, left:right].copy()))
        rest[top:bottom, left:right] = 0
    regions.append((0, 0, rest))
    runs = [(left, top, ink, _runs(ink.sum(axis=1))) for left, top, ink in regions]
    heights = [end - start for *_, found in runs for start, end in found]
    usual = [h for h in heights if 6 <= h * unit <= 40]
    em = float(np.median(usual)) / 0.92 if usual else 12 / unit
    for left, top, ink, found in runs:
        # Strokes that are together no higher than a line are of one: those of 三.
        for rows in chained(found, lambda above, one: one[1] - above[0][0] <= 1.15 * em):
            start, end = rows[0][0], rows[-1][1]
            if end - start < 0.1 * em:
                continue
            columns = _runs(ink[start:end].sum(axis=0))
            for pieces in chained(columns, lambda left, one: one[0] - left[-1][1] <= 2.5 * em):
                first, last = pieces[0][0], pieces[-1][1]
                if ink[start:end, first:last].sum() * unit * unit < 0.6:
                    continue  # specks
                yield _Strip(left + first, left + last, top + start, top + end, em)


def _runs(profile: NDArray[Any]) -> list[tuple[int, int]]:
    """Return where a profile is above nothing: start and end of each run."""
    inked = np.concatenate([[0], (profile > 0).astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(inked)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


# --- recognition ----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Character:
    text: str
    at: float
    """Where its middle stands, in pixels from the left of the strip's picture."""
    confidence: float

    @property
    def width(self) -> float:
        """The place it takes, in em."""
        return 1.0 if unicodedata.east_asian_width(self.text) in "WFA" else 0.56


class _Recogniser:
    """The recognition model: strips of lines to characters."""

    def __init__(self, model: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.log_severity_level = 4
        options.enable_mem_pattern = False  # lines are of all lengths: no two runs are alike
        # Waiting threads that spin take the cores from whatever else is being parsed.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            model, options, providers=["CPUExecutionProvider"]
        )
        listed = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *listed, " "]  # the first is CTC's blank
        self._input = self._session.get_inputs()[0].name

    def read(self, strips: Sequence[Gray]) -> list[list[_Character]]:
        """Return the characters in the picture of each strip."""
        import cv2

        scaled = []
        for strip in strips:
            width = max(round(strip.shape[1] * _LINE_HEIGHT / strip.shape[0]), 8)
            scaled.append(cv2.resize(strip, (width, _LINE_HEIGHT), interpolation=cv2.INTER_CUBIC))
        widths = [one.shape[1] for one in scaled]
        order = sorted(range(len(strips)), key=widths.__getitem__)
        found: list[list[_Character]] = [[] for _ in strips]
        # What is read in one run: lines of like width, from short to long.
        for batch in chained(
            order,
            lambda batch, index: (
                len(batch) < _BATCH and (len(batch) + 1) * widths[index] <= _BATCH_WIDTH
            ),
        ):
            check_time()
            width = max(widths[batch[-1]], 320)
            pixels = np.zeros((len(batch), 3, _LINE_HEIGHT, width), np.float32)
            for row, index in enumerate(batch):
                pixels[row, :, :, : widths[index]] = scaled[index] / 127.5 - 1
            (scores,) = self._session.run(None, {self._input: pixels})
            for row, index in enumerate(batch):
                step = width / scores.shape[1] * strips[index].shape[1] / widths[index]
                found[index] = self._decode(scores[row], step)
        return found

    def _decode(self, scores: NDArray[np.float32], step: float) -> list[_Character]:
        """Read CTC scores: the best sign at each step, repeats and blanks left out."""
        best = scores.argmax(axis=1)
        characters = []
        start = 0
        for end in range(1, len(best) + 1):
            if end < len(best) and best[end] == best[start]:
                continue
            if best[start]:
                confidence = float(scores[start:end, best[start]].max())
                at = (start + end) / 2 * step
                characters.append(_Character(self._characters[best[start]], at, confidence))
            start = end
        return _with_permille(characters)


def _with_permille(characters: list[_Character]) -> list[_Character]:
    """Make %o and %0 the ‰ they are: nothing else is printed so."""
    whole: list[_Character] = []
    for character in characters:
        last = whole[-1] if whole else None
        if last is not None and last.text == "%" and character.text in ("o", "O", "0"):
            at = (last.at + character.at) / 2
            whole[-1] = _Character("‰", at, min(last.confidence, character.confidence))
        else:
            whole.append(character)
    return whole


@cache
def _recogniser() -> _Recogniser:
    """Return the recogniser, loaded once; `ocr_missing` is raised where there is none."""
    try:
        import cv2  # noqa: F401
        import onnxruntime  # noqa: F401

        models = resources.files("rapidocr") / "models"
        model = next(
            (m for m in models.iterdir() if "rec" in m.name and m.name.endswith(".onnx")), None
        )
    except ImportError:
        model = None
    if model is None:
        raise DocumentError("ocr_missing")
    return _Recogniser(str(model))
