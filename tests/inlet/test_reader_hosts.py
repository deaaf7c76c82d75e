"""Of what is read it is known from which machine it came, by a number that tells nobody."""

from collections.abc import Sequence

import pytest

from empathy_palettes.inlet.gate import Gate
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.osc import encode, encode_bundle
from empathy_palettes.inlet.reader import Reader
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import MAPPED, packed
from tests.inlet.readers import reader

V4, OTHER_V4 = (MAPPED + bytes((10, 0, 0, last)) for last in (7, 8))
# Of one network: the phones of one Wi-Fi.
V6 = bytes.fromhex("20010db8000000010000000000000001")
SAME_V6 = V6[:8] + bytes(7) + b"\2"
HERE = MAPPED + bytes((127, 0, 0, 1)), MAPPED + bytes((127, 9, 9, 9)), bytes(15) + b"\1", bytes(16)


def hosts_of(datagrams: Sequence[bytes], machines: Sequence[bytes], batch: bool) -> list[int]:
    heard: list[int] = reader(batch=batch).read(packed(datagrams, machines), 0).host.tolist()
    return heard


@pytest.mark.parametrize("batch", [True, False])
def test_of_each_row_it_is_known_from_which_machine_it_came(batch: bool) -> None:
    one = encode("/empathy/anna", 0.5, 0.5)
    pair = encode_bundle([one, encode("/empathy/bert", 0.5, 0.5)])
    mixed = encode_bundle([one, encode("/empathy/bert/word", "joy")])
    machines = [V4, OTHER_V4, *HERE, V6, SAME_V6, V4]
    numbers = hosts_of([one] * 9, machines, batch)
    assert numbers[2:6] == [0] * 4
    assert numbers[0] == numbers[8]
    assert len({numbers[0], numbers[1], numbers[6], numbers[7], 0}) == 5
    a, b = numbers[:2]
    assert hosts_of([pair] * 3, [V4, OTHER_V4, HERE[0]], batch) == [a, a, b, b, 0, 0]
    assert hosts_of([mixed, pair, one], [V4, OTHER_V4, V4], batch) == [a, a, b, b, a]
    assert hosts_of([pair, mixed], [V4] * 2, batch) == [a] * 4
    assert hosts_of([pair, mixed], HERE[:2], batch) == [0] * 4
    elsewhere = Reader((-1.0, 1.0), Naming(b"another key 16 b"))
    assert elsewhere.read(packed([one], [V4]), 0).host.tolist() != [a]


def test_of_two_machines_of_one_network_neither_speaks_for_the_other() -> None:
    naming, notices = Naming(), Notices()
    read, gate = Reader((-1.0, 1.0), naming, notices).read, Gate("explicit", notices=notices)
    come = [encode("/empathy/anna/consent", 1), encode("/empathy/anna", 0.5, 0.5)]
    assert len(gate.admit(read(packed(come, [V6] * 2), 0), 0).samples) == 1
    no = [encode("/empathy/anna/consent", 0)]
    assert len(gate.admit(read(packed(no, [SAME_V6]), 1), 1).withdrawn) == 0
    assert notices.rejected == {Reason.ELSEWHERE: 1}
    assert len(gate.admit(read(packed(no, [V6]), 2), 2).withdrawn) == 1


def test_they_share_what_a_machine_may_bring() -> None:
    naming = Naming()
    read, gate = Reader((-1.0, 1.0), naming).read, Gate("attested")
    names = [encode(f"/empathy/n{number}", 0.5, 0.5) for number in range(200)]
    machines = [V6[:8] + number.to_bytes(8, "big") for number in range(1, 201)]
    assert len(gate.admit(read(packed(names, machines), 0), 0).samples) == 50
