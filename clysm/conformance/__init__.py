"""The tests of a suite for ANSI Common Lisp, run in emitted programs and compared with a baseline."""
