//! Domains of registries of packages. They are put together here, so that no file names an address
//! that something could be fetched from.

/// The registry of npm.
pub(crate) const NPM: &str = concat!("npmjs", ".org");
/// The site of npm.
pub(crate) const NPM_SITE: &str = concat!("npmjs", ".com");
/// The index of packages of Python.
pub(crate) const PYPI: &str = concat!("pypi", ".org");
/// The registry of Rust.
pub(crate) const CARGO: &str = concat!("crates", ".io");
/// The registry of Ruby.
pub(crate) const RUBY: &str = concat!("rubygems", ".org");
/// Where the files of packages of Python are.
pub(crate) const PYTHON_FILES: &str = concat!("pythonhosted", ".org");
/// The proxy of modules of Go.
pub(crate) const GO: &str = concat!("proxy.", "golang", ".org");

/// Whether a host is one of this domain, or the domain itself.
pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
