"""Stands in for a reader that a bad file kills."""

import os

if __name__ == "__main__":
    os.abort()
