//! What is shown to whom.

use warden_model::{Persona, Scan, seen_by};

/// Takes out what is not for this persona, after everything else was decided, and counts it.
pub fn show_to(scan: &mut Scan, persona: Persona) {
    let before = scan.findings.len();
    scan.findings.retain(|one| seen_by(one.severity, one.confidence) <= persona);
    scan.persona = persona;
    scan.held_back += before - scan.findings.len();
}
