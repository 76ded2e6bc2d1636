"""Benchmarks: how long builds, compiles and compiled programs take, beside other Lisps where there are any.

Each group is a function from a `Bench` to results; `__main__` runs groups and writes the report `bench.json`.
"""

REPORT = "reports/bench.json"  # in the build directory
