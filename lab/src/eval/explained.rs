//! Why a finding in a package without a known weakness is there: `tests/corpus/explained.toml`.

use serde::Deserialize;

use super::figures::Accusation;
use super::labels::FOLDER;
use xtask::shell::{self, Failure, root};

/// Every explanation.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanations {
    #[serde(default)]
    finding: Vec<Explanation>,
}

/// Why one finding is right or wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The package, by name and version.
    pub package: String,
    /// The rule.
    pub rule: String,
    /// The file.
    pub file: String,
    /// The function; if it is left out, every one.
    pub function: Option<String>,
    /// Whether the package really does what the rule says.
    pub verdict: Verdict,
    /// Why, in one sentence.
    pub why: String,
}

/// What a person says who has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The package does it.
    Right,
    /// It does not.
    Wrong,
}

impl Verdict {
    /// The word in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

impl Explanations {
    /// Reads them.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read() -> Result<Self, Failure> {
        let path = root().join(FOLDER).join("explained.toml");
        toml_edit::de::from_str(&shell::read(&path)?)
            .map_err(|error| Failure(format!("{}: {error}", path.display())))
    }

    /// The explanation of a finding, if there is one.
    #[must_use]
    pub fn of(&self, package: &str, finding: &Accusation) -> Option<&Explanation> {
        self.finding.iter().find(|one| {
            let function = one.function.is_none() || one.function == finding.function;
            one.package == package
                && one.rule == finding.rule
                && one.file == finding.file
                && function
        })
    }

    /// Explanations of what is not found any more.
    #[must_use]
    pub fn idle<'a>(&'a self, found: &[(&str, &Accusation)]) -> Vec<&'a Explanation> {
        let used = |one: &&Explanation| {
            !found.iter().any(|(package, finding)| {
                self.of(package, finding).is_some_and(|other| std::ptr::eq(other, *one))
            })
        };
        self.finding.iter().filter(used).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[finding]]
        package = "a 1.0.0"
        rule = "ssrf"
        file = "a.js"
        function = "get"
        verdict = "right"
        why = "it fetches what it is told"
    "#;

    #[test]
    fn a_finding_is_explained_by_package_rule_file_and_function() {
        let all: Explanations = toml_edit::de::from_str(TEXT).expect("it is well formed");
        let finding = |function: &str| Accusation {
            rule: "ssrf".into(),
            file: "a.js".into(),
            line: Some(1),
            function: Some(function.into()),
            tool: None,
            fingerprint: String::new(),
        };
        let verdict = |package, function| {
            all.of(package, &finding(function)).map(|explained| explained.verdict)
        };
        assert_eq!(verdict("a 1.0.0", "get"), Some(Verdict::Right));
        assert_eq!(verdict("a 1.0.0", "put"), None);
        assert_eq!(verdict("a 1.0.1", "get"), None);
        assert_eq!(all.idle(&[("a 1.0.0", &finding("put"))]).len(), 1);
        assert!(all.idle(&[("a 1.0.0", &finding("get"))]).is_empty());
    }
}
