"""Worker processes: what is left when one dies, or when a person has enough."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc"),
]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    command = [sys.executable, "-m", "benchmarks.corpus", "5000", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True)
    return folder


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def is_worker(pid: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False


def wait_until(is_so: object, timeout_s: float = 30) -> None:
    assert callable(is_so)
    end = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


def start(corpus: Path, target: Path, *options: str) -> subprocess.Popen[str]:
    """Start a build in two processes, and come back when they are at work."""
    # tests run in the background may have been started with Ctrl-C ignored
    command = [
        "env",
        "--default-signal=INT",
        sys.executable,
        "-m",
        "kg",
        "build",
        str(corpus),
        "-o",
        str(target),
        "--workers",
        "2",
        *options,
    ]
    build = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    partial = f".{target.name}.*.part"
    wait_until(lambda: any(path.stat().st_size > 100_000 for path in target.parent.glob(partial)))
    return build


def check_nothing_is_left(target: Path, workers: list[int]) -> None:
    wait_until(lambda: not any(map(is_worker, workers)))
    assert target.read_text() == "what stood here before"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("options", [(), ("--validate",)])
def test_a_killed_worker_is_named_with_its_pages(
    options: tuple[str, ...], corpus: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.ttl"
    target.write_text("what stood here before")
    build = start(corpus, target, *options)
    workers = [pid for pid in children(build.pid) if is_worker(pid)]
    os.kill(workers[0], signal.SIGKILL)

    _, said = build.communicate(timeout=60)

    assert build.returncode == 3
    assert "a worker process died (exit code -9) while it held the" in said
    assert "pages from PMC" in said
    assert "Traceback" not in said
    check_nothing_is_left(target, workers)


@pytest.mark.parametrize("options", [(), ("--validate",)])
def test_an_interrupted_build_leaves_nothing(
    options: tuple[str, ...], corpus: Path, tmp_path: Path
) -> None:
    target = tmp_path / "out.ttl"
    target.write_text("what stood here before")
    build = start(corpus, target, *options)
    workers = [pid for pid in children(build.pid) if is_worker(pid)]
    build.send_signal(signal.SIGINT)

    _, said = build.communicate(timeout=60)

    assert build.returncode == 130
    assert said.strip() == "interrupted; nothing was written"
    check_nothing_is_left(target, workers)


def test_a_full_disk_is_one_clear_line(corpus: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.ttl"
    target.write_text("what stood here before")
    command = f"ulimit -f 1000; {sys.executable} -m kg build {corpus} -o {target} --workers 2"

    build = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert build.returncode == 3
    assert build.stderr == f"error: {target}: can't be written: File too large\n"
    check_nothing_is_left(target, [])
