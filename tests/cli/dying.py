"""Stands in for a reader that a bad file kills."""

import os

os.abort()
