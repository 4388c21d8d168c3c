"""Which subscriptions a document satisfies, and what of it is new."""
