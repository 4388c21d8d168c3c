"""The pact steps that a story reports, and what it says a pact promises."""
