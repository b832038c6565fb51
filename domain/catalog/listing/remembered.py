"""Answers that took long, kept for some seconds: a page of everything is counted once and not for each visitor."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from time import monotonic
from typing import Any, Final

_SLOW_SECONDS: Final = 0.02
_KEPT: Final = 100.0
_MOST: Final = 500
_answers: OrderedDict[Hashable, tuple[float, Sequence[Any]]] = OrderedDict()


async def remembered(question: Hashable, answer: Callable[[], Awaitable[Sequence[Any]]]) -> Sequence[Any]:
    """The answer of before when it took more than 20 ms and is not older than a hundred times what it took, else a new one.

    So one question costs a process at most a hundredth of its time, however many ask it.
    """
    started = monotonic()
    kept_until, kept = _answers.get(question, (0.0, ()))
    if started < kept_until:
        return kept
    found = await answer()
    if (took := monotonic() - started) > _SLOW_SECONDS:
        _answers[question] = (monotonic() + _KEPT * took, found)
        _answers.move_to_end(question)
        if len(_answers) > _MOST:
            _answers.popitem(last=False)
    return found


def forget_answers() -> None:
    """Whoever measures counts each question anew."""
    _answers.clear()
