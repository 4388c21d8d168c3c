"""Figures against labelled sets, printed with the lines that are wrong."""
