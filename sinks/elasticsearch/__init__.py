"""Documents in Elasticsearch: written in bulk, read back, kept up to date, removed."""
