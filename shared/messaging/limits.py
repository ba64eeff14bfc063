"""What every carrier takes, so that nothing passes on one and fails on another.

Source: Tenpoint design decision; the size is the default `max.message.bytes` of Apache Kafka,
rounded down to a whole MiB.
"""

from typing import Final

from shared.kernel.errors import Invalid
from shared.messaging.bus import Message, Record

LARGEST_RECORD: Final = 1024 * 1024
"""Bytes of key, value and headers together."""


def refuse_unfit(message: Message) -> None:
    """Refuse a message without a subject, or one that not every carrier takes.

    Raises:
        Invalid: the key is empty, a header's name is no text, or the whole is too large.
    """
    if not message.key:
        raise Invalid("key")
    try:
        size = size_of(message)
    except UnicodeEncodeError:
        raise Invalid("headers") from None
    if size > LARGEST_RECORD:
        raise Invalid("size")


def size_of(record: Message | Record) -> int:
    """Return the bytes of key, value and headers together."""
    return (
        len(record.key)
        + len(record.value)
        + sum(len(name.encode()) + len(value) for name, value in record.headers)
    )
