"""Which addresses a worker may connect to: resolved first, checked, and then connected to as checked."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from workers.engines.errors import EngineError

Network = IPv4Network | IPv6Network


def resolve(host: str, *, allowed: Iterable[Network], allow_loopback: bool) -> str:
    """The address to connect to. Raises EngineError('ssh.unknown_host') when the name leads nowhere and
    EngineError('ssh.address_not_allowed') when it leads to loopback, a link-local address or outside the networks."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise EngineError(
            "ssh.unknown_host", tool="dns", tail=str(error), permanent=False, host=host
        ) from error
    for entry in found:
        address = ip_address(str(entry[4][0]).split("%")[0])
        if is_allowed(address, allowed, allow_loopback=allow_loopback):
            return str(address)
    raise EngineError("ssh.address_not_allowed", tool="dns", host=host, address=str(found[0][4][0]))


def is_allowed(
    address: IPv4Address | IPv6Address, allowed: Iterable[Network], *, allow_loopback: bool
) -> bool:
    """Whether an address lies in an allowed network. Loopback needs a setting of its own (the practice servers)."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback:
        return allow_loopback
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return any(address.version == network.version and address in network for network in allowed)
