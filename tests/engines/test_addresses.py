from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from workers.engines import addresses
from workers.engines.errors import EngineError

OFFICE = (ip_network("10.0.0.0/8"), ip_network("fc00::/7"))


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.20.30.40", True),
        ("fd00::1", True),
        ("::ffff:10.1.2.3", True),
        ("8.8.8.8", False),
        ("192.168.1.1", False),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("169.254.169.254", False),
        ("fe80::1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("224.0.0.1", False),
    ],
)
def test_it_allows_the_offices_networks_and_nothing_else(address: str, allowed: bool) -> None:
    assert addresses.is_allowed(ip_address(address), OFFICE, allow_loopback=False) is allowed


def test_it_never_allows_link_local_even_when_a_network_holds_it() -> None:
    everything = (ip_network("0.0.0.0/0"), ip_network("::/0"))
    for address in ("169.254.1.1", "fe80::1", "0.0.0.0", "224.0.0.1"):
        assert not addresses.is_allowed(ip_address(address), everything, allow_loopback=True)


def test_it_allows_loopback_only_by_its_own_setting() -> None:
    everything = (ip_network("0.0.0.0/0"),)
    assert not addresses.is_allowed(ip_address("127.0.0.1"), everything, allow_loopback=False)
    assert addresses.is_allowed(ip_address("127.0.0.1"), (), allow_loopback=True)


def test_it_gives_back_the_address_to_connect_to() -> None:
    assert addresses.resolve("10.20.30.40", allowed=OFFICE, allow_loopback=False) == "10.20.30.40"


def test_it_says_where_a_name_leads_that_is_not_allowed() -> None:
    with pytest.raises(EngineError) as caught:
        addresses.resolve("localhost", allowed=OFFICE, allow_loopback=False)
    assert caught.value.code == "ssh.address_not_allowed"
    assert caught.value.context["address"] in ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", ["nowhere.invalid", "a..b", "x" * 300, ""])
def test_it_says_that_a_name_leads_nowhere(host: str) -> None:
    with pytest.raises(EngineError) as caught:
        addresses.resolve(host, allowed=OFFICE, allow_loopback=False)
    assert caught.value.code in ("ssh.unknown_host", "ssh.address_not_allowed")
