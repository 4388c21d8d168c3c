"""Faults made on purpose: `python -m tests.faults` kills, blocks and fills real things, and looks for losses."""
