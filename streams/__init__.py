"""The steps between a story and an alert, and the two interpreters' common ground. Knows no configuration."""
