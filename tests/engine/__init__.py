"""Tests of `clysm.engine`."""
