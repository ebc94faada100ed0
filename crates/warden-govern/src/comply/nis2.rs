//! The measures of NIS 2, Art. 21(2)(a) to (j), as the estate shows them.

use serde::Serialize;

use super::{Judged, Status};

/// A measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measured {
    /// Its point, for example `Art. 21(2)(a)`.
    pub id: &'static str,
    /// What it asks for, in short.
    pub title: &'static str,
    /// How it stands.
    pub status: Status,
    /// The controls of the platform that stand for it.
    pub controls: &'static [&'static str],
    /// What shows it.
    pub evidence: Vec<String>,
    /// What the platform cannot say of it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub beyond: &'static str,
}

struct Point {
    id: &'static str,
    title: &'static str,
    controls: &'static [&'static str],
    beyond: &'static str,
}

const fn point(
    id: &'static str,
    title: &'static str,
    controls: &'static [&'static str],
    beyond: &'static str,
) -> Point {
    Point { id, title, controls, beyond }
}

const POINTS: &[Point] = &[
    point("Art. 21(2)(a)", "risk analysis and security policies", &["C16", "C5"], ""),
    point("Art. 21(2)(b)", "incident handling", &["C8", "C9", "C11", "C14"], ""),
    point(
        "Art. 21(2)(c)",
        "business continuity and crisis management",
        &["C15"],
        "backups and crisis management beyond stopping agents",
    ),
    point("Art. 21(2)(d)", "supply chain security", &["C13"], ""),
    point(
        "Art. 21(2)(e)",
        "acquisition, development, maintenance and vulnerability handling",
        &["C6", "C7", "C10", "C12"],
        "",
    ),
    point("Art. 21(2)(f)", "assessing how effective measures are", &["C18"], ""),
    point("Art. 21(2)(g)", "cyber hygiene and training", &["C19"], "training of all staff"),
    point(
        "Art. 21(2)(h)",
        "cryptography",
        &["C3c"],
        "encryption beyond that of MCP traffic, and its keys",
    ),
    point(
        "Art. 21(2)(i)",
        "human resources security, access control and asset management",
        &["C1", "C2", "C4"],
        "human resources",
    ),
    point(
        "Art. 21(2)(j)",
        "multi-factor or continuous authentication, secured communication",
        &["C3"],
        "emergency communication, and a second factor of people",
    ),
];

/// The measures, from controls that were judged for the whole estate.
#[must_use]
pub fn nis2(judged: &[Judged]) -> Vec<Measured> {
    let measured = |point: &Point| {
        let need = super::Need { name: point.title, controls: point.controls, at: &[] };
        let state = super::rows::need_state(&need, judged);
        Measured {
            id: point.id,
            title: point.title,
            status: state.status,
            controls: point.controls,
            evidence: state.evidence,
            beyond: point.beyond,
        }
    };
    POINTS.iter().map(measured).collect()
}
