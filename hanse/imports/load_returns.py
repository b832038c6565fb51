"""Returns of the file, booked on the order lines that they came from.

Which units a document has returned already is known by the audit entries of earlier imports, so that a second run, or a
file that overlaps another, returns nothing twice; what found no purchase then is tried again.
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from domain.audit.record import record_many
from domain.shared.database import rows, run
from domain.shared.viewer import PLATFORM
from hanse.imports.reasons import Reason
from hanse.imports.returns import Bought, Match, Return, match_returns
from hanse.imports.staging import SOURCE
from hanse.imports.summary import Counted

_AUDIT_ACTION = "importReturn"

_RETURNED_BEFORE = """
    SELECT document, a.after->>'stock_code' AS code, sum((a.after->>'units')::int)::int AS units,
           sum((a.after->>'refunded_minor')::bigint)::bigint AS refunded_minor
    FROM (SELECT after::jsonb AS after FROM audit_entry WHERE action = $1) a
    JOIN (SELECT DISTINCT $2 || ':' || invoice AS document FROM staged WHERE reason IS NULL AND quantity < 0) d
      ON d.document = a.after->>'document'
    GROUP BY 1, 2"""

_RETURNS = """
    SELECT line, $1 || ':' || invoice AS document, customer, code, at, -quantity AS units, unit_minor FROM staged
    WHERE reason IS NULL AND quantity < 0 ORDER BY at, line"""

_WANTED = """CREATE TEMP TABLE staged_return ON COMMIT DROP AS
    SELECT DISTINCT s.customer, s.code, u.id AS buyer_id, p.id AS product_id
    FROM staged s
    JOIN users u ON u.external_id = '{source}:' || s.customer
    JOIN supplier f ON f.code = '{source}'
    JOIN product p ON p.supplier_id = f.id AND p.external_id = '{source}:' || s.code
    WHERE s.reason IS NULL AND s.quantity < 0"""

_BOUGHT = """
    SELECT l.id AS line_id, l.order_id, l.product_id, w.customer, w.code, o.placed_at AS at, l.position,
           l.quantity - l.returned AS units, l.unit_minor
    FROM staged_return w
    JOIN order_line l ON l.product_id = w.product_id
    JOIN orders o ON o.id = l.order_id AND o.buyer_id = w.buyer_id AND o.source = 'import'
    WHERE l.returned < l.quantity AND o.state = 'delivered'"""

_CHANGED = """
    UPDATE orders o SET version = o.version + 1, updated_at = greatest(o.updated_at, t.at)
    FROM unnest($1::uuid[], $2::timestamptz[]) AS t(order_id, at) WHERE o.id = t.order_id"""


async def load_returns() -> tuple[Counted, int]:
    """How many return rows were booked now and before, and the pence that the file's returns took back in all.

    A row of which not every unit finds a purchase is rejected, with the number of units that did.
    """
    before, refunded_before = await _returned_before()
    returns, settled, done = await _open_returns(before)
    await run(_WANTED.format(source=SOURCE))
    await run("ANALYZE staged_return, orders, order_line")
    bought = [_bought(dict(one)) for one in await rows(_BOUGHT)]
    matches = match_returns(returns, bought)
    await _book(matches)
    await _audit(matches)
    rejected = await _reject(returns, matches, done)
    refunded_now = sum(match.units * match.bought.unit_minor for match in matches)
    return Counted(len(returns) - rejected, settled), refunded_now + refunded_before


async def _returned_before() -> tuple[dict[tuple[str, str], int], int]:
    found = await rows(_RETURNED_BEFORE, _AUDIT_ACTION, SOURCE)
    units = {(one["document"], one["code"]): one["units"] for one in found}
    return units, sum(one["refunded_minor"] for one in found)


async def _open_returns(before: dict[tuple[str, str], int]) -> tuple[list[Return], int, dict[int, int]]:
    """Rows with units still to be returned, how many have none, and by line the units that were returned before."""
    returns, settled, done = [], 0, {}
    for one in await rows(_RETURNS, SOURCE):
        subject = (one["document"], one["code"])
        earlier = min(one["units"], before.get(subject, 0))
        if earlier:
            before[subject] -= earlier
        if earlier == one["units"]:
            settled += 1
            continue
        done[one["line"]] = earlier
        key = (one["customer"], one["code"])
        units = one["units"] - earlier
        returns.append(Return(one["line"], one["document"], key, one["at"], units, one["unit_minor"]))
    return returns, settled, done


def _bought(found: dict[str, object]) -> Bought:
    key = (found.pop("customer"), found.pop("code"))
    return Bought(**found, key=key)  # type: ignore[arg-type]  # the columns of _BOUGHT


async def _book(matches: list[Match]) -> None:
    """Raise `returned` of the lines and take the units off the products' sales.

    The order stays delivered: its state belongs to the state machine, which knows no return of what was delivered.
    """
    lines: dict[UUID, int] = defaultdict(int)
    products: dict[UUID, int] = defaultdict(int)
    orders: dict[UUID, datetime] = {}
    for match in matches:
        lines[match.bought.line_id] += match.units
        products[match.bought.product_id] += match.units
        orders[match.bought.order_id] = max(match.returned.at, orders.get(match.bought.order_id, match.returned.at))
    await run(
        """UPDATE order_line l SET returned = l.returned + t.units
           FROM unnest($1::uuid[], $2::int[]) AS t(id, units) WHERE l.id = t.id""",
        [*lines],
        [*lines.values()],
    )
    await run(
        """UPDATE product_listing p SET sold = p.sold - t.units
           FROM unnest($1::uuid[], $2::int[]) AS t(id, units) WHERE p.product_id = t.id""",
        [*products],
        [*products.values()],
    )
    await run(_CHANGED, [*orders], [*orders.values()])


async def _audit(matches: list[Match]) -> None:
    booked: dict[tuple[UUID, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for match in matches:
        subject = (match.bought.order_id, match.returned.document, match.returned.key[1])
        units, refunded = booked[subject]
        booked[subject] = (units + match.units, refunded + match.units * match.bought.unit_minor)
    done = (
        (("order", order), {"document": document, "stock_code": code, "units": units, "refunded_minor": refunded})
        for (order, document, code), (units, refunded) in booked.items()
    )
    await record_many(PLATFORM, _AUDIT_ACTION, done)


async def _reject(returns: list[Return], matches: list[Match], done: dict[int, int]) -> int:
    """Mark the rows of which units found no purchase, with how many (`rest` is below zero, as the quantity is)."""
    matched: dict[int, int] = defaultdict(int)
    for match in matches:
        matched[match.returned.line] += match.units
    unmatched = [_rejection(one, matched[one.line], done[one.line]) for one in returns if matched[one.line] < one.units]
    lines, reasons, details, rests = zip(*unmatched, strict=True) if unmatched else ((), (), (), ())
    return await run(
        """UPDATE staged s SET reason = t.reason, detail = t.detail, rest = t.rest
           FROM unnest($1::int[], $2::text[], $3::text[], $4::int[]) AS t(line, reason, detail, rest)
           WHERE s.line = t.line""",
        lines,
        reasons,
        details,
        rests,
    )


def _rejection(one: Return, matched: int, done: int) -> tuple[int, str, str | None, int]:
    if matched + done == 0:
        return one.line, Reason.RETURN_WITHOUT_PURCHASE, None, -one.units
    detail = f"{matched + done} of {one.units + done} units were bought before"
    return one.line, Reason.RETURN_EXCEEDS_PURCHASE, detail, matched - one.units
