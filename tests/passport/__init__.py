"""Tests of `clysm.passport`: official vectors first, then edges, then properties against other oracles."""
