"""Source modules, their dependency graph, compilation sessions, the cache and the files that record them.

Everything here is independent of doit, of the engine and of any particular compiler: a compiler is an
argument.
"""
