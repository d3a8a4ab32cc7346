"""The nightly run: takes the inbox's workbooks, evaluates them in child processes, books and delivers them."""
