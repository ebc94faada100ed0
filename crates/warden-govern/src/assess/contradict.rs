//! Where somebody says yes and what was seen says no.

use jiff::civil::Date;
use warden_model::{
    Class,
    questions::{Question, originals},
};

use super::{
    holds::{Given, given},
    observe::observed,
};
use crate::estate::{Answer, AnswerState, AnsweredBy, Assessment, Lookup, Server};

/// An answer that what was seen speaks against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The question, as it was asked first: never a merged one.
    pub question: &'static Question,
    /// The answer, as it was given: perhaps to a question that asks for more.
    pub said: String,
    /// What was seen.
    pub seen: String,
    /// What is wrong then.
    pub class: Class,
    /// Who says yes.
    pub source: AnsweredBy,
}

/// Everything that is said of a server and was seen to be otherwise, in the order of the questions.
///
/// An answer counts here until its last day; that it is about another version is left, since what is
/// seen is the version that runs.
#[must_use]
pub fn contradictions(
    server: &Server,
    known: &Lookup<'_>,
    assessed: Option<&Assessment>,
    day: Date,
) -> Vec<Contradiction> {
    let current =
        |(_, answer): &Given<'_>| answer.at <= day && answer.expires.is_none_or(|last| day <= last);
    let answers: Vec<Given<'_>> = given(assessed).filter(current).collect();
    originals().filter_map(|asked| about(asked, server, known, &answers)).collect()
}

fn about(
    asked: &'static Question,
    server: &Server,
    known: &Lookup<'_>,
    answers: &[Given<'_>],
) -> Option<Contradiction> {
    let meant = answers.iter().filter(|(given, _)| given.answers(asked));
    let meant: Vec<&Answer> = meant.map(|(_, answer)| *answer).collect();
    // A vendor who said no later does not contradict what is seen any more.
    let said: Vec<&Answer> = [AnsweredBy::Vendor, AnsweredBy::Person]
        .into_iter()
        .filter_map(|source| latest(&meant, source))
        .filter(|answer| answer.state == AnswerState::Yes)
        .collect();
    let first = said.first()?;
    let found = |seen: String, class: Class| Contradiction {
        question: asked,
        said: first.question.clone(),
        seen,
        class,
        source: first.source,
    };
    if let Some(observed) = observed(asked.id, server, known, &said)
        && let Some(class) = observed.against
    {
        return Some(found(observed.text, class));
    }
    let no = [AnsweredBy::Scan, AnsweredBy::Runtime]
        .into_iter()
        .filter_map(|source| latest(&meant, source))
        .find(|answer| answer.state == AnswerState::No)?;
    let seen = if no.text.is_empty() { format!("{} says no", no.source) } else { no.text.clone() };
    Some(found(seen, class_of(asked)))
}

/// The last answer of a source; of two of one day the one that is no yes.
fn latest<'a>(answers: &[&'a Answer], source: AnsweredBy) -> Option<&'a Answer> {
    let of_source = answers.iter().copied().filter(|answer| answer.source == source);
    of_source.max_by_key(|answer| (answer.at, answer.state != AnswerState::Yes))
}

/// What is wrong where a question is not answered as it is said to be.
fn class_of(question: &Question) -> Class {
    match question.id {
        "A1" | "V1" | "V3" => Class::UnpinnedUnsigned,
        "A3" | "A12" | "V12" => Class::NoSecurityContact,
        "A4" => Class::ScopeExcess,
        "A5" | "V4" | "V5" => Class::AuthWeak,
        "A6" | "V6" => Class::AuthzMissing,
        "A7" | "V2" => Class::ManifestDrift,
        "A8" | "V7" => Class::HiddenNetwork,
        "A9" => Class::HitlMissing,
        "A10" => Class::AuditMissing,
        "A11" | "V8" => Class::ResidencyUnknown,
        "V9" => Class::DataClassGap,
        "V13" | "V14" | "V15" => Class::ContractGap,
        _ => Class::VendorUnassessed,
    }
}
