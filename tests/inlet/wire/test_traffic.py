"""What one machine may send, against token buckets in plain Python, and whose turn it is."""

import ipaddress
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from empathy_palettes.inlet.gating.allowance import MOST_HOSTS
from empathy_palettes.inlet.naming import Naming
from empathy_palettes.inlet.notices import Notices
from empathy_palettes.inlet.reasons import Reason
from empathy_palettes.inlet.wire.datagrams import Datagrams, host_bytes, packed
from empathy_palettes.inlet.wire.traffic import (
    HERE,
    NETWORK,
    Traffic,
    from_here,
    host_numbers,
    network_numbers,
    turn,
)

A, B, V6 = "10.0.0.1", "192.168.7.2", "2001:db8::1"


def from_hosts(hosts: list[str], ports: list[int] | None = None) -> Datagrams:
    return packed(
        [b"/a\0\0"] * len(hosts), [host_bytes(host) for host in hosts], ports or [1] * len(hosts)
    )


def test_a_second_s_worth_may_come_at_once_and_then_the_rate() -> None:
    traffic = Traffic(60)
    assert traffic.admit(from_hosts([A] * 100), 0).sum() == 60
    assert traffic.admit(from_hosts([A] * 100), 0).sum() == 0
    assert [traffic.admit(from_hosts([A] * 10), step).sum() for step in range(1, 5)] == [1] * 4
    assert traffic.admit(from_hosts([A] * 100), 34).sum() == 30
    assert traffic.admit(from_hosts([A] * 100), 10_000).sum() == 60


def test_the_oldest_of_each_host_are_let_through() -> None:
    traffic = Traffic(2)
    through = traffic.admit(from_hosts([A, B, A, A, V6, B, A, B]), 0)
    assert through.tolist() == [True, True, True, False, True, True, False, False]


def test_what_is_too_fast_is_counted_and_told() -> None:
    notices = Notices()
    Traffic(5, notices).admit(from_hosts([A] * 12), 0)
    assert notices.rejected == {Reason.RATE: 7}
    assert any("7 packets" in line and "rate" in line for line in notices.lines(0))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::"])
def test_this_machine_is_not_limited(host: str) -> None:
    hosts = from_hosts([host, A, host, A, host])
    assert from_here(hosts.host).tolist() == [True, False, True, False, True]
    assert Traffic(1).admit(hosts, 0).tolist() == [True, True, True, False, True]


@pytest.mark.parametrize("host", ["128.0.0.1", "10.0.0.127", "::2", "::127.0.0.1", "7f00::", V6])
def test_another_machine_is(host: str) -> None:
    assert Traffic(1).admit(from_hosts([host] * 2), 0).tolist() == [True, False]


def test_a_port_of_this_machine_alone_is_not_limited() -> None:
    assert Traffic(1).admit(from_hosts([A] * 5), 0, loopback=True).all()
    assert len(Traffic(1).admit(from_hosts([]), 0)) == 0


def test_an_ipv6_network_of_64_bits_is_one_host() -> None:
    hosts = [f"2001:db8::{number:x}" for number in range(1, 50)]
    assert Traffic(3).admit(from_hosts(hosts), 0).sum() == 3
    assert Traffic(3).admit(from_hosts(["2001:db8:0:1::1", "2001:db8:0:2::1"] * 3), 0).all()


def test_hosts_beyond_the_table_share_one_bucket_and_those_in_it_keep_theirs() -> None:
    traffic = Traffic(60)
    early = [str(ipaddress.ip_address(0x0A000000 + number)) for number in range(MOST_HOSTS)]
    late = [str(ipaddress.ip_address(0x0B000000 + number)) for number in range(200)]
    assert traffic.admit(from_hosts(early), 0).all()
    assert len(traffic) == MOST_HOSTS
    assert traffic.admit(from_hosts(late), 0).sum() == 60
    assert traffic.admit(from_hosts(early), 0).all()
    # Two seconds later whoever was silent is forgotten, and there is room again.
    assert traffic.admit(from_hosts(late * 2), 120).all()
    assert len(traffic) == 200


def test_a_million_made_up_hosts_take_no_more_memory() -> None:
    traffic = Traffic(60)
    random = np.random.default_rng(3)
    host = np.zeros((20_000, 2), np.uint64)
    for step in range(50):
        host[:, 0] = random.integers(0, 2**64, 20_000, np.uint64)
        nothing = np.zeros(20_000, np.int64)
        flood = Datagrams(np.zeros(0, np.uint8), nothing, nothing, host, nothing.astype(np.uint16))
        traffic.admit(flood, step)
    assert len(traffic) == MOST_HOSTS


def test_no_address_is_kept_and_a_number_no_longer_than_it_matters() -> None:
    traffic, stranger = Traffic(2_000), from_hosts(["203.0.113.77"])
    traffic.admit(stranger, 1)
    kept = traffic._allowances._host
    assert len(traffic) == np.count_nonzero(kept) == 1
    addressed = {stranger.host[0, 1], stranger.host[0, 1].byteswap(), 0x4D7100CB, 0xCB00714D}
    assert not addressed & set(kept.tolist())
    traffic.admit(from_hosts([A]), 500)
    assert len(traffic) == 2
    traffic.admit(from_hosts([]), 601)  # nobody sends any more
    assert len(traffic) == np.count_nonzero(kept) == 0
    other = Traffic(2_000)
    other.admit(stranger, 1)
    traffic.admit(stranger, 602)
    assert not set(kept[kept > 0]) & set(other._allowances._host[:]), "keys differ"


def test_one_host_has_one_number_under_one_key() -> None:
    naming = Naming(bytes(16))
    hosts = [A, B, V6, "2001:db8::2", "2001:db8:0:1::1", "127.0.0.1", A]
    numbers = host_numbers(from_hosts(hosts).host, naming)
    assert len(numbers) == len(hosts) and len(set(numbers.tolist())) == 6
    assert numbers[0] == numbers[6] and numbers[5] == HERE
    networks = numbers & NETWORK
    assert networks[2] == networks[3] and len(set(networks.tolist())) == 5
    alone = [host_numbers(from_hosts([host] * 3).host, naming) for host in hosts]
    assert (np.array(alone) == numbers[:, None]).all()
    assert host_numbers(from_hosts([A]).host, Naming(bytes(15) + b"1")) != numbers[0]
    local = from_hosts(["fe80::1111:2222:3333:4444", "fe80::aaaa:bbbb:cccc:dddd", "fe80::1"]).host
    assert len(set(host_numbers(local, naming).tolist())) == 3
    assert len(set(network_numbers(local, naming).tolist())) == 1
    assert (network_numbers(from_hosts([A, B]).host, naming) == numbers[:2]).all()


@settings(max_examples=60, deadline=None)
@given(
    rate=st.integers(1, 30),
    frames=st.lists(
        st.tuples(st.integers(0, 90), st.lists(st.sampled_from([A, B, V6, "127.0.0.1"]))),
        max_size=12,
    ),
)
def test_it_is_a_token_bucket(rate: int, frames: list[tuple[int, list[str]]]) -> None:
    traffic, step = Traffic(rate), 0
    tokens: dict[str, Fraction] = {}
    renewed: dict[str, int] = {}
    for wait, hosts in frames:
        step += wait
        expected = []
        for host in hosts:
            gained = (step - renewed.get(host, step)) * Fraction(rate, 60)
            tokens[host] = min(tokens.get(host, Fraction(rate)) + gained, Fraction(rate))
            renewed[host] = step
            expected.append(host == "127.0.0.1" or tokens[host] >= 1)
            tokens[host] -= tokens[host] >= 1
        assert traffic.admit(from_hosts(hosts), step).tolist() == expected


@given(
    st.lists(st.tuples(st.sampled_from([A, B, V6, "2001:db8::2"]), st.sampled_from([1, 2, 65535])))
)
def test_turns_count_what_came_before_of_the_same_flow(flows: list[tuple[str, int]]) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    expected = []
    for flow in flows:
        expected.append(seen[flow])
        seen[flow] += 1
    turns = turn(from_hosts([host for host, _ in flows], [port for _, port in flows]))
    assert turns.tolist() == expected


def test_what_our_own_address_sends_is_not_counted() -> None:
    hosts = from_hosts([A, B] * 3)
    own = from_hosts([A]).host
    through = Traffic(1).admit(hosts, 0, own=own).tolist()
    assert through == [True, True, True, False, True, False]
