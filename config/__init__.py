"""What a person edits; ships inside the wheel as pactwatch.defaults."""
