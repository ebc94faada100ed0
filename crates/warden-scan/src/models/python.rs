//! Models of Python's libraries.

/// Each text with its name, in the order in which they are added.
pub(super) static FILES: &[(&str, &str)] = &[
    ("archive", include_str!("python/archive.txt")),
    ("code", include_str!("python/code.txt")),
    ("http", include_str!("python/http.txt")),
    ("malice", include_str!("python/malice.txt")),
    ("mcp", include_str!("python/mcp.txt")),
    ("messages", include_str!("python/messages.txt")),
    ("os", include_str!("python/os.txt")),
    ("pathlib", include_str!("python/pathlib.txt")),
    ("sql", include_str!("python/sql.txt")),
    ("stores", include_str!("python/stores.txt")),
    ("subprocess", include_str!("python/subprocess.txt")),
    ("tools", include_str!("python/tools.txt")),
    ("values", include_str!("python/values.txt")),
];
