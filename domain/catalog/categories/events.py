"""What happened to categories."""

from dataclasses import dataclass

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class CategoryCreated(Event):
    kind = "category.created"
    subject_type = "category"


@dataclass(frozen=True, kw_only=True)
class CategoryUpdated(Event):
    """Its slug or a text, in whatever language."""

    kind = "category.updated"
    subject_type = "category"


@dataclass(frozen=True, kw_only=True)
class CategoryMoved(Event):
    """It stands below another one, or at another place among its neighbours."""

    kind = "category.moved"
    subject_type = "category"


@dataclass(frozen=True, kw_only=True)
class CategoryRemoved(Event):
    kind = "category.removed"
    subject_type = "category"
