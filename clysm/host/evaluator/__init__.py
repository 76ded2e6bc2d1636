"""Lisp forms -> Python code objects.

analyze     form -> tree of nodes (tree.py): macros expanded, names resolved, closures and exits marked
generate    node -> Python syntax tree: one Python function per Lisp function, Lisp locals as Python locals
unit        Python syntax tree -> code object, run at once and kept for the cache
"""
