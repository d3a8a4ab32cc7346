"""Settings: the model with defaults and limits, loading, messages about wrong values, the table for the docs."""
