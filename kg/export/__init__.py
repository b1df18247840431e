"""Exports: what a graph says of figures and genes, in the forms that other tools read."""

import kg.network  # noqa: F401 - first: it says which extra is missing
