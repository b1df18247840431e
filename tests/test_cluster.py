"""Builds on a real Dask cluster, and from and to a real S3 server, all on this machine."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg
from kg.build.cluster import run_dask
from kg.errors import MissingExtraError, WorkerError
from kg.validate import BuildValidator, validate

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
PAGES = Path(__file__).parent / "data" / "pages"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(process: subprocess.Popen[str], text: str) -> str:
    """Return the line in which a process says what is waited for, and go on reading it."""
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return line
    raise AssertionError(f"{process.args} ended without saying {text!r}")


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """Start a scheduler and two workers, each a process; yield the address and the workers."""
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = start("distributed.cli.dask_scheduler", *local, "--port", "0")
    workers: list[subprocess.Popen[str]] = []
    try:
        address = wait_for(scheduler, "Scheduler at:").split("Scheduler at:")[1].strip()
        for _ in range(2):
            options = [*local, "--nthreads", "1", "--no-nanny"]
            workers.append(start("distributed.cli.dask_worker", address, *options))
        for worker in workers:
            wait_for(worker, "Registered to:")
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            stop(process)


@pytest.mark.slow
def test_a_killed_worker_costs_its_jobs_and_nothing_else(
    cluster: tuple[str, list[subprocess.Popen[str]]], corpus: Path, tmp_path: Path
) -> None:
    address, workers = cluster
    local, remote = tmp_path / "local.ttl.gz", tmp_path / "remote.ttl.gz"
    kg.build(corpus, local)

    def kill_one(done: int, total: int) -> None:
        if done > total // 10 and workers[0].poll() is None:
            os.killpg(workers[0].pid, signal.SIGKILL)

    summary = kg.build(corpus, remote, engine=run_dask(address), progress=kill_one)

    assert workers[0].poll() is not None
    assert summary.tally.pages == len(list(corpus.rglob("*.md")))
    assert remote.read_bytes() == local.read_bytes()


@pytest.mark.slow
def test_parts_hold_the_triples_of_the_whole(
    cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    whole, folder = tmp_path / "whole.nt", tmp_path / "new" / "parts"
    parts = kg.write.Output(f"{folder}/", "ntriples")

    kg.build(PAGES, [whole, parts], engine=run_dask(cluster[0]))

    names = json.loads((folder / "parts.json").read_text())["parts"]
    assert sorted(names) == sorted(path.name for path in folder.glob("part-*"))
    lines = b"".join(gzip.decompress((folder / name).read_bytes()) for name in names)
    assert sorted(lines.splitlines()) == sorted(whole.read_bytes().splitlines())


@pytest.mark.slow
def test_a_cluster_validates_what_it_builds(
    cluster: tuple[str, list[subprocess.Popen[str]]], corpus: Path, tmp_path: Path
) -> None:
    target = tmp_path / "graph.nt.gz"
    validator = BuildValidator()
    kg.build(corpus, target, engine=run_dask(cluster[0]), inspector=validator)
    found, expected = validator.report(str(target)), validate([target])
    assert (found.results, found.subjects) == (expected.results, expected.subjects)


@pytest.mark.slow
def test_workers_map_with_the_tables_that_are_given(
    cluster: tuple[str, list[subprocess.Popen[str]]],
    make_page: Callable[..., Path],
    tmp_path: Path,
) -> None:
    row = {"word": "a", "symbol": "NFKB", "source": "bioentities_symbol"}
    page = make_page(genes=[{**row, "hgnc_symbol": "NFKB1", "entrez": "4790"}])
    for name in ("entities", "relations", "equivalences", "grounding_map"):
        text = "NFKB_complex\n" if name == "entities" else ""
        (tmp_path / f"{name}.csv").write_text(text)
    local, remote = tmp_path / "local.ttl", tmp_path / "remote.ttl"
    kg.build(page, local, famplex=tmp_path)

    kg.build(page, remote, famplex=tmp_path, engine=run_dask(cluster[0]))

    assert "oa:hasBody fplx:NFKB_complex" in local.read_text("utf-8")
    assert remote.read_bytes() == local.read_bytes()


@pytest.mark.slow
def test_sources_and_targets_in_an_s3_store(
    s3: str, cluster: tuple[str, list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    import s3fs

    store = s3fs.S3FileSystem(endpoint_url=s3, key="test", secret="test")  # noqa: S106 - no secret, of the test
    store.mkdir("pfocr")
    store.put(str(PAGES), "pfocr/pages", recursive=True)
    local = tmp_path / "local.nq.gz"
    kg.build(PAGES, local)

    kg.build("s3://pfocr/pages", "s3://pfocr/out.nq.gz", engine=run_dask(cluster[0]))

    assert store.cat_file("pfocr/out.nq.gz") == local.read_bytes()


def test_no_scheduler_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(WorkerError) as caught:
        kg.build(PAGES, tmp_path / "x.ttl", engine=run_dask("tcp://127.0.0.1:1"))
    assert "there is no Dask scheduler at tcp://127.0.0.1:1" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError) as caught:
        run_dask("tcp://127.0.0.1:8786")
    assert str(caught.value) == (
        "this needs the package 'distributed', which is not installed\n"
        "hint: pip install 'pfocr-kg[cluster]'"
    )


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Start an S3 server on this machine, and point the environment to it."""
    server = start("moto.server", "-H", "127.0.0.1", "-p", "5123")
    try:
        wait_for(server, "Running on")
        url = "http://127.0.0.1:5123"
        for name, value in {
            "AWS_ENDPOINT_URL": url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        yield url
    finally:
        stop(server)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make some thousand pages from the bundled ones: enough to be in the middle of."""
    folder = tmp_path_factory.mktemp("corpus")
    root = Path(__file__).parents[1]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.corpus", "3000", str(folder)], cwd=root, check=True
    )
    return folder
