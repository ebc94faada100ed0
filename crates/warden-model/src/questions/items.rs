//! What some questions want to know exactly, beside yes or no, as items of text.
//!
//! An item is a name (`the mail server`), a word (`oauth-v2`), or a word with a value
//! (`vendor:DE`, `audit=5.3`, `patch-days=30`). A merged question takes the items of all that it
//! was merged from, and each of those looks for its own.

/// What a question wants to know exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Systems, each by its name.
    Systems,
    /// Ways of authentication, of [`WAYS`].
    Ways,
    /// Where data is processed: `customer`, or one of [`PLACES`] with a country.
    Places,
    /// A value for each of these names.
    Values(&'static [&'static str]),
    /// Countries of storage and processing, and what the transfer rests on: [`RESIDENCY`].
    Residency,
    /// A number under this name, such as days.
    Number(&'static str),
}

/// The ways of authentication, and whether each is one that a vendor has to have.
pub const WAYS: [(&str, bool); 5] = [
    ("none", false),
    ("static-key", false),
    ("oauth-v2", true),
    ("oauth-v21", true),
    ("mutual-tls", true),
];

/// Data is processed with us.
pub const CUSTOMER: &str = "customer";

/// Whose places have a country: `vendor:DE`, `third-party:US`.
pub const PLACES: [&str; 2] = ["vendor", "third-party"];

/// The clauses of a contract: `audit=5.3`.
pub const CLAUSES: [&str; 3] = ["service-level", "breach-notification", "audit"];

/// Where data of the EU is, and what its transfer rests on: `storage=DE`.
pub const RESIDENCY: [&str; 3] = ["storage", "processing", "transfer"];

/// What a question that was not merged wants to know exactly; `None` where yes says it all.
#[must_use]
pub fn want(question: &str) -> Option<Want> {
    match question {
        "A4" => Some(Want::Systems),
        "V4" => Some(Want::Ways),
        "V8" => Some(Want::Places),
        "V14" => Some(Want::Values(&CLAUSES)),
        "A11" => Some(Want::Residency),
        "A3" | "V12" => Some(Want::Number("patch-days")),
        "V9" => Some(Want::Number("retention-days")),
        "V13" => Some(Want::Number("response-hours")),
        "V15" => Some(Want::Number("deletion-days")),
        _ => None,
    }
}

/// Whether a yes with these items says what a question that was not merged wants to know.
#[must_use]
pub fn says_enough(question: &str, items: &[String]) -> bool {
    want(question).is_none_or(|want| want.has_enough(items))
}

impl Want {
    /// Whether this is an item that is asked for.
    #[must_use]
    pub fn takes(self, item: &str) -> bool {
        match self {
            Self::Systems => names_one(item),
            Self::Ways => WAYS.iter().any(|(way, _)| *way == item),
            Self::Places => item == CUSTOMER || place(item).is_some(),
            Self::Values(names) => names.iter().any(|name| value(item, name).is_some()),
            Self::Residency => residency(item),
            Self::Number(name) => number(item, name).is_some(),
        }
    }

    /// Whether everything that is asked for is among the items.
    #[must_use]
    pub fn has_enough(self, items: &[String]) -> bool {
        let has = |name: &str| items.iter().any(|item| value(item, name).is_some());
        match self {
            Self::Systems => enumerated(items),
            Self::Ways => {
                let strong = |item: &String| WAYS.iter().any(|(way, good)| *good && way == item);
                items.iter().any(strong)
            }
            Self::Places => {
                let mut places = items.iter().filter(|item| is_place(item)).peekable();
                places.peek().is_some() && places.all(|item| self.takes(item))
            }
            Self::Values(names) => names.iter().all(|name| has(name)),
            Self::Residency => RESIDENCY.iter().all(|name| {
                items.iter().any(|item| residency(item) && value(item, name).is_some())
            }),
            Self::Number(name) => items.iter().any(|item| number(item, name).is_some()),
        }
    }
}

/// The country of a place: that of `vendor:DE`, `third-party:US`, `storage=DE` or `processing=US`;
/// `None` for anything else.
#[must_use]
pub fn country(item: &str) -> Option<&str> {
    place(item)
        .or_else(|| value(item, "storage"))
        .or_else(|| value(item, "processing"))
        .filter(|country| is_country(country))
}

/// Whether these are two letters as ISO 3166-1 has them.
#[must_use]
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Whether this is a list, and not a way of saying that it depends (R31).
#[must_use]
pub fn enumerated(systems: &[String]) -> bool {
    !systems.is_empty() && systems.iter().all(|system| names_one(system))
}

fn names_one(system: &str) -> bool {
    let system = system.trim().to_lowercase();
    !(system.is_empty()
        || system.contains('*')
        || system.contains("depend")
        || ["any", "all", "various", "everything", "unknown", "etc", "other"]
            .contains(&system.as_str()))
}

fn is_place(item: &str) -> bool {
    let whose = item.split(':').next().unwrap_or_default();
    item == CUSTOMER || PLACES.contains(&whose)
}

fn place(item: &str) -> Option<&str> {
    let (whose, country) = item.split_once(':')?;
    (PLACES.contains(&whose) && is_country(country)).then_some(country)
}

fn residency(item: &str) -> bool {
    let country = |name| value(item, name).is_some_and(is_country);
    country("storage") || country("processing") || value(item, "transfer").is_some()
}

fn number(item: &str, name: &str) -> Option<u32> {
    value(item, name)?.parse().ok()
}

/// The value of an item with this name, unless it is empty.
fn value<'a>(item: &'a str, name: &str) -> Option<&'a str> {
    let (of, value) = item.split_once('=')?;
    (of == name && !value.trim().is_empty()).then_some(value)
}
