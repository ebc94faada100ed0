//! What holds where nobody has set limits.

use std::time::Duration;

use super::{Covers, Limit, Of, Per, WhenAway};

/// The limits of a fresh installation: enough for anybody who works, and an end to what runs wild.
#[must_use]
pub fn default_limits() -> Vec<Limit> {
    let limit = |name: &str, per, of, most, window| Limit {
        name: name.into(),
        per,
        of,
        most,
        window,
        burst: None,
        covers: Covers::default(),
        when_away: WhenAway::Closed,
    };
    vec![
        limit("session-rate", Per::Session, Of::Calls, 600, Duration::from_mins(1)),
        limit("session-concurrent", Per::Session, Of::Concurrent, 20, Duration::ZERO),
        limit("agent-rate", Per::Agent, Of::Calls, 10_000, Duration::from_hours(1)),
    ]
}
