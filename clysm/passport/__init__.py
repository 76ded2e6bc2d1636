"""Battery passports: from sealed facts and published rules to payload, proof and signed receipt.

Everything here is a function from values to values. Files, clock, environment and keys stay with the caller,
and every error is a value of `clysm.passport.errors`.
"""
