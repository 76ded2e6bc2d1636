"""The rule language, spec 6.1 to 6.8 and 6.10 to 6.12: from two sources to checked rules and their tests.

The way through: lexer -> parser (the tree is in syntax) -> checker (types, builtins, patterns) -> graph;
check.py names these steps.  Evaluation is `clysm.passport.evaluation`'s.
"""
