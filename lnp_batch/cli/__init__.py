"""The command line: one file per command, which parses the options, calls the package and prints the result."""
