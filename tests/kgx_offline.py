"""Run `kgx` with the Biolink Model of the package biolink-model, not the one on the web.

Run by the Python of an environment that has kgx; `test_export.py` does.
"""

import json
import sys
from importlib.resources import files

import bmt.toolkit
import kgx.config

MODEL = files("biolink_model")
bmt.toolkit.Toolkit.__init__.__defaults__ = (
    str(MODEL / "schema" / "biolink_model.yaml"),
    {"predicate mappings": []},
)
PREFIXES = json.loads((MODEL / "prefixmaps" / "biolink_model_prefix_map.json").read_text("utf-8"))
for name in ("biolink", "monarch_context", "obo_context"):
    kgx.config.jsonld_context_map[name] = PREFIXES

from kgx.cli import cli  # noqa: E402 - reads the model as it is imported

cli(sys.argv[1:])
