"""Verification of a passport from its artifacts alone, without rules or facts (specification, 9.5)."""
