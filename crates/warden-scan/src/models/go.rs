//! Models of Go's libraries.

/// Each text with its name, in the order in which they are added.
pub(super) static FILES: &[(&str, &str)] = &[
    ("data", include_str!("go/data.txt")),
    ("malice", include_str!("go/malice.txt")),
    ("mcp", include_str!("go/mcp.txt")),
    ("net", include_str!("go/net.txt")),
    ("os", include_str!("go/os.txt")),
];
