"""ZIP archives of documents: each member is a document of its own, named by a path through it.

`资料.zip/区县/忠县.docx` names a member; an archive that holds one document stands for it. Members
are read in memory, one at a time, and nothing is ever unpacked to disk.
"""

from __future__ import annotations

from safeplan.documents import limits
from safeplan.documents.errors import DocumentError
from safeplan.documents.packages import Package


def members(package: Package) -> list[str]:
    """Return the names of an archive's documents: what systems add on their own is left out."""
    return [
        name
        for name in package.names
        if not any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/"))
        and name.rpartition("/")[2].lower() not in ("thumbs.db", "desktop.ini")
    ]


def open_member(data: bytes, within: str) -> tuple[bytes, str, str]:
    """Return the bytes of a document within an archive, its name, and the rest of the path.

    Args:
        data: the archive.
        within: the member's path; empty for the only document there is. Where the member is an
            archive itself, the path goes on within it.

    Returns:
        The member's bytes, its name in the archive, and what of `within` lies inside the member:
        empty for a document.

    Raises:
        DocumentError: no such member, several where one must be meant, or beyond the limits.
    """
    package = Package(data)
    names = members(package)
    if not within:
        if not names:
            raise DocumentError("empty_archive")
        if len(names) > 1:
            shown = "、".join(names[:5]) + ("…" if len(names) > 5 else "")
            raise DocumentError("several_documents", members=shown)
        within = names[0]
    for name in names:
        if within == name or within.startswith(name + "/"):
            return package.read(name, limits.MAX_BYTES), name, within[len(name) + 1 :]
    raise DocumentError("missing_file")
