"""Reports of the treasury, run by a program that was there before. Everything in it is invented.

This is how a server should not be written, and the scan says so.
"""

import subprocess

from mcp.server.fastmcp import FastMCP

server = FastMCP("reports")


@server.tool()
def list_reports() -> str:
    """Lists the reports that can be run."""
    return "liquidity; large exposures"


@server.tool()
def run_report(report: str, day: str) -> str:
    """Runs a report for a day."""
    command = f"treasury-report {report} --day {day}"
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    server.run()
