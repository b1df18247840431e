"""Exports: what a graph says of figures and genes, in the forms that other tools read."""
