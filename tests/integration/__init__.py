"""Tests on real Kafka and real Elasticsearch."""
