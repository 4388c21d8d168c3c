"""Which stories tell of the same event, decided as they arrive."""
