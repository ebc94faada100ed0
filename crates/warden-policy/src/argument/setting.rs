//! What an owner sets for an argument: `[[tool.argument]]`.

use serde::Deserialize;
use serde_json::Value;

/// What is set for one argument of a tool, or for several alike.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the settings by itself")]
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Argument {
    /// Which: `path`, or `/options/*/path` (an RFC 6901 pointer in which `*` is every item or
    /// member), or a list of such.
    pub at: Places,
    /// It has to be there.
    #[serde(default)]
    pub required: bool,
    /// It must not be there.
    #[serde(default)]
    pub absent: bool,
    /// Folders, one of which it lies in: `/srv/projects`, `~/work`, `C:\work`.
    pub paths: Option<Vec<String>>,
    /// What a path that begins nowhere begins at; without it such a path is refused.
    pub base: Option<String>,
    /// Hosts of URLs: `api.github.com`, `*.example.com`, `*`.
    pub hosts: Option<Vec<String>>,
    /// Schemes of URLs; `http` and `https` without it.
    pub schemes: Option<Vec<String>>,
    /// Ports of URLs; without it, the one that a scheme has anyway.
    pub ports: Option<Vec<u16>>,
    /// Addresses that only the own network has, and names of the own machine, may be reached.
    #[serde(default)]
    pub private: bool,
    /// It is a text in which every URL is held against `hosts`, and which need not have one.
    #[serde(default)]
    pub anywhere: bool,
    /// What SQL may do: `select`.
    pub sql: Option<Vec<String>>,
    /// E-mail addresses that may be written to: `*@example.com`, `ann@example.com`.
    pub recipients: Option<Vec<String>>,
    /// How much.
    pub amount: Option<AmountSetting>,
    /// It is one of these strings, whole numbers or truth values.
    pub one_of: Option<Vec<Value>>,
    /// A pattern that the whole of it matches, in linear time.
    pub pattern: Option<String>,
    /// The most characters of a string, or items of a list.
    pub length: Option<usize>,
}

/// One place or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Places {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Default for Places {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Places {
    /// The places, as they are written.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// A bound of an amount.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AmountSetting {
    /// The most, whatever its sign.
    pub most: Number,
    /// It may be less than nothing.
    #[serde(default)]
    pub negative: bool,
    /// The argument beside it that names the currency.
    pub currency_field: Option<String>,
    /// The currencies in which it may be, in any case of letters; they go with `currency-field`.
    #[serde(default)]
    pub currencies: Vec<String>,
}

/// A number: `1000`, or `"1000.50"` in quotes, because a number with a point has been rounded by
/// whoever read the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// A whole one.
    Whole(i64),
    /// As text.
    Text(String),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(whole) => whole.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}
