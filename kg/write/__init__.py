"""Write descriptions as RDF text, deterministically and whole or not at all.

A `Writer` turns descriptions into text block by block, so that blocks written in different
processes can be put one after the other. `kg.write.files` puts finished text into place.
"""

from kg.write.files import (
    BlockFile,
    Output,
    compress_block,
    open_compressed,
    open_output,
    open_target,
    parse_output,
)
from kg.write.formats import FORMATS, Writer, get_writer
from kg.write.graphs import to_rdflib, write_text

__all__ = [
    "FORMATS",
    "BlockFile",
    "Output",
    "Writer",
    "compress_block",
    "get_writer",
    "open_compressed",
    "open_output",
    "open_target",
    "parse_output",
    "to_rdflib",
    "write_text",
]
