"""`python -m clysm.reports` writes the published schemas from the tables, after a table changed."""

from pathlib import Path

from clysm.reports.published import TABLES, file_name, generated
from clysm.workflow import atomic

for _name in TABLES:
    atomic.write_if_changed(Path(__file__).parent / "schemas" / file_name(_name), generated(_name))
