"""The shared vocabulary: documents, topics, wire format, query language, errors. Imports nothing of ours."""
