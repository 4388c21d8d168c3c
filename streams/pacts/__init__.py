"""The life-cycle of every pact, folded from the steps that stories report."""
