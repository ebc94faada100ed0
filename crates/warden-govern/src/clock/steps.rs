//! The steps of each regime: one table.

use crate::word::words;

words! {
    /// A law that asks for reports.
    Regime, "regime" {
        /// Regulation (EU) 2022/2554, Art. 19.
        Dora = "dora",
        /// Directive (EU) 2022/2555, Art. 23.
        Nis2 = "nis2",
        /// Regulation (EU) 2016/679, Art. 33.
        Gdpr = "gdpr",
        /// Regulation (EU) 2024/1689, Art. 73.
        AiAct = "ai-act",
        /// Regulation (EU) 2024/2847, Art. 14.
        Cra = "cra",
        /// Form 8-K, item 1.05.
        Sec = "sec",
    }
}

/// What starts a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// Somebody became aware.
    Aware,
    /// It was classified.
    Classified,
    /// It was found material.
    Material,
    /// A fix is available.
    Fixed,
    /// Another step was sent.
    Sent(&'static str),
}

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// Hours that pass.
    Hours(i64),
    /// Hours that pass, as the calendar says: 72 unless the law changes.
    GdprHours,
    /// Days of the calendar.
    Days(i64),
    /// Months of the calendar.
    Months(i64),
    /// Days on which people work, in the United States.
    BusinessDays(u32),
}

/// A report that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The identifier, for example `dora/initial`.
    pub id: &'static str,
    /// The law.
    pub regime: Regime,
    /// What it is, for people.
    pub title: &'static str,
    /// The rule that says by when.
    pub rule: &'static str,
    pub(super) from: From,
    pub(super) span: Span,
}

const fn due(
    (id, regime): (&'static str, Regime),
    title: &'static str,
    rule: &'static str,
    from: From,
    span: Span,
) -> Step {
    Step { id, regime, title, rule, from, span }
}

use Regime::{AiAct, Cra, Dora, Gdpr, Nis2, Sec};

/// Every step, by regime and in order.
pub static STEPS: &[Step] = &[
    due(
        ("dora/initial", Dora),
        "Initial notification",
        "RTS (EU) 2025/301 Art. 5(1)(a)",
        From::Classified,
        Span::Hours(4),
    ),
    due(
        ("dora/intermediate", Dora),
        "Intermediate report",
        "RTS (EU) 2025/301 Art. 5(1)(b)",
        From::Sent("dora/initial"),
        Span::Hours(72),
    ),
    due(
        ("dora/final", Dora),
        "Final report",
        "RTS (EU) 2025/301 Art. 5(1)(c)",
        From::Sent("dora/intermediate"),
        Span::Months(1),
    ),
    due(
        ("nis2/early-warning", Nis2),
        "Early warning",
        "NIS2 Art. 23(4)(a)",
        From::Aware,
        Span::Hours(24),
    ),
    due(
        ("nis2/notification", Nis2),
        "Incident notification",
        "NIS2 Art. 23(4)(b)",
        From::Aware,
        Span::Hours(72),
    ),
    due(
        ("nis2/final", Nis2),
        "Final report",
        "NIS2 Art. 23(4)(d)",
        From::Sent("nis2/notification"),
        Span::Months(1),
    ),
    due(
        ("gdpr/authority", Gdpr),
        "Notification of a breach to the authority",
        "GDPR Art. 33(1)",
        From::Aware,
        Span::GdprHours,
    ),
    due(
        ("ai-act/widespread", AiAct),
        "Widespread infringement or critical infrastructure",
        "EU AI Act Art. 73(3)",
        From::Aware,
        Span::Days(2),
    ),
    due(
        ("ai-act/death", AiAct),
        "Death of a person",
        "EU AI Act Art. 73(4)",
        From::Aware,
        Span::Days(10),
    ),
    due(
        ("ai-act/serious", AiAct),
        "Serious incident",
        "EU AI Act Art. 73(2)",
        From::Aware,
        Span::Days(15),
    ),
    due(
        ("cra/early-warning", Cra),
        "Early warning",
        "CRA Art. 14(2)(a), 14(4)(a)",
        From::Aware,
        Span::Hours(24),
    ),
    due(
        ("cra/notification", Cra),
        "Notification",
        "CRA Art. 14(2)(b), 14(4)(b)",
        From::Aware,
        Span::Hours(72),
    ),
    due(
        ("cra/final-vulnerability", Cra),
        "Final report on an exploited vulnerability",
        "CRA Art. 14(2)(c)",
        From::Fixed,
        Span::Days(14),
    ),
    due(
        ("cra/final-incident", Cra),
        "Final report on a severe incident",
        "CRA Art. 14(4)(c)",
        From::Sent("cra/notification"),
        Span::Months(1),
    ),
    due(
        ("sec/8-k", Sec),
        "Form 8-K, item 1.05",
        "Form 8-K, general instruction B.1",
        From::Material,
        Span::BusinessDays(4),
    ),
];

/// The step with this identifier.
#[must_use]
pub fn step(id: &str) -> Option<&'static Step> {
    STEPS.iter().find(|step| step.id == id)
}
