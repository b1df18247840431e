"""Validate graphs with SHACL: the project's shapes, or others; results as values.

Files go through `validate`; a build is validated while it goes on by a `BuildValidator`, and
descriptions by `validate_descriptions`.
`docs/validation.md` says what the shapes ask for and how engines and parts work.
"""

from kg.validate.building import BuildValidator, classes_of, validate_descriptions
from kg.validate.collect import Report
from kg.validate.load import load_shapes
from kg.validate.report import as_json, group_results, write_report
from kg.validate.results import Result
from kg.validate.run import validate
from kg.validate.shapes import Shapes

__all__ = [
    "BuildValidator",
    "Report",
    "Result",
    "Shapes",
    "as_json",
    "classes_of",
    "group_results",
    "load_shapes",
    "validate",
    "validate_descriptions",
    "write_report",
]
