"""Make releases: a dated folder with the graph and everything that goes with it."""

from kg.release.folder import Release, release

__all__ = ["Release", "release"]
