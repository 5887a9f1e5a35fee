"""Stands in for a reading process that one text kills."""

import json
import os
import sys

from safeplan.cli import worker

if __name__ == "__main__":
    for line in sys.stdin.buffer:
        path = json.loads(line)
        if "毒" in path:
            os.abort()
        worker._answer(path)
