//! A configuration to begin with.

/// A configuration with comments. It is well formed, and what it names is only an example.
pub(crate) const fn example() -> &'static str {
    include_str!("example.toml")
}
