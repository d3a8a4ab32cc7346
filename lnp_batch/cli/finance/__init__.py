"""Commands for finance: fees."""
