"""Pages of the catalogue: the list, enrolling a server step by step, its host key, its folders, its databases."""

from __future__ import annotations

from portal.web.servers import catalogue, commands, databases, folders, host_keys, keys, printed, show
from portal.web.servers.door import ACCESS, blueprint

__all__ = [
    "ACCESS",
    "blueprint",
    "catalogue",
    "commands",
    "databases",
    "folders",
    "host_keys",
    "keys",
    "printed",
    "show",
]
