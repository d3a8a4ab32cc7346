"""How fast, and by how much: `make bench`. Nothing here is part of the program or of its tests."""
