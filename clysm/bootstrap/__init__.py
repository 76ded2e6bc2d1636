"""The bootstrap: stages and their reports, blockers and their causes, and the fixpoint gate with its
guard.
"""
