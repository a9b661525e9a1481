"""From LightGBM's trees to the arrays that `cleaner.learned` evaluates, and into one file with the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaner.learned.trees import Forest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import lightgbm as lgb
    from numpy.typing import NDArray

    Tree = Mapping[str, Any]

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Time stamp of every member: the earliest that a zip file can hold."""


class _Nodes:
    """Nodes of a forest in the making."""

    def __init__(self) -> None:
        self.feature: list[int] = []
        self.threshold: list[float] = []
        self.child: list[int] = []
        self.value: list[float] = []

    def add(self, node: Tree) -> int:
        """Add a node and all below it; returns its number."""
        i = len(self.feature)
        self.feature.append(0)
        self.threshold.append(np.inf)
        self.child.extend([i, i])
        self.value.append(0.0)
        if "split_feature" not in node:
            self.value[i] = node["leaf_value"]
            return i
        if node["decision_type"] != "<=":
            raise ValueError(f"a split by {node['decision_type']!r}: only numeric features can be exported")
        self.feature[i] = node["split_feature"]
        self.threshold[i] = round_down(node["threshold"])
        self.value[i] = node["internal_value"]
        self.child[2 * i] = self.add(node["left_child"])
        self.child[2 * i + 1] = self.add(node["right_child"])
        return i


def round_down(threshold: float) -> float:
    """Return the largest float32 not above a threshold: float32 features then fall on the same side of it."""
    near = np.float32(threshold)
    return float(np.nextafter(near, np.float32(-np.inf)) if float(near) > threshold else near)


def forest(booster: lgb.Booster) -> Forest:
    """Flatten a booster's trees; the average that training starts from is in the leaves of its first trees."""
    dump = booster.dump_model()
    nodes = _Nodes()
    root = [nodes.add(tree["tree_structure"]) for tree in dump["tree_info"]]
    return Forest(
        feature=np.array(nodes.feature, np.int16),
        threshold=np.array(nodes.threshold, np.float32),
        child=np.array(nodes.child, np.int32),
        value=np.array(nodes.value, np.float32),
        root=np.array(root, np.int32),
        classes=int(dump["num_tree_per_iteration"]),
    )


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write as `np.savez_compressed` does, but the same bytes for the same arrays: numpy puts the time of day in."""
    with zipfile.ZipFile(path, "w") as out:
        for name in sorted(arrays):
            member = zipfile.ZipInfo(f"{name}.npy", LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            held = io.BytesIO()
            np.lib.format.write_array(held, np.asarray(arrays[name]), allow_pickle=False)
            out.writestr(member, held.getvalue(), compresslevel=9)
