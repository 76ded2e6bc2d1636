"""Issuing passports: what surrounds the pure core of `clysm.passport`.

Key files, artifact folders, containers of many passports, QR images, and the processes that fill containers.
Everything here may read and write files; nothing here decides what a passport says. Problems are raised as
`IssuingError`, worded for the user.
"""
