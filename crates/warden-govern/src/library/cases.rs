//! Documented incidents: what happened, what notices it, and the test that plays it.

use serde::Serialize;
use warden_model::Class;

/// The test that plays an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// The file, from the root of the source.
    pub file: &'static str,
    /// The test in it.
    pub test: &'static str,
}

/// A documented incident.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The identifier.
    pub id: &'static str,
    /// In one line.
    pub title: &'static str,
    /// When it was published.
    pub published: &'static str,
    /// What happened.
    pub what: &'static str,
    /// Who published it.
    pub source: &'static str,
    /// The classes of findings that it shows.
    pub classes: &'static [Class],
    /// The rules and reasons by which it is noticed or stopped.
    pub detections: &'static [&'static str],
    /// The tests that play it.
    pub replays: &'static [Replay],
    /// The playbook for it.
    pub playbook: &'static str,
}

/// Every case.
pub static CASES: &[Case] = &[
    Case {
        id: "github-mcp-leak",
        title: "A public issue makes an agent publish what is private",
        published: "May 2025",
        what: "An agent that was connected to GitHub read a public issue with instructions in it, \
               read a private repository with salaries, and opened a public pull request with what \
               it had read.",
        source: "Invariant Labs",
        classes: &[Class::ToxicFlow, Class::PromptInjection, Class::DataExfil],
        detections: &["toxic-flow", "toxic-flow-company", "hostile", "instruction-text"],
        replays: &[Replay {
            file: "crates/mcpwarden/tests/flow/replays.rs",
            test: "attacks_end_before_their_harm_over_http_in_both_eras",
        }],
        playbook: "PB-1",
    },
    Case {
        id: "mcp-remote-cve-2025-6514",
        title: "A server that a client connects to runs commands on its machine",
        published: "July 2025",
        what: "mcp-remote 0.0.5 up to, but not including, 0.1.16 passed an address that a server \
               names to the shell (CVE-2025-6514, CVSS 9.6).",
        source: "JFrog; National Vulnerability Database",
        classes: &[Class::CommandInjection, Class::VulnDependency],
        detections: &["vulnerable-component", "vulnerable-package"],
        replays: &[Replay {
            file: "crates/mcpwarden/tests/certify/advisories.rs",
            test: "a_vulnerable_part_is_critical_and_its_next_version_is_not",
        }],
        playbook: "PB-5",
    },
    Case {
        id: "postmark-mcp-rug-pull",
        title: "A server that was good for fifteen versions copies every mail",
        published: "September 2025",
        what: "postmark-mcp 1.0.16 put an address of its maker into the blind copy of every mail \
               that agents sent. Nobody who had approved an earlier version was told.",
        source: "Koi Security; MITRE ATLAS AML.CS0053",
        classes: &[Class::ManifestDrift, Class::MaliciousPackage, Class::HiddenNetwork],
        detections: &[
            "malicious-component",
            "artifact-drifted",
            "definition-drifted",
            "capability-widened",
        ],
        replays: &[
            Replay {
                file: "crates/mcpwarden/tests/guard/drift.rs",
                test: "what_is_new_or_changed_at_the_next_start_is_hidden_and_refused",
            },
            Replay {
                file: "crates/warden-scan/src/supply/tests.rs",
                test: "what_is_only_for_building_counts_less_and_malware_does_not",
            },
        ],
        playbook: "PB-2",
    },
    Case {
        id: "tool-poisoning",
        title: "The description of a tool tells the model what its user does not see",
        published: "April 2025",
        what: "Instructions in the description of a harmless tool made an agent read messages \
               through another server, and send them away.",
        source: "Invariant Labs; MITRE ATLAS AML.CS0054",
        classes: &[Class::ToolPoisoning, Class::ToolShadowing],
        detections: &["instruction-like-text", "hostile-definition", "hidden-characters"],
        replays: &[
            Replay {
                file: "crates/mcpwarden/tests/flow/replays.rs",
                test: "attacks_end_before_their_harm_over_http_in_both_eras",
            },
            Replay {
                file: "crates/mcpwarden/tests/cli/live.rs",
                test: "hidden_text_of_a_running_server_is_shown_and_found",
            },
        ],
        playbook: "PB-1",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::PLAYBOOKS;

    /// The sources of the tests that play cases.
    const PLAYED: [(&str, &str); 5] = [
        (
            "crates/mcpwarden/tests/flow/replays.rs",
            include_str!("../../../mcpwarden/tests/flow/replays.rs"),
        ),
        (
            "crates/mcpwarden/tests/certify/advisories.rs",
            include_str!("../../../mcpwarden/tests/certify/advisories.rs"),
        ),
        (
            "crates/mcpwarden/tests/guard/drift.rs",
            include_str!("../../../mcpwarden/tests/guard/drift.rs"),
        ),
        (
            "crates/mcpwarden/tests/cli/live.rs",
            include_str!("../../../mcpwarden/tests/cli/live.rs"),
        ),
        (
            "crates/warden-scan/src/supply/tests.rs",
            include_str!("../../../warden-scan/src/supply/tests.rs"),
        ),
    ];

    /// R60: the four documented cases are there with their source, what notices each, and a test
    /// that plays it.
    #[test]
    fn every_case_has_a_source_detections_and_a_replay_that_exists() {
        let ids: Vec<_> = CASES.iter().map(|case| case.id).collect();
        let wanted = [
            "github-mcp-leak",
            "mcp-remote-cve-2025-6514",
            "postmark-mcp-rug-pull",
            "tool-poisoning",
        ];
        assert_eq!(ids, wanted);
        for case in CASES {
            assert!(!case.source.is_empty() && !case.what.is_empty(), "{}", case.id);
            assert!(!case.detections.is_empty() && !case.replays.is_empty(), "{}", case.id);
            assert!(PLAYBOOKS.iter().any(|book| book.id == case.playbook), "{}", case.id);
            for replay in case.replays {
                let (_, source) = PLAYED.iter().find(|(file, _)| *file == replay.file).unwrap();
                let test = format!("#[test]\nfn {}()", replay.test);
                assert!(source.contains(&test), "{}: {}", replay.file, replay.test);
            }
        }
    }

    #[test]
    fn every_detection_is_a_rule_a_reason_or_a_kind_of_drift() {
        let known = [
            include_str!("../../../mcpwarden/tests/flow/attacks.rs"),
            include_str!("../../../../docs/reference/rules.md"),
            include_str!("../../../../docs/reference/reasons.md"),
            include_str!("../../../../docs/formats/ledger.md"),
            include_str!("../../../mcpwarden/tests/flow/replays.rs"),
        ];
        for detection in CASES.iter().flat_map(|case| case.detections) {
            let named = |text: &&str| {
                text.contains(&format!("`{detection}`"))
                    || text.contains(&format!("\"{detection}\""))
            };
            assert!(known.iter().any(named), "{detection}");
        }
    }
}
