"""The tests of safeplan.

Who reads documents forks its readers where it has one thread, as the commands have, and starts
Python anew for each where it has more (`plans.isolated`, whose own tests ask for both). numpy,
pyarrow and daft would start a thread when they are imported; told so here, before, they do not.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
for library in ("JE_ARROW", "_RJEM"):
    os.environ[f"{library}_MALLOC_CONF"] = "background_thread:false"
