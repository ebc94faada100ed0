//! References in configured text: `${VAR}`, `${env:VAR}`, `$VAR`, `{env:VAR}`, `${userHome}` and
//! what else clients replace before they start a server.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{MAIN_SEPARATOR_STR, Path},
};

use thiserror::Error;
use warden_model::Hidden;

/// Why text cannot be resolved. It holds names and never values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum Unresolved {
    #[error("the variable `{0}` is not set")]
    Variable(Box<str>),
    #[error("the client asks the person for `{0}`")]
    Input(Box<str>),
    #[error("only the client knows what `{0}` stands for")]
    Client(Box<str>),
    #[error("the folder of the project is not known")]
    Folder,
}

/// What references stand for.
pub(super) struct Known<'a> {
    pub(super) env: &'a BTreeMap<String, String>,
    pub(super) home: Option<&'a Path>,
    /// The folder that the configuration belongs to, if it belongs to one.
    pub(super) folder: Option<&'a Path>,
    /// The values of variables that were put in so far.
    pub(super) used: RefCell<Vec<Hidden>>,
}

impl Known<'_> {
    /// Replaces every reference in `text`, once: what a value holds is not looked at again.
    pub(super) fn resolve(&self, text: &str) -> Result<String, Unresolved> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['$', '{']) {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let (value, length) = self.reference(from)?;
            match value {
                Some(value) => out.push_str(&value),
                None => out.push_str(from.get(..length).unwrap_or_default()),
            }
            rest = from.get(length..).unwrap_or_default();
        }
        out.push_str(rest);
        Ok(out)
    }

    /// The value of the reference at the start of `text`, if it is one, and how long it is.
    fn reference(&self, text: &str) -> Result<(Option<String>, usize), Unresolved> {
        if let Some(inner) = text.strip_prefix("${{").and_then(|rest| rest.split_once("}}")) {
            return Err(Unresolved::Input(inner.0.trim().into()));
        }
        for (opening, braced) in [("${", true), ("{", false)] {
            let Some((inner, _)) = text.strip_prefix(opening).and_then(|rest| rest.split_once('}'))
            else {
                continue;
            };
            let length = opening.len() + inner.len() + 1;
            if braced {
                return self.value(inner).map(|value| (Some(value), length));
            }
            if let Some(name) = inner.strip_prefix("env:") {
                return self.variable(name).map(|value| (Some(value), length));
            }
            if inner.starts_with("file:") {
                return Err(Unresolved::Client("file".into()));
            }
        }
        let name: String = text.chars().skip(1).take_while(|c| is_name(*c)).collect();
        let plain = text.starts_with('$') && !name.starts_with(|c: char| c.is_ascii_digit());
        // A dollar sign may just as well mean itself.
        let value = self.env.get(&name).filter(|_| plain && !name.is_empty());
        Ok(value.map_or((None, 1), |value| (Some(self.note(value)), 1 + name.len())))
    }

    fn value(&self, inner: &str) -> Result<String, Unresolved> {
        let path = |path: Option<&Path>| {
            path.map(|path| path.to_string_lossy().into_owned()).ok_or(Unresolved::Folder)
        };
        let (kind, name) = inner.split_once(':').unwrap_or((inner, ""));
        match kind {
            "userHome" => path(self.home),
            "workspaceFolder" | "workspaceRoot" | "cwd" => path(self.folder),
            "workspaceFolderBasename" => path(self.folder.and_then(Path::file_name).map(Path::new)),
            "pathSeparator" | "/" => Ok(MAIN_SEPARATOR_STR.to_owned()),
            "env" => self.variable(name),
            "input" => Err(Unresolved::Input(name.into())),
            _ if kind.chars().all(is_name) => self.variable(inner),
            _ => Err(Unresolved::Client(kind.into())),
        }
    }

    /// A variable, possibly with a default after `:-`.
    fn variable(&self, inner: &str) -> Result<String, Unresolved> {
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        let value = self.env.get(name).map(String::as_str).or(default);
        value.map(|value| self.note(value)).ok_or_else(|| Unresolved::Variable(name.into()))
    }

    fn note(&self, value: &str) -> String {
        self.used.borrow_mut().push(Hidden::from(value));
        value.to_owned()
    }
}

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<String, Unresolved> {
        let env = [("TOKEN", "s3"), ("A", "${TOKEN}"), ("EMPTY", "")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let (home, folder) = (Some(Path::new("/h")), Some(Path::new("/w/proj")));
        Known { env: &env, home, folder, used: RefCell::default() }.resolve(text)
    }

    #[track_caller]
    fn check(text: &str, value: &str) {
        assert_eq!(resolve(text), Ok(value.to_owned()), "{text}");
    }

    #[test]
    fn references_of_every_client_are_resolved() {
        check("Bearer ${TOKEN}!", "Bearer s3!");
        check("${env:TOKEN}$TOKEN{env:TOKEN}", "s3s3s3");
        check("${NONE:-x}${TOKEN:-y}${EMPTY}", "xs3");
        check("${workspaceFolder}${/}${workspaceFolderBasename}", "/w/proj/proj");
        check("${userHome}/x", "/h/x");
    }

    #[test]
    fn what_is_no_reference_stays_as_it_is() {
        for text in
            ["", "$", "a$", "$1", "$NONE", "100$", "{}", "{a}", "{\"env\": 1}", "${open", "ä$ö{"]
        {
            check(text, text);
        }
    }

    #[test]
    fn values_are_not_resolved_again() {
        check("$A", "${TOKEN}");
    }

    #[test]
    fn what_nobody_knows_is_named() {
        assert_eq!(resolve("${NONE}"), Err(Unresolved::Variable("NONE".into())));
        assert_eq!(resolve("${env:NONE}"), Err(Unresolved::Variable("NONE".into())));
        assert_eq!(resolve("${input:key}"), Err(Unresolved::Input("key".into())));
        assert_eq!(resolve("${{ secrets.KEY }}"), Err(Unresolved::Input("secrets.KEY".into())));
        assert_eq!(
            resolve("${user_config.key}"),
            Err(Unresolved::Client("user_config.key".into()))
        );
        assert_eq!(resolve("{file:~/key}"), Err(Unresolved::Client("file".into())));
        let env = BTreeMap::new();
        let known = Known { env: &env, home: None, folder: None, used: RefCell::default() };
        assert_eq!(known.resolve("${workspaceFolder}"), Err(Unresolved::Folder));
    }
}
