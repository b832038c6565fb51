"""The relay's side of Redis."""

from collections import deque
from collections.abc import Sequence

from dramatiq import Message
from dramatiq.brokers.redis import RedisBroker
from dramatiq.common import dq_name
from redis import RedisError

from domain.shared.relaying import POSITIONS_CHANNEL, Delivery
from domain.shared.settings import Settings
from workers.alive import alive_client, mark_alive
from workers.broker import make_broker
from workers.routes import queue_of
from workers.tagging import REQUEST_ID

_FILLED = "hanse:filled"


class QueueAway(Exception):
    """Redis took only some of the messages, or none; `unsent` are the others."""

    def __init__(self, unsent: Sequence[Delivery]) -> None:
        super().__init__(f"{len(unsent)} messages not sent")
        self.unsent = unsent


class Post:
    """Every method blocks, for a second or two when Redis is away, and raises RedisError unless it says otherwise."""

    def __init__(self, settings: Settings) -> None:
        # Short, because positions wait for it.
        self._broker: RedisBroker = make_broker(settings, answer_seconds=1)
        self._alive = alive_client(settings)

    def send(self, deliveries: Sequence[Delivery], *, highest: int = 0) -> None:
        """Wake whoever reads events by position, if `highest` is one, and put a message for each delivery in its queue.

        Raises QueueAway; one of its unsent messages may have arrived nevertheless.
        """
        unsent = deque(deliveries)
        try:
            if highest:
                self._broker.client.publish(POSITIONS_CHANNEL, highest)
            while unsent:
                self._broker.enqueue(_message(unsent[0]))
                unsent.popleft()
        except RedisError as error:
            raise QueueAway(list(unsent)) from error

    def was_emptied(self) -> bool:
        """Whether the queue's database has lost its contents, or is new, since anybody asked this last."""
        return bool(self._broker.client.set(_FILLED, 1, nx=True))

    def held(self, queue: str) -> set[tuple[str, str]]:
        """Consumer and event id of every message that waits, waits for its time, or is being worked on.

        Messages of dead workers are among them, until they are given to others.
        """
        return {
            (message.actor_name, message.args[0])
            for name in (queue, dq_name(queue))
            for _, data in self._broker.client.hscan_iter(f"{self._broker.namespace}:{name}.msgs", count=1000)
            if (message := Message.decode(data)).args
        }

    def say_alive(self) -> None:
        mark_alive(self._alive, "relay")


def _message(delivery: Delivery) -> Message[None]:
    return Message(
        queue_name=queue_of(delivery.consumer),
        actor_name=delivery.consumer,
        args=(str(delivery.event_id), str(delivery.subject_id)),
        kwargs={},
        options={REQUEST_ID: delivery.request_id},
    )
