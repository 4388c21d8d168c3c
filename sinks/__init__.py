"""Documents to where people look: SQLite, Elasticsearch, channels."""
