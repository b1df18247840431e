"""Validate graphs with SHACL: the project's shapes, or others; results as values.

Files go through `validate`, descriptions that a build makes through `validate_descriptions`.
`docs/validation.md` says what the shapes ask for and how engines and parts work.
"""

from kg.validate.report import as_json, group_results, write_report
from kg.validate.results import Result
from kg.validate.run import Report, classes_of, validate, validate_descriptions
from kg.validate.shapes import Shapes, load_shapes

__all__ = [
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
