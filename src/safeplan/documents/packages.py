"""The two doors to office files: ZIP packages and XML parts, opened within the limits.

Nothing is written to disk, no entity is expanded, no reference is followed, and whatever a broken
file makes the libraries raise leaves here as a `DocumentError`.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from safeplan.documents import limits
from safeplan.documents.errors import DocumentError

if TYPE_CHECKING:
    from lxml import etree

# A zip file's own text: a name without the UTF-8 flag is in the maker's code page, and zipfile
# has read it as cp437.
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_ENTRY = b"PK\x01\x02"
_NESTED = 4
"""Times as many entries may stand in archives that lie unpacked in one."""
# What a zip that is damaged, cut short or made by hand has been seen to raise.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
)


class Package:
    """A ZIP file in memory; parts are read one by one, each within the limits.

    Raises:
        DocumentError: `broken_file`, or `too_many_members`.
    """

    def __init__(self, data: bytes, form: str = "ZIP") -> None:
        self._form = form
        self._unpacked = 0
        # Each is an object already when the list can be counted.
        if data.count(_ENTRY) > limits.MAX_MEMBERS * _NESTED:
            raise DocumentError("too_many_members", limit=f"{limits.MAX_MEMBERS:,}")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self._zip.infolist()
        except _BROKEN:
            raise DocumentError("broken_file", format=form) from None
        if len(entries) > limits.MAX_MEMBERS:
            raise DocumentError("too_many_members", limit=f"{limits.MAX_MEMBERS:,}")
        self._entries = {_name(entry): entry for entry in entries if not entry.is_dir()}

    @property
    def names(self) -> list[str]:
        """The names of the parts, as the archive lists them."""
        return list(self._entries)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str, limit: int = limits.MAX_PART_BYTES) -> bytes:
        """Return one part unpacked.

        Raises:
            DocumentError: it is missing or damaged (`broken_file`), `encrypted`, or larger than
                the limits allow (`zip_bomb`). The sizes that the archive claims are not trusted.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise DocumentError("broken_file", format=self._form)
        if entry.flag_bits & _ENCRYPTED:
            raise DocumentError("encrypted", format=self._form)
        limit = max(min(limit, limits.MAX_UNPACKED_BYTES - self._unpacked), 0)
        packed = max(entry.compress_size, 1)
        allowed = max(packed * limits.MAX_RATIO, limits.RATIO_FREE_BYTES)
        try:
            with self._zip.open(entry) as part:
                data = part.read(min(limit, allowed) + 1)
        except _BROKEN:
            raise DocumentError("broken_file", format=self._form) from None
        self._unpacked += len(data)
        if len(data) > min(limit, allowed):
            raise DocumentError("zip_bomb", limit=limits.megabytes(min(limit, allowed)))
        return data

    def xml(self, name: str) -> etree._Element:
        """Return the root of one XML part.

        Raises:
            DocumentError: as `read` and `parse_xml`.
        """
        return parse_xml(self.read(name), self._form)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name, read as Chinese Windows writes it, with no way up or out."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = entry.filename
    parts = name.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def relations(package: Package, part: str = "") -> dict[str, tuple[str, str]]:
    """Return the kind and the name of each part that a part (or the package) refers to, by its id.

    Those that lead out of the package, or to nothing in it, are left out.
    """
    folder, _, name = part.rpartition("/")
    described = f"{folder}/_rels/{name}.rels".lstrip("/")
    found: dict[str, tuple[str, str]] = {}
    for relation in package.xml(described) if described in package else ():
        target = str(relation.get("Target", ""))
        inside = (target if target.startswith("/") else f"{folder}/{target}").lstrip("/")
        if relation.get("TargetMode") != "External" and inside in package:
            key = str(relation.get("Id", inside))
            found[key] = (str(relation.get("Type", "")), inside)
    return found


_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


def parse_xml(data: bytes, form: str) -> etree._Element:
    """Return the root of an XML document.

    Args:
        data: the document.
        form: the format's name for messages.

    Raises:
        DocumentError: it declares a document type and with it may declare entities (`xml_dtd`;
            no office format does), nests too deep (`too_deep`), holds too much
            (`too_many_elements`), or is not well-formed (`broken_file`).
    """
    from lxml import etree

    if any(doctype in data for doctype in _DOCTYPES):
        raise DocumentError("xml_dtd")
    limits.check_nodes(data.count(b"<") + data.count(b"="))
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        if "Excessive depth" in str(error):
            raise DocumentError("too_deep", limit="256") from None
        raise DocumentError("broken_file", format=form) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError("xml_dtd")
    return root


def all_text(element: etree._Element) -> str:
    """Return the text of an element, with all that stands in it."""
    return "".join(map(str, element.itertext()))


@lru_cache(1024)
def local_name(tag: str) -> str:
    """Return a tag without its name space: `p` of `{…}p` and of `w:p`."""
    return tag.rpartition("}")[2].rpartition(":")[2]
