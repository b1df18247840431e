"""Reference tables that ship with the package; fixed, versioned, loaded when first needed."""

from kg.reference.famplex import ground_family

__all__ = ["ground_family"]
