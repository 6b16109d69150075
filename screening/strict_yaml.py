"""YAML as people mean it: no key twice, for one of the two would be lost without a word."""

from collections.abc import Hashable
from typing import Any

import yaml

#: The parser in C where there is one: it reads a folder of files ten times as fast.
FastLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictLoader(FastLoader):  # type: ignore[valid-type, misc]
    """Plain YAML only. Raises yaml.MarkedYAMLError where a field stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.MarkedYAMLError(
                    problem="a field's name must be a word", problem_mark=key_node.start_mark
                )
            if key in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the field {key!r} stands twice", problem_mark=key_node.start_mark
                )
            seen.add(key)
        built: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return built


def plain_yaml(text: str) -> Any:  # noqa: ANN401 - what a file holds
    """What a YAML text of our own holds: where the same key stands twice the last one counts."""
    return yaml.load(text, Loader=FastLoader)  # noqa: S506 - a SafeLoader, in C where there is one
