"""Running images in wasmtime: the stage ABI, host imports, units beside a running image, programs, limits.

It knows bytes, buffers and exit statuses; what a compiler or a build does with them is decided above.
"""
