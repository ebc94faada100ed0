import json
import os
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.develop import develop

HERE = Path(__file__).parent
ALIASES = {"Lisbon": "Europe/Lisbon", "Tokyo": "Asia/Tokyo", "Lima": "America/Lima", "UTC": "Etc/UTC"}


def settings():
    found = {k: v for k, v in os.environ.items() if k == "SOURCE_DATE_EPOCH"}
    version = HERE / "VERSION"
    if version.is_file():
        found["version"] = version.read_text(encoding="utf-8").strip()
    return found


class WithAliases:
    """Writes the table of aliases into the package before it is built."""

    def run(self):
        target = HERE / "src" / "timezones_mcp" / "aliases.json"
        body = {"aliases": ALIASES, "build": settings()}
        target.write_text(json.dumps(body, indent=2, sort_keys=True), encoding="utf-8")
        super().run()


class BuildWithAliases(WithAliases, build_py):
    pass


class DevelopWithAliases(WithAliases, develop):
    pass


setup(
    name="timezones-mcp",
    version="0.3.0",
    description="What time is it elsewhere?",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    package_dir={"": "src"},
    packages=find_packages("src"),
    package_data={"timezones_mcp": ["aliases.json"]},
    python_requires=">=3.10",
    install_requires=["mcp>=1.9,<2", "tzdata"],
    entry_points={"console_scripts": ["timezones-mcp=timezones_mcp.server:main"]},
    cmdclass={"build_py": BuildWithAliases, "develop": DevelopWithAliases},
)
