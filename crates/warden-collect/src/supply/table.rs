//! The table of formats: what files are called, and how each is read.

use Ecosystem::{Cargo, Npm, PyPi};
use Parse::{Content, Script};
use warden_model::Ecosystem;

use super::{
    Gap, GapKind, SUPPLY_CAP, cargo,
    file::{File, Reading, Trouble},
    go, npm, python,
};

/// One format.
pub(super) struct Format {
    /// What files of it are called: a name or the end of a path, in which `*` stands for anything
    /// but a slash.
    pub(super) names: &'static [&'static str],
    /// How one is read.
    pub(super) parse: Parse,
    /// The manifests in the same project that it is the lock file of; empty if it is none.
    pub(super) locks: &'static [&'static str],
}

/// How a file is read.
pub(super) enum Parse {
    /// By what is in it.
    Content(fn(&File<'_>) -> Result<Reading, Trouble>),
    /// Not at all: that it is there makes something run when the project is installed. A script's
    /// name, and its command.
    Script(Ecosystem, &'static str, &'static str),
}

const NPM: &[&str] = &["package.json"];
const PYPI: &[&str] = &["pyproject.toml", "setup.cfg"];

/// Every format.
pub(super) static FORMATS: &[Format] = &[
    Format { names: &["package.json"], parse: Content(npm::manifest::read), locks: &[] },
    Format {
        names: &["package-lock.json", "npm-shrinkwrap.json"],
        parse: Content(npm::lock::read),
        locks: NPM,
    },
    Format { names: &["yarn.lock"], parse: Content(npm::yarn::read), locks: NPM },
    Format { names: &["pnpm-lock.yaml"], parse: Content(npm::pnpm::read), locks: NPM },
    Format { names: &["bun.lock"], parse: Content(npm::bun::read), locks: NPM },
    Format { names: &["bun.lockb"], parse: Content(opaque), locks: &[] },
    Format { names: &[".npmrc"], parse: Content(npm::settings::npmrc), locks: &[] },
    Format { names: &[".yarnrc"], parse: Content(npm::settings::yarnrc), locks: &[] },
    Format { names: &[".yarnrc.yml"], parse: Content(npm::settings::yarnrc_yml), locks: &[] },
    Format {
        names: &["binding.gyp"],
        parse: Script(Npm, "install", "node-gyp rebuild"),
        locks: &[],
    },
    Format { names: &["pyproject.toml"], parse: Content(python::pyproject::read), locks: &[] },
    Format { names: &["uv.toml"], parse: Content(python::pyproject::uv_settings), locks: &[] },
    Format {
        names: &[
            "requirements*.txt",
            "requirements*.in",
            "*requirements.txt",
            "requirements/*.txt",
            "constraints*.txt",
            "*constraints.txt",
        ],
        parse: Content(python::requirements::read),
        locks: &[],
    },
    Format { names: &["Pipfile"], parse: Content(python::pipfile::manifest), locks: &[] },
    Format { names: &["Pipfile.lock"], parse: Content(python::pipfile::lock), locks: &["Pipfile"] },
    Format { names: &["poetry.lock"], parse: Content(python::poetry::read), locks: PYPI },
    Format { names: &["uv.lock"], parse: Content(python::uv::read), locks: PYPI },
    Format { names: &["pdm.lock"], parse: Content(python::pdm::read), locks: PYPI },
    Format {
        names: &["pylock.toml", "pylock.*.toml"],
        parse: Content(python::pylock::read),
        locks: PYPI,
    },
    Format { names: &["setup.cfg"], parse: Content(python::setup::cfg), locks: &[] },
    Format { names: &["setup.py"], parse: Script(PyPi, "setup.py", "python setup.py"), locks: &[] },
    Format { names: &["pip.conf", "pip.ini"], parse: Content(python::ini::pip), locks: &[] },
    Format {
        names: &["PKG-INFO", "*.dist-info/METADATA"],
        parse: Content(python::metadata::read),
        locks: &[],
    },
    Format { names: &["go.mod"], parse: Content(go::module), locks: &[] },
    Format { names: &["go.sum"], parse: Content(go::sums), locks: &[] },
    Format { names: &["Cargo.toml"], parse: Content(cargo::manifest), locks: &[] },
    Format { names: &["Cargo.lock"], parse: Content(cargo::lock), locks: &["Cargo.toml"] },
    Format { names: &["build.rs"], parse: Script(Cargo, "build", "build.rs"), locks: &[] },
    Format {
        names: &[".cargo/config.toml", ".cargo/config"],
        parse: Content(cargo::settings),
        locks: &[],
    },
];

/// Whether a file of this path is read here.
#[must_use]
pub fn is_read(path: &str) -> bool {
    of_path(path).is_some()
}

/// The format of a path.
pub(super) fn of_path(path: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.names.iter().any(|name| is_called(path, name)))
}

/// Reads a file. Whatever is wrong with it is a gap.
pub(super) fn reading(path: &str, bytes: &[u8]) -> Reading {
    let gap = |kind, line, detail| Reading {
        gaps: vec![Gap { file: path.to_owned(), line, kind, detail }],
        ..Reading::default()
    };
    let Some(format) = of_path(path) else { return Reading::default() };
    if bytes.len() > SUPPLY_CAP {
        return gap(GapKind::TooLarge, 0, format!("more than {} MiB", SUPPLY_CAP >> 20));
    }
    let parse = match format.parse {
        Content(parse) => parse,
        Script(ecosystem, name, command) => {
            let script = (ecosystem, name.to_owned(), command.to_owned());
            return Reading { scripts: vec![script], ..Reading::default() };
        }
    };
    match parse(&File::new(path, bytes)) {
        Ok(reading) => reading,
        Err(Trouble { kind, line, detail }) => gap(kind, line, detail),
    }
}

/// The binary form of Bun's lock file, which has no published format.
fn opaque(_: &File<'_>) -> Result<Reading, Trouble> {
    Err(Trouble::new(
        GapKind::Unknown,
        0,
        "a binary lock file; `bun.lock` is the form that can be read",
    ))
}

/// Whether the last parts of a path are those of a pattern.
fn is_called(path: &str, pattern: &str) -> bool {
    let mut parts = path.rsplit('/');
    pattern.rsplit('/').all(|wanted| parts.next().is_some_and(|part| fits(part, wanted)))
}

/// Whether a name fits a pattern with at most one `*`.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((begin, end)) => {
            name.len() >= begin.len() + end.len() && name.starts_with(begin) && name.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for path in [
            "package.json",
            "a/b/uv.lock",
            "requirements-dev.txt",
            "dev-requirements.txt",
            "requirements/base.txt",
            "pylock.ci.toml",
            "x-1.0.dist-info/METADATA",
            ".cargo/config.toml",
        ] {
            assert!(is_read(path), "{path}");
        }
        for path in
            ["README.md", "METADATA", "base.txt", "config.toml", "package.json.bak", "a.lock"]
        {
            assert!(!is_read(path), "{path}");
        }
    }

    #[test]
    fn no_name_stands_in_two_rows() {
        let names: Vec<&str> = FORMATS.iter().flat_map(|format| format.names).copied().collect();
        for name in &names {
            let plain = name.replace('*', "x");
            let rows = FORMATS
                .iter()
                .filter(|format| format.names.iter().any(|name| is_called(&plain, name)));
            assert_eq!(rows.count(), 1, "{name}");
        }
    }
}
