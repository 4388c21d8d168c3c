"""The embedded store: documents in one SQLite file, found by words and values."""
