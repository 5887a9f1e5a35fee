"""Stands in for the reading processes: texts are read, any other document is never done with.

It goes when the process that started it does, however that ends.
"""

import os
import sys
import time

from safeplan.cli import worker

if __name__ == "__main__":
    # Named from outside: by the time this line runs, the parent may be gone already.
    parent = int(os.environ["HALTING_PARENT"])
    while len(sys.argv) > 1 and os.getppid() == parent:
        time.sleep(0.05)
    if len(sys.argv) == 1:
        worker.main([])
