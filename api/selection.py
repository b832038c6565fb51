"""What a query asks for below a field, so that its resolver can fetch all of it at once."""

from collections.abc import Iterable

from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionNode

from api.context import Info


def selected_names(info: Info) -> frozenset[str]:
    """The names of all fields that stand anywhere below this field, as the schema spells them."""
    raw = info._raw_info
    found: set[str] = set()
    seen_fragments: set[str] = set()
    waiting: list[Iterable[SelectionNode]] = [
        node.selection_set.selections for node in raw.field_nodes if node.selection_set
    ]
    while waiting:
        for node in waiting.pop():
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name not in seen_fragments:
                    seen_fragments.add(name)
                    waiting.append(raw.fragments[name].selection_set.selections)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                waiting.append(node.selection_set.selections)
    return frozenset(found)
