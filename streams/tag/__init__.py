"""What a story is about: its language, actors, topics with their status, and the pact steps it reports."""
