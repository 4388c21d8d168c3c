"""The shared vocabulary: documents, topics, the wire format, the query language, errors. Imports nothing of ours."""
