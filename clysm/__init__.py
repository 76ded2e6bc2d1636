"""Clysm: a self-hosting Common Lisp compiler for WebAssembly GC, built and checked by doit."""

__version__ = "0.1.0"
