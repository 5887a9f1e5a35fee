"""`corpus align --ray`: two nodes on this machine give the labels that one process gives."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.corpus.conftest import align_apart, copy_of, labels

from safeplan.corpus.aligning import align
from safeplan.documents.processes import end

HEAD, WORKER = "127.0.0.2", "127.0.0.3"
"""Two addresses of the loopback range: nothing leaves this machine."""


@dataclass(frozen=True)
class Cluster:
    """A cluster of two nodes."""

    address: str
    worker: int
    """The process of the node that is not the head."""


def free_port() -> int:
    with socket.socket() as one:
        one.bind((HEAD, 0))
        return int(one.getsockname()[1])


def start(*options: str) -> subprocess.Popen[bytes]:
    """Start a node that lives as long as its process."""
    ray = Path(sys.executable).with_name("ray")
    return subprocess.Popen(
        [
            str(ray),
            "start",
            "--block",
            "--num-cpus=1",
            "--object-store-memory=100000000",
            "--disable-usage-stats",
            *options,
        ],
        env={**os.environ, "RAY_USAGE_STATS_ENABLED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def stop(node: subprocess.Popen[bytes]) -> None:
    """End a node and all it has started; asked politely it takes its time."""
    end(node)


NODES = """
import ray, sys, time
ray.init(sys.argv[1], log_to_driver=False, logging_level="ERROR")
while sum(node["Alive"] for node in ray.nodes()) < 2:
    time.sleep(0.2)
"""


def answers(port: int) -> bool:
    try:
        socket.create_connection((HEAD, port), 1).close()
    except OSError:
        return False
    return True


def wait_for(met: Callable[[], bool], nodes: list[subprocess.Popen[bytes]]) -> None:
    """Wait until something is so; a node that has ended, or a minute and a half, is a failure."""
    for _ in range(900):
        if met():
            return
        assert all(node.poll() is None for node in nodes)
        time.sleep(0.1)
    raise AssertionError


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two nodes, started and stopped by their processes."""
    if not Path("/proc").is_dir():
        pytest.skip("needs the loopback addresses of Linux")
    port = free_port()
    # Not pytest's folder: a socket's path may have no more than a hundred characters.
    folder = tempfile.mkdtemp(prefix="ray-")
    address = f"{HEAD}:{port}"
    nodes = []
    try:
        own = f"--node-ip-address={HEAD}"
        nodes.append(
            start(
                "--head", own, f"--port={port}", f"--temp-dir={folder}", "--include-dashboard=false"
            )
        )
        wait_for(lambda: answers(port), nodes)
        nodes.append(start(f"--address={address}", f"--node-ip-address={WORKER}"))
        look = subprocess.Popen([sys.executable, "-c", NODES, address])
        wait_for(lambda: look.poll() is not None, nodes)
        assert look.returncode == 0
        yield Cluster(address, nodes[1].pid)
    finally:
        for node in reversed(nodes):
            stop(node)
        shutil.rmtree(folder, ignore_errors=True)


def test_two_nodes_give_the_labels_of_one_process(
    cluster: Cluster, made: Path, tmp_path: Path
) -> None:
    there = copy_of(made, tmp_path)
    done = align_apart(there, ray=cluster.address, partitions=3)
    assert done.returncode == 0, done.stderr
    assert labels(there).equals(labels(made))


def test_a_worker_killed_in_the_middle_loses_nothing(
    cluster: Cluster, made: Path, tmp_path: Path
) -> None:
    """The last one: the cluster has one node less then."""
    there = copy_of(made, tmp_path)
    done = align_apart(
        there, ray=cluster.address, partitions=8, at=["records"], act=str(cluster.worker)
    )
    assert "records 6000" in done.stdout
    if done.returncode:
        # The job may end with its node; what it had finished is there for the next run.
        assert "trouble: " in done.stderr
        assert list((there / ".stages").glob("*/records/*.parquet"))
        align(there)
    assert labels(there).equals(labels(made))
