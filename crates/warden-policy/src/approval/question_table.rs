//! Every question, in the order of the lists.
//!
//! A merged question asks what its sources ask: its need, its version and its negotiability are
//! the strictest of theirs, which a test holds.

use super::{EvidenceKind, Need, Question, Set};

/// What most questions have in common.
const PLAIN: Question = Question {
    id: "",
    set: Set::Approval,
    group: "",
    text: "",
    yes: "",
    need: Need::Must,
    non_negotiable: false,
    version_bound: false,
    evidence: &[],
    sources: &[],
    requirement: "",
};

/// The 12 questions of an approval, the 15 for a vendor, and the 20 that they were merged into.
pub static QUESTIONS: &[Question] = &[
    Question {
        id: "A1",
        set: Set::Approval,
        group: "Provenance & supply chain",
        text: "Who maintains it, and is every release pinned to a cryptographic hash?",
        yes: "a maintainer is named and every known release has a digest",
        version_bound: true,
        evidence: &[EvidenceKind::Scan],
        requirement: "R28",
        ..PLAIN
    },
    Question {
        id: "A2",
        set: Set::Approval,
        group: "Provenance & supply chain",
        text: "Was it analysed independently: source code, taint, supply chain?",
        yes: "all three analyses finished within the allowed age",
        version_bound: true,
        evidence: &[EvidenceKind::Scan],
        requirement: "R29",
        ..PLAIN
    },
    Question {
        id: "A3",
        set: Set::Approval,
        group: "Provenance & supply chain",
        text: "Is there a policy for disclosing vulnerabilities, and how soon are they patched?",
        yes: "there is a policy, and a time for patches with evidence that has not expired",
        evidence: &[EvidenceKind::Scan, EvidenceKind::Vendor],
        requirement: "R30",
        ..PLAIN
    },
    Question {
        id: "A4",
        set: Set::Approval,
        group: "Access & permissions",
        text: "Which systems can it reach?",
        yes: "every system is listed by name, without a wildcard",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        requirement: "R31",
        ..PLAIN
    },
    Question {
        id: "A5",
        set: Set::Approval,
        group: "Access & permissions",
        text: "Does it hold persistent credentials, or short-lived tokens with a scope?",
        yes: "every credential is short-lived and scoped",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        requirement: "R32",
        ..PLAIN
    },
    Question {
        id: "A6",
        set: Set::Approval,
        group: "Access & permissions",
        text: "Can access be restricted for each user or session?",
        yes: "a call was refused for a user, and another one for a session",
        evidence: &[EvidenceKind::Runtime],
        requirement: "R33",
        ..PLAIN
    },
    Question {
        id: "A7",
        set: Set::Approval,
        group: "Runtime behaviour",
        text: "Can tool definitions change after installation, and is that noticed by itself?",
        yes: "they cannot change, or drift is being watched",
        version_bound: true,
        evidence: &[EvidenceKind::Runtime],
        requirement: "R34",
        ..PLAIN
    },
    Question {
        id: "A8",
        set: Set::Approval,
        group: "Runtime behaviour",
        text: "Which endpoints does it call?",
        yes: "what was observed is within what is declared, without a wildcard",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        requirement: "R35",
        ..PLAIN
    },
    Question {
        id: "A9",
        set: Set::Approval,
        group: "Runtime behaviour",
        text: "Can it write or destroy without being confirmed explicitly?",
        yes: "every tool that acts is refused or needs an approval",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        requirement: "R36",
        ..PLAIN
    },
    Question {
        id: "A10",
        set: Set::Approval,
        group: "Governance & compliance",
        text: "Does it leave structured audit records that a DORA report can be made from?",
        yes: "a record fits its schema and has every field of the report",
        evidence: &[EvidenceKind::Runtime],
        requirement: "R37",
        ..PLAIN
    },
    Question {
        id: "A11",
        set: Set::Approval,
        group: "Governance & compliance",
        text: "Is it documented where data of the EU is stored and processed?",
        yes: "countries of storage and processing and the way of transfer are known",
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        requirement: "R38",
        ..PLAIN
    },
    Question {
        id: "A12",
        set: Set::Approval,
        group: "Governance & compliance",
        text: "Is there a named security contact with a public security.txt?",
        yes: "security.txt is served over HTTPS, has a contact and has not expired",
        evidence: &[EvidenceKind::Scan],
        requirement: "R39",
        ..PLAIN
    },
    Question {
        id: "V1",
        set: Set::Vendor,
        group: "Tool Manifest Security",
        text: "Does the manifest support cryptographic signing, and how are the keys managed?",
        yes: "a signature was verified, and there is evidence of how keys are managed",
        non_negotiable: true,
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Vendor],
        requirement: "R99",
        ..PLAIN
    },
    Question {
        id: "V2",
        set: Set::Vendor,
        group: "Tool Manifest Security",
        text: "Are changes of tool descriptions announced and approved?",
        yes: "there is a process, and no change came without it",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        requirement: "R100",
        ..PLAIN
    },
    Question {
        id: "V3",
        set: Set::Vendor,
        group: "Tool Manifest Security",
        text: "Are versions of descriptions pinned, and can customers stay on one?",
        yes: "customers can stay on a version",
        need: Need::Should,
        version_bound: true,
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Scan],
        requirement: "R101",
        ..PLAIN
    },
    Question {
        id: "V4",
        set: Set::Vendor,
        group: "Authentication & Authorization",
        text: "Which ways of authentication are supported; OAuth 2 or mutual TLS?",
        yes: "OAuth 2.0, OAuth 2.1 or mutual TLS is among them",
        evidence: &[EvidenceKind::Runtime, EvidenceKind::Vendor],
        requirement: "R102",
        ..PLAIN
    },
    Question {
        id: "V5",
        set: Set::Vendor,
        group: "Authentication & Authorization",
        text: "How are credentials rotated, and does it happen by itself?",
        yes: "there is a policy, and rotation can be automatic",
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        requirement: "R103",
        ..PLAIN
    },
    Question {
        id: "V6",
        set: Set::Vendor,
        group: "Authentication & Authorization",
        text: "Are permissions scoped to each customer or session?",
        yes: "they are",
        need: Need::Should,
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        requirement: "R104",
        ..PLAIN
    },
    Question {
        id: "V7",
        set: Set::Vendor,
        group: "Data Handling",
        text: "What is transmitted beyond the declared parameters; is there telemetry?",
        yes: "nothing is, or it is listed and accepted",
        non_negotiable: true,
        version_bound: true,
        evidence: &[EvidenceKind::Runtime, EvidenceKind::Vendor],
        requirement: "R105",
        ..PLAIN
    },
    Question {
        id: "V8",
        set: Set::Vendor,
        group: "Data Handling",
        text: "Where is data processed?",
        yes: "every place and country is known",
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        requirement: "R106",
        ..PLAIN
    },
    Question {
        id: "V9",
        set: Set::Vendor,
        group: "Data Handling",
        text: "How long are inputs retained?",
        yes: "there is a policy with a number of days",
        need: Need::Should,
        evidence: &[EvidenceKind::Vendor],
        requirement: "R107",
        ..PLAIN
    },
    Question {
        id: "V10",
        set: Set::Vendor,
        group: "Security Assurance",
        text: "Was there a penetration test by a third party within twelve months?",
        yes: "its date is within 365 days, and its results can be seen",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor],
        requirement: "R108",
        ..PLAIN
    },
    Question {
        id: "V11",
        set: Set::Vendor,
        group: "Security Assurance",
        text: "Does a SOC 2 Type II report or an ISO 27001 certificate cover the infrastructure?",
        yes: "one does, and it has not expired",
        need: Need::Should,
        evidence: &[EvidenceKind::Vendor],
        requirement: "R109",
        ..PLAIN
    },
    Question {
        id: "V12",
        set: Set::Vendor,
        group: "Security Assurance",
        text: "Are vulnerabilities disclosed and patched within a promised time?",
        yes: "there is a policy with a number of days",
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Scan],
        requirement: "R110",
        ..PLAIN
    },
    Question {
        id: "V13",
        set: Set::Vendor,
        group: "Incident Response & Contractual",
        text: "How soon does the vendor respond to an incident that affects our agents?",
        yes: "there is a promise with a number of hours",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor],
        requirement: "R111",
        ..PLAIN
    },
    Question {
        id: "V14",
        set: Set::Vendor,
        group: "Incident Response & Contractual",
        text: "Does the contract have security service levels, notification of breaches and a right to audit?",
        yes: "all three are in it, each with its clause",
        evidence: &[EvidenceKind::Vendor],
        requirement: "R112",
        ..PLAIN
    },
    Question {
        id: "V15",
        set: Set::Vendor,
        group: "Incident Response & Contractual",
        text: "How and when is data deleted when the contract ends?",
        yes: "there is a process with a number of days",
        need: Need::Nice,
        evidence: &[EvidenceKind::Vendor],
        requirement: "R113",
        ..PLAIN
    },
    Question {
        id: "Q1",
        set: Set::Merged,
        group: "Provenance",
        text: "Who maintains it; is every release pinned to a cryptographic hash?",
        yes: "a maintainer is named and every known release has a digest; customers can stay on a version",
        version_bound: true,
        evidence: &[EvidenceKind::Scan],
        sources: &["A1", "V3"],
        ..PLAIN
    },
    Question {
        id: "Q2",
        set: Set::Merged,
        group: "Provenance",
        text: "Was it analysed independently: source code, taint, supply chain?",
        yes: "all three analyses finished within the allowed age",
        version_bound: true,
        evidence: &[EvidenceKind::Scan],
        sources: &["A2"],
        ..PLAIN
    },
    Question {
        id: "Q3",
        set: Set::Merged,
        group: "Provenance",
        text: "Is there a disclosure policy, and a time for patches?",
        yes: "there is a policy, and a time for patches with evidence that has not expired; there is a policy with a number of days",
        evidence: &[EvidenceKind::Scan, EvidenceKind::Vendor],
        sources: &["A3", "V12"],
        ..PLAIN
    },
    Question {
        id: "Q4",
        set: Set::Merged,
        group: "Access",
        text: "Which systems can it reach?",
        yes: "every system is listed by name, without a wildcard",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        sources: &["A4"],
        ..PLAIN
    },
    Question {
        id: "Q5",
        set: Set::Merged,
        group: "Access",
        text: "Persistent credentials, or short-lived tokens with a scope?",
        yes: "every credential is short-lived and scoped",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        sources: &["A5"],
        ..PLAIN
    },
    Question {
        id: "Q6",
        set: Set::Merged,
        group: "Access",
        text: "Can access be restricted for each user, session or customer?",
        yes: "a call was refused for a user, and another one for a session; they are",
        evidence: &[EvidenceKind::Runtime],
        sources: &["A6", "V6"],
        ..PLAIN
    },
    Question {
        id: "Q7",
        set: Set::Merged,
        group: "Runtime",
        text: "Can definitions change after installation, and is that noticed?",
        yes: "they cannot change, or drift is being watched",
        version_bound: true,
        evidence: &[EvidenceKind::Runtime],
        sources: &["A7"],
        ..PLAIN
    },
    Question {
        id: "Q8",
        set: Set::Merged,
        group: "Runtime",
        text: "Which endpoints does it call?",
        yes: "what was observed is within what is declared, without a wildcard",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        sources: &["A8"],
        ..PLAIN
    },
    Question {
        id: "Q9",
        set: Set::Merged,
        group: "Runtime",
        text: "Can it write or destroy without being confirmed?",
        yes: "every tool that acts is refused or needs an approval",
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Runtime],
        sources: &["A9"],
        ..PLAIN
    },
    Question {
        id: "Q10",
        set: Set::Merged,
        group: "Governance",
        text: "Does it leave structured audit records that a DORA report can be made from?",
        yes: "a record fits its schema and has every field of the report",
        evidence: &[EvidenceKind::Runtime],
        sources: &["A10"],
        ..PLAIN
    },
    Question {
        id: "Q11",
        set: Set::Merged,
        group: "Governance",
        text: "Is residency documented, and where is data processed?",
        yes: "countries of storage and processing and the way of transfer are known; every place and country is known",
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        sources: &["A11", "V8"],
        ..PLAIN
    },
    Question {
        id: "Q12",
        set: Set::Merged,
        group: "Governance",
        text: "Is there a named contact with a public security.txt?",
        yes: "security.txt is served over HTTPS, has a contact and has not expired",
        evidence: &[EvidenceKind::Scan],
        sources: &["A12"],
        ..PLAIN
    },
    Question {
        id: "Q13",
        set: Set::Merged,
        group: "Provenance",
        text: "Is the manifest signed, and how are the keys managed?",
        yes: "a signature was verified, and there is evidence of how keys are managed",
        non_negotiable: true,
        version_bound: true,
        evidence: &[EvidenceKind::Scan, EvidenceKind::Vendor],
        sources: &["V1"],
        ..PLAIN
    },
    Question {
        id: "Q14",
        set: Set::Merged,
        group: "Provenance",
        text: "Are changes of descriptions announced and approved?",
        yes: "there is a process, and no change came without it",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor, EvidenceKind::Runtime],
        sources: &["V2"],
        ..PLAIN
    },
    Question {
        id: "Q15",
        set: Set::Merged,
        group: "Access",
        text: "Which ways of authentication are there, and are credentials rotated by themselves?",
        yes: "OAuth 2.0, OAuth 2.1 or mutual TLS is among them; there is a policy, and rotation can be automatic",
        evidence: &[EvidenceKind::Runtime, EvidenceKind::Vendor],
        sources: &["V4", "V5"],
        ..PLAIN
    },
    Question {
        id: "Q16",
        set: Set::Merged,
        group: "Runtime",
        text: "What is transmitted beyond the declared parameters?",
        yes: "nothing is, or it is listed and accepted",
        non_negotiable: true,
        version_bound: true,
        evidence: &[EvidenceKind::Runtime, EvidenceKind::Vendor],
        sources: &["V7"],
        ..PLAIN
    },
    Question {
        id: "Q17",
        set: Set::Merged,
        group: "Governance",
        text: "Was there an independent penetration test within twelve months; SOC 2 II or ISO 27001?",
        yes: "its date is within 365 days, and its results can be seen; one does, and it has not expired",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor],
        sources: &["V10", "V11"],
        ..PLAIN
    },
    Question {
        id: "Q18",
        set: Set::Merged,
        group: "Governance",
        text: "How soon does the vendor respond to an incident?",
        yes: "there is a promise with a number of hours",
        non_negotiable: true,
        evidence: &[EvidenceKind::Vendor],
        sources: &["V13"],
        ..PLAIN
    },
    Question {
        id: "Q19",
        set: Set::Merged,
        group: "Governance",
        text: "Does the contract have service levels, notification of breaches and a right to audit?",
        yes: "all three are in it, each with its clause",
        evidence: &[EvidenceKind::Vendor],
        sources: &["V14"],
        ..PLAIN
    },
    Question {
        id: "Q20",
        set: Set::Merged,
        group: "Governance",
        text: "How long are inputs retained, and are they deleted at the end?",
        yes: "there is a policy with a number of days; there is a process with a number of days",
        need: Need::Should,
        evidence: &[EvidenceKind::Vendor],
        sources: &["V9", "V15"],
        ..PLAIN
    },
];
