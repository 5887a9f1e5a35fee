"""Stands in for a reader that hangs: never writes a result."""

import time

time.sleep(600)
