"""The front door: the only place that wires producers, streams and sinks together and reads configuration."""
