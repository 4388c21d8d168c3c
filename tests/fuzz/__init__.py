"""Inputs made by machine: what is thrown at every door, and what must hold whatever comes."""
