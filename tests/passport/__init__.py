"""Tests of `clysm.passport`: official vectors first, then edges, then properties against independent oracles."""
