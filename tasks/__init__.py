"""The build as doit sees it: one file per product, and how freshness, records and progress work.

Only this package knows doit. Each product file offers `task_*` creators, whose dictionaries say what goes in,
what comes out and which function of `clysm` does it.
"""
