"""What of a thing is stored when something is wrong with it: the policy of an import. Pure."""

from typing import TypeVar

from domain.bulk.kinds import OnError
from domain.bulk.layouts.drafts import Entry, ProductDraft
from domain.bulk.problems import Problem, Reach

D = TypeVar("D")


def reach_of(problem: Problem, on_error: OnError) -> Reach:
    """What the problem takes with it. Where bad fields are not ignored, a field takes its row, or the whole thing when
    it belongs to that.
    """
    if problem.reach is Reach.FIELD and on_error is not OnError.IGNORE_FIELDS:
        return Reach.ROW if problem.of_row else Reach.THING
    return problem.reach


def sift(entry: Entry[D], on_error: OnError) -> set[int]:
    """The lines of which nothing is to be stored; they are taken out of the draft. All lines: nothing of the thing is."""
    reaches = {problem.line: Reach.FIELD for problem in entry.problems}
    for problem in entry.problems:
        reaches[problem.line] = max(reaches[problem.line], reach_of(problem, on_error))
    if entry.draft is None or Reach.THING in reaches.values():
        return set(entry.lines) if entry.problems else set()
    lost = {line for line, reach in reaches.items() if reach is Reach.ROW}
    if lost and isinstance(entry.draft, ProductDraft):
        _drop_rows(entry.draft, lost)
    return lost


def _drop_rows(draft: ProductDraft, lost: set[int]) -> None:
    had = bool(draft.variants)
    draft.variants = [one for one in draft.variants if one.line not in lost]
    draft.images = [one for one in draft.images if one.line not in lost]
    if had and not draft.variants:
        draft.spare_sku = ""  # its variants were refused: another one must not stand in for them
