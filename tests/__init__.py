"""The project's tests; folders mirror `clysm`."""
