import pytest

from shared.messaging.murmur2 import murmur2, partition_of

GOLDEN = [
    (b"21", -973932308),
    (b"foobar", -790332482),
    (b"a-little-bit-long-string", -985981536),
    (b"a-little-bit-longer-string", -1486304829),
    (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
    (b"abc", 479470107),
]
"""Keys and signed hashes of Apache Kafka's own test of `Utils.murmur2`."""


@pytest.mark.parametrize(("key", "signed"), GOLDEN)
def test_the_hash_is_the_one_of_kafka(key: bytes, signed: int) -> None:
    assert murmur2(key) == signed % 2**32


@pytest.mark.parametrize(("key", "signed"), GOLDEN)
def test_the_partition_is_the_positive_hash_modulo_the_partitions(key: bytes, signed: int) -> None:
    assert partition_of(key, 12) == (signed & 0x7FFFFFFF) % 12


def test_a_topic_of_one_partition_holds_every_key() -> None:
    assert {partition_of(bytes([letter]), 1) for letter in range(256)} == {0}
