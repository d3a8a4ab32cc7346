"""Benchmarks, run by `make bench`. Not part of the package."""
