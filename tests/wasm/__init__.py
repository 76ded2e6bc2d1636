"""Tests of `clysm.wasm`."""
