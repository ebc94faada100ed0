//! The playbooks: what to do for each kind of incident, by phase.
//!
//! They follow the phases of NIST SP 800-61 revision 3. What is particular to agents: pausing one
//! does not revoke its credentials, so both are done; calls that are under way are cancelled; what
//! an agent remembers is cleaned as well; it comes back in steps; and the switch that stops it is
//! out of its reach.

use serde::Serialize;

/// A step of a playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The phase.
    pub phase: &'static str,
    /// What to do.
    pub what: &'static str,
}

/// A playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Play {
    /// The identifier, `PB-1` to `PB-5`.
    pub id: &'static str,
    /// What it is for, as estates name it.
    pub scenario: &'static str,
    /// What it is for, for people.
    pub title: &'static str,
    /// What sets it off.
    pub trigger: &'static str,
    /// What to do, in order.
    pub steps: &'static [Step],
    /// Techniques of MITRE ATLAS.
    pub atlas: &'static [&'static str],
    /// What a drill measures.
    pub measure: &'static str,
}

/// The phases, in order, with the kind of workflow of CACAO 2.0 that each belongs to.
pub(super) const PHASES: [(&str, &str); 6] = [
    ("triage", "investigation"),
    ("evidence", "investigation"),
    ("contain", "mitigation"),
    ("eradicate", "remediation"),
    ("recover", "remediation"),
    ("notify", "notification"),
];

macro_rules! steps {
    ($($phase:literal: $what:literal;)*) => { &[$(Step { phase: $phase, what: $what }),*] };
}

/// Every playbook.
pub static PLAYBOOKS: &[Play] = &[
    Play {
        id: "PB-1",
        scenario: "injection-exfiltration",
        title: "An injection made an agent send data away",
        trigger: "TOXIC_FLOW, DATA_EXFIL or PROMPT_INJECTION, a hit of data-loss prevention, or \
                  egress that is odd",
        steps: steps! {
            "triage": "put the chain together: the content, the calls, where data went";
            "triage": "say which classes of data, and whether it still runs";
            "evidence": "keep the slice of the ledger with its proof, the source document, the \
                         policy, egress logs, and what the agent remembers";
            "contain": "quarantine the session, refuse the host, pause the agent";
            "contain": "revoke the tokens that were used, cancel calls that are under way, hide the \
                        source document";
            "eradicate": "remove the content, narrow the scope, add a rule, clean what the agent \
                          remembers";
            "recover": "let it go on in steps, reading first, with seven days of stricter rules";
            "notify": "GDPR Art. 33 if data is personal, Art. 34 if the risk is high; DORA if \
                       major; NIS 2 if significant; customers by contract";
        },
        atlas: &["AML.T0051.001", "AML.T0086", "AML.T0057"],
        measure: "time until the third call is blocked, and until somebody knows",
    },
    Play {
        id: "PB-2",
        scenario: "drift",
        title: "A server is no longer what was approved",
        trigger: "MANIFEST_DRIFT, a digest that differs, or a list that changed",
        steps: steps! {
            "triage": "compare both definitions, and say whether it can do more than before";
            "triage": "find which agents called what changed since it did";
            "evidence": "keep both manifests with their digests, the signature, the package, the \
                         list of calls";
            "contain": "quarantine the server, and leave the old digest pinned";
            "contain": "refuse the tools that changed, and hold updates everywhere";
            "eradicate": "approve anew or remove; tell the registry; look at what else the \
                          publisher makes";
            "recover": "pin the new digest after a review";
            "notify": "the vendor, by contract; DORA with a third party as origin; CRA Art. 14 \
                       where it is exploited and we or the vendor manufacture it";
        },
        atlas: &["AML.T0109", "AML.T0110"],
        measure: "time until somebody knows, against four hours",
    },
    Play {
        id: "PB-3",
        scenario: "credential-leak",
        title: "A credential got out",
        trigger: "SECRET_EXPOSURE, use from another network, or an alert of the vault",
        steps: steps! {
            "triage": "say which credential, with which scope, when it was last used, where copies \
                       are";
            "evidence": "keep where it lay, the commit, logs of vault and issuer; never its value";
            "contain": "revoke it at its issuer and make another";
            "contain": "end its sessions, and refuse the old key";
            "eradicate": "take it out of code, configuration and history; use a vault or \
                          credentials that end";
            "recover": "leave a trap where the old key was";
            "notify": "the issuer and who owns the data; GDPR if data was read";
        },
        atlas: &["AML.T0083", "AML.T0098", "AML.T0055"],
        measure: "time until it is revoked",
    },
    Play {
        id: "PB-4",
        scenario: "shadow-server",
        title: "A server that nobody registered is in use",
        trigger: "SHADOW_SERVER from egress logs or from a scan of a machine",
        steps: steps! {
            "triage": "find who installed it, what it reaches, with which credentials and data";
            "evidence": "keep the digest of the configuration, the package, the process tree, lines \
                         of DNS and proxy";
            "contain": "block it at gateway and egress; take its entry out, and tell its owner";
            "contain": "change the credentials that it had";
            "eradicate": "bring it in by the twelve questions, or remove it; remind of the policy";
            "recover": "sign the inventory off again";
            "notify": "inside the company; correct the register of DORA and the list of assets";
        },
        atlas: &["AML.T0081", "AML.T0010.005"],
        measure: "time until it is found",
    },
    Play {
        id: "PB-5",
        scenario: "command-injection",
        title: "Somebody ran commands through a server",
        trigger: "the signature of an exploit, a child process that was not expected, or a CVE",
        steps: steps! {
            "triage": "say whether code ran, on which host, as whom, and what can be reached from \
                       there";
            "evidence": "keep the process tree, digests of images, memory and disk, the request, \
                         the version of the package";
            "contain": "cut the host off, and stop the server everywhere at that version";
            "contain": "change every credential on the host";
            "eradicate": "patch or replace; add a rule; scan every server for the class";
            "recover": "build anew, verify the digest, and try the exploit again";
            "notify": "CSIRT (NIS 2), the vendor, CRA Art. 14 for who manufactures it; DORA";
        },
        atlas: &["AML.T0049", "AML.T0050", "AML.T0105"],
        measure: "time until the host is cut off",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comply::catalogue;

    #[test]
    fn every_playbook_goes_through_every_phase_in_order_and_names_known_techniques() {
        let ids: Vec<_> = PLAYBOOKS.iter().map(|book| book.id).collect();
        assert_eq!(ids, ["PB-1", "PB-2", "PB-3", "PB-4", "PB-5"]);
        let atlas = catalogue("MITRE-ATLAS").unwrap();
        for book in PLAYBOOKS {
            let mut phases: Vec<_> = book.steps.iter().map(|step| step.phase).collect();
            phases.dedup();
            assert_eq!(phases, PHASES.map(|(phase, _)| phase), "{}", book.id);
            assert!(book.atlas.iter().all(|id| atlas.wording(id).is_some()), "{}", book.id);
        }
    }
}
