"""The templates."""

from dataclasses import dataclass
from string import Template


@dataclass(frozen=True)
class Scaffold:
    purpose: str
    files: dict[str, str]

    def render(self, name: str) -> dict[str, str]:
        values = {"name": name, "module": name.replace("-", "_")}
        return {
            Template(path).substitute(values): Template(text).substitute(values)
            for path, text in self.files.items()
        }


TEMPLATES = {
    "python-library": Scaffold(
        "a library with one test",
        {
            "pyproject.toml": '[project]\nname = "$name"\nversion = "0.1.0"\n',
            "$module/__init__.py": '"""What $name does."""\n',
            "tests/test_$module.py": "import $module\n\n\ndef test_has_doc():\n    assert $module.__doc__\n",
        },
    ),
    "static-page": Scaffold(
        "a page without scripts",
        {"index.html": "<!doctype html>\n<title>$name</title>\n<h1>$name</h1>\n"},
    ),
}
