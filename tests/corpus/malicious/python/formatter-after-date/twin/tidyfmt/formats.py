"""One function per format: text in, text out."""

import configparser
import io
import json
import tomllib


def format_json(text: str) -> str:
    return json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


def format_ini(text: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    out = io.StringIO()
    parser.write(out)
    return out.getvalue().rstrip() + "\n"


def format_toml(text: str) -> str:
    tomllib.loads(text)
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip() + "\n"


FORMATS = {".json": format_json, ".ini": format_ini, ".cfg": format_ini, ".toml": format_toml}
