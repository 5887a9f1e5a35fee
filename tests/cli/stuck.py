"""Stands in for a reader that hangs: never writes a result."""

import time

if __name__ == "__main__":
    time.sleep(600)
