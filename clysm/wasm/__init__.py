"""The WebAssembly binary format, for reading: sections, names, code, validation and comparison of images.

Writing is the compiler's business (in Lisp); running is `clysm.engine`'s.
"""
