"""Write an output in parts: a folder of documents, one a job, written where the job is done.

On a cluster the triples never pass through one machine: each worker writes the part of its job
(`part-00000.nt.gz` …), the combining process only the shared entities (`part-shared.nt.gz`) and,
last, `parts.json`, which lists the parts. A folder without it is not whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from kg.errors import WriteError
from kg.remote import is_url, open_filesystem
from kg.write import FORMATS, Output, open_output, open_target

SHARDS_PER_PART = 250
"""Some 2,000 pages, 4 MB of gzipped N-Triples."""
SHARED = "shared"
MANIFEST = "parts.json"


def part_of(output: Output, name: int | str) -> Output:
    """Return the output of one part."""
    label = f"{name:05}" if isinstance(name, int) else name
    path = f"{output.path}part-{label}{FORMATS[output.format].extension}.gz"
    return Output(path, output.format, output.graph)


def begin_parts(output: Output) -> None:
    """Make the folder; take an earlier list out of it, since from now on it is not whole.

    Raises WriteError where that can't be done.
    """
    manifest = f"{output.path}{MANIFEST}"
    try:
        if is_url(manifest):
            filesystem, path = open_filesystem(manifest)
            if filesystem.exists(path):
                filesystem.rm_file(path)
        else:
            os.makedirs(output.path, exist_ok=True)
            Path(manifest).unlink(missing_ok=True)
    except OSError as error:
        raise WriteError(f"can't be written: {error.strerror or error}", file=output.path) from None


def write_part(output: Output, name: int | str, blocks: Iterable[bytes]) -> None:
    """Write a part from finished blocks; a part that is written again replaces itself."""
    with open_output(part_of(output, name)) as file:
        for block in blocks:
            file.add(block)


def write_manifest(output: Output, part_count: int) -> None:
    """Write the list of parts, which says that all of them are there."""
    names = [*range(part_count), SHARED]
    parts = [part_of(output, name).path.removeprefix(output.path) for name in names]
    with open_target(f"{output.path}{MANIFEST}") as target:
        target.write(json.dumps({"format": output.format, "parts": parts}, indent=1).encode())
