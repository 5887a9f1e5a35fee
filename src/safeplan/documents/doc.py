"""Word 97–2003 (.doc) and WPS (.wps) → blocks, by way of .docx.

`msdoc2docx` converts in Python and loses nothing known; LibreOffice stands in where it gives up.
Not the other way round: LibreOffice 7.4 drops a last table that no paragraph follows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from safeplan.documents import limits
from safeplan.documents.blocks import ReaderNote, Reading
from safeplan.documents.docx import read_docx
from safeplan.documents.errors import DocumentError
from safeplan.documents.processes import end
from safeplan.documents.written import of_doc, texts_of

OFFICE_SECONDS = 90
"""LibreOffice is given up on after this long; a cold start takes some ten seconds."""

_PROGRAMS = ("soffice", "libreoffice")

# Where its installers put it without telling the PATH; on Windows `soffice.com` is the one that
# waits until the work is done.
_INSTALLED = (
    ("PROGRAMFILES", "LibreOffice/program/soffice.com"),
    ("PROGRAMFILES(X86)", "LibreOffice/program/soffice.com"),
    ("", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
)

# What LibreOffice may do with a stranger's file: nothing but convert it. No macros, no active
# content, no links followed, and a proxy that is not there for whatever would still go out.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
{items}
</oor:items>
"""
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def read_doc(data: bytes) -> Reading:
    """Read a Word 97–2003 or WPS document.

    Raises:
        DocumentError: `encrypted`; `broken_file`: neither converter can read it; or as `read_docx`.
    """
    with tempfile.TemporaryDirectory(prefix="safeplan-") as name:
        folder = Path(name)
        original = folder / "original.doc"
        original.write_bytes(data)
        converted = _by_msdoc2docx(original)
        if converted is not None:
            return _with_losses(replace(read_docx(converted), written=of_doc(data)))
        converted = _by_office(original)
    if converted is None:
        raise DocumentError("broken_file", format="DOC")
    reading = read_docx(converted)
    notes = [ReaderNote("doc_by_office", "doubt"), *reading.notes]
    return replace(reading, notes=notes, written=of_doc(data))


def _with_losses(reading: Reading) -> Reading:
    """Return a reading that says how many of its characters are lost, where some are."""
    lost = sum(text.count("\ufffd") for text in texts_of(reading))
    notes = [ReaderNote("characters_lost", "doubt", {"count": str(lost)})] if lost else []
    return replace(reading, notes=[*notes, *reading.notes])


def _by_msdoc2docx(original: Path) -> bytes | None:
    """Return the document as .docx, None where it is beyond this converter."""
    from doc2docx import convert
    from doc2docx.cfb.container import CompoundFileLimits
    from doc2docx.errors import EncryptedDocumentError

    target = original.with_name("converted.docx")
    allowed = CompoundFileLimits(
        max_input_bytes=limits.MAX_BYTES,
        max_stream_bytes=limits.MAX_BYTES,
        max_directory_entries=100_000,
    )
    try:
        convert(original, target, limits=allowed)
        return target.read_bytes()
    except EncryptedDocumentError:
        raise DocumentError("encrypted", format="DOC") from None
    except Exception:
        # A stranger's parser over a stranger's bytes: what a damaged file makes it raise has no
        # end, and each means the same to us.
        return None


def office(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the path of LibreOffice: on the PATH, else where its installers put it."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    for variable, place in _INSTALLED:
        root = environment.get(variable, "") if variable else "/"
        if root and (path := Path(root, place)).is_file():
            return str(path)
    return None


def _by_office(original: Path) -> bytes | None:
    """Return the document as .docx, None where LibreOffice is missing, hangs, or gives nothing."""
    program = office()
    if program is None:
        return None
    profile = original.with_name("profile")
    (profile / "user").mkdir(parents=True)
    items = "\n".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
        for path, name, value in _SETTINGS
    )
    registry = profile / "user" / "registrymodifications.xcu"
    registry.write_text(_PROFILE.format(items=items), encoding="utf-8")
    target = original.with_name("office")
    command = [
        program,
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--convert-to", "docx"),
        *("--outdir", str(target), str(original)),
    ]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return None
    try:
        process.wait(OFFICE_SECONDS)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end(process)
    # It exits 0 without a file as well: only the file tells.
    converted = target / "original.docx"
    return converted.read_bytes() if converted.is_file() else None
