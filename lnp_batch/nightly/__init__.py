"""Many workbooks: child processes now; the inbox and its nightly run stand on them."""
