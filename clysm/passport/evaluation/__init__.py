"""Evaluation of checked rules over sealed facts, with the proof of every value: specification, 6.9, 7.1-7.4.

The same meaning is written twice. `interpreter` walks the syntax tree and is exact for every outcome;
`reference` evaluates a package with it, `cases` the conditions of rule tests. `codegen` makes one Python
function of a whole package, which knows the successful outcome only; `evaluator` runs that function and
leaves everything else to the reference.
"""
