"""Where this server keeps things."""

import os
from pathlib import Path

# The service runs under an account of its own; this is that account's home.
HOME = Path(os.environ.get("KEEPSAKE_HOME", "/opt/example-keepsake/home"))
VAULT = HOME / "vault"
ROOT = Path(os.environ.get("KEEPSAKE_ROOT", ".")).resolve()
