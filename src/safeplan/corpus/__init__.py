"""Many plans at once: plans → Parquet corpus → measure labels → the catalogue.

| module | yields |
|---|---|
| `schema` | a plan ↔ the rows of a Parquet file, without loss |
| `store` | the folder: which plan lies where, written whole or not at all |
| `adding` | what a new plan does to the corpus: added, kept, replaced, refused |
| `normalising` | printed records → neutral texts |
| `sketching` | neutral texts → sketches, which find and weigh what is alike |
| `clustering` | sketches → which text follows which; the plans that hold most |
| `engine` | daft: the same kernels here and on a Ray cluster |
| `aligning` | all of that, stage by stage → a label for every task |
| `catalogue` | labels → each measure, each district, each plan among all |

Nothing here is imported by the commands that look at a few plans, and nothing of it is needed by
them: it rests on the extras `[scale]` (Parquet and the engine) and `[cluster]` (the same on Ray).
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

DEFAULT_CORPUS = Path("data/corpus")
"""Where the corpus lies unless a command says otherwise."""

QUIET = {
    "DO_NOT_TRACK": "true",
    "SCARF_NO_ANALYTICS": "true",
    "DAFT_ANALYTICS_ENABLED": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DAFT_PROGRESS_BAR": "0",
}
"""With these set the engines tell nobody that they were used, and draw nothing over our lines."""
os.environ.update(QUIET, DAFT_RUNNER="native")

_NEEDS = {"scale": ("pyarrow", "daft"), "cluster": ("pyarrow", "daft", "ray")}


class CorpusError(ValueError):
    """Something in the corpus that the user must mend: where, and what is wrong with it.

    `code` names the message in the catalogue (`trouble.<code>`), `values` fills it.
    """

    def __init__(self, where: str | Path, code: str, **values: str) -> None:
        self.where = str(where)
        self.code = code
        self.values = values
        super().__init__(f"{where}: {code}" + (f" {values}" if values else ""))


def require(extra: str = "scale") -> None:
    """Refuse to go on without what an extra installs.

    Raises:
        CorpusError: `extra_missing`, naming the extra to install.
    """
    if any(find_spec(name) is None for name in _NEEDS[extra]):
        raise CorpusError("corpus", "extra_missing", extra=extra)
