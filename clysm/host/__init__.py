"""The Python host: runs the compiler's Lisp sources before any stage exists.

It evaluates a written dialect (clysm/lisp/dialect.sexp) by translating Lisp functions to Python functions:

reader       text -> objects with positions
evaluator    form -> tree -> Python syntax tree -> code object, one Python function per Lisp function
functions    the standard functions of the dialect
world        the state of one Lisp: cells, packages, macros
loading      files, the translation cache, running on a large stack
"""

from clysm.host.errors import CacheDamage, HostError, LispFailure, Position, ReadError, TranslateError
from clysm.host.loading import Host

__all__ = ["CacheDamage", "Host", "HostError", "LispFailure", "Position", "ReadError", "TranslateError"]
