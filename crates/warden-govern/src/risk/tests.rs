mod estates;
mod laws;
mod plans;
mod rows;

use crate::{Estate, estate::read::Draft};

/// An estate of these files, on the first of November 2026.
#[track_caller]
fn estate(files: &[(&str, &str)]) -> Estate {
    let mut draft = Draft::default();
    for (name, text) in files {
        draft.add_file(name, text.as_bytes());
    }
    let estate = draft.finish("2026-11-01T08:00:00Z".parse().unwrap()).unwrap();
    let misfits = crate::estate::check::check(&estate);
    assert!(misfits.is_empty(), "{misfits:?}");
    estate
}

/// Servers as tables have them: each with the neutral profile, and then what differs.
const SERVERS: &str =
    "id,name,data,network,authentication,audit,persistence,posture,monitoring,enforced,stages\n";
const NEUTRAL_ROW: &str = "internal,segmented,oauth,full,session,assessed,full,yes,static-analysis=2026-10-01; taint=2026-10-01; supply-chain=2026-10-01; secrets=2026-10-01";
