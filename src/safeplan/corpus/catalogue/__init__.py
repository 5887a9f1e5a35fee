"""The catalogue of a labelled corpus: its measures, who is strict, where one plan stands.

| module | yields |
|---|---|
| `labelled` | the corpus's files and labels → rows, as far as a question needs them |
| `fields` | the targets of one measure → what can be ranked together, and what cannot |
| `measures`, `ranking`, `standing` | the three answers |
| `records` | what they are made of: the keys of the JSON |
"""

from safeplan.corpus.catalogue.labelled import Corpus
from safeplan.corpus.catalogue.measures import measures
from safeplan.corpus.catalogue.ranking import find_measure, rank
from safeplan.corpus.catalogue.standing import place

__all__ = ["Corpus", "find_measure", "measures", "place", "rank"]
