"""Which partition a key goes to: murmur2, as the default partitioner of Apache Kafka does.

Every carrier places a key alike, so that an aggregate's order survives a change of carrier.
Source: Apache Kafka, `org.apache.kafka.common.utils.Utils.murmur2` and
`BuiltInPartitioner.partitionForKey`.
"""

from typing import Final

SEED: Final = 0x9747B28C
MULTIPLIER: Final = 0x5BD1E995
SHIFT: Final = 24
WORD: Final = 0xFFFFFFFF
POSITIVE: Final = 0x7FFFFFFF


def murmur2(data: bytes) -> int:
    """Return the unsigned 32-bit murmur2 hash of the bytes."""
    whole = len(data) & ~3
    result = SEED ^ len(data)
    for place in range(0, whole, 4):
        word = int.from_bytes(data[place : place + 4], "little") * MULTIPLIER & WORD
        word = (word ^ word >> SHIFT) * MULTIPLIER & WORD
        result = result * MULTIPLIER & WORD ^ word
    if rest := data[whole:]:
        result = (result ^ int.from_bytes(rest, "little")) * MULTIPLIER & WORD
    result = (result ^ result >> 13) * MULTIPLIER & WORD
    return result ^ result >> 15


def partition_of(key: bytes, partitions: int) -> int:
    """Return the number of the partition, of so many, that holds the key."""
    return (murmur2(key) & POSITIVE) % partitions
