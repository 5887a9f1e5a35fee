"""One view of a result → table, JSON, CSV. Views say what is shown; renderers compute nothing."""
