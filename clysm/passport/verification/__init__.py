"""Verification of a passport from its artifacts alone, without rules or facts (specification, 9.5).

    bytes --slices or structure (7.5)--> Proof --semantics (7.6)--> Outcome --payload (8.2), binding (7.7)

`proof` joins the first two steps, `passport` makes every check of a directory, and `report` says what came of
it. The proof is read by cutting its text (`slices`); in doubt it is read again, exactly (`structure`).
"""
