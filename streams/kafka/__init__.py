"""The Kafka interpreter: the steps as consumer groups; the only place that knows Faust and aiokafka."""
