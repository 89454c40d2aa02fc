"""A Ray cluster of two machines, both of this one and on loopback; skipped, with the reason, where Ray is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # read when Ray is imported: addresses are on loopback
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
ray = pytest.importorskip("ray")
ROOT = Path(__file__).parents[1]
_NODE: dict[str, Any] = {"num_cpus": 1, "object_store_memory": 100_000_000, "include_dashboard": False}


class TwoMachines:
    """The cluster, whose second machine can be killed.

    Attributes:
        address: of the first one.
    """

    def __init__(self) -> None:
        """Begins both."""
        from ray.cluster_utils import Cluster

        quick = {"health_check_period_ms": 300, "health_check_failure_threshold": 3, "health_check_timeout_ms": 1000}
        head = {**_NODE, "_system_config": {**quick, "health_check_initial_delay_ms": 0}}
        self._cluster: Any = Cluster(initialize_head=True, head_node_args=head)
        self.address: str = self._cluster.address
        self._second = self._cluster.add_node(**_NODE)

    def kill(self) -> None:
        """Takes the second machine away at once."""
        self._cluster.remove_node(self._second, allow_graceful=False)

    def mend(self) -> None:
        """Sees to it that there are two again."""
        if self._second not in self._cluster.list_all_nodes():
            self._second = self._cluster.add_node(**_NODE)

    def end(self) -> None:
        """Ends both."""
        self._cluster.shutdown()


@contextmanager
def two_machines() -> Iterator[TwoMachines]:
    """Both, for the time of the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        machines = TwoMachines()
        try:
            yield machines
        finally:
            machines.end()
