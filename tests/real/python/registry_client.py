"""Reads a registry with a published client, and tells what that saw as JSON.

The client has no option for the address of the registry, so its constant is replaced: everything
else, paths, paging and reading of answers, is its own.
"""

import json
import sys

from mcp_registry_cli.api import MCPRegistryAPI


def told(server):
    package = (server.packages or [{}])[0]
    return {
        "name": server.name,
        "version": server.version,
        "status": server.status,
        "remotes": [remote["url"] for remote in server.remotes or []],
        "package": package.get("package"),
    }


def pages(client, limit):
    cursor, count = None, 0
    while True:
        page = client.list_servers(cursor=cursor, limit=limit)
        count += 1
        yield from page["servers"]
        cursor = page["next_cursor"]
        if cursor is None:
            return
        assert count < 100, "paging comes to no end"


def main():
    MCPRegistryAPI.BASE_URL, search = sys.argv[1], sys.argv[2]
    client = MCPRegistryAPI()
    servers = list(pages(client, 1))
    answer = {
        "servers": [told(server) for server in servers],
        "found": [told(server) for server in client.search_servers(search)["servers"]],
        "versions": [
            told(version)
            for server in servers
            for version in client.get_server_versions(server.name)
        ],
    }
    json.dump(answer, sys.stdout)


main()
