//! Approval of a server by named people: who asked, what was answered, who said yes, and what
//! stands against it.
//!
//! A *dossier* holds all of it for one server and one use. Whether it amounts to an approval is a
//! pure function of the dossier, the policy and the time, so that the same question has the same
//! answer on every machine and can be asked again years later.

mod act;
mod acts;
mod answer;
mod automatic;
mod change;
mod decide;
mod dossier;
mod export;
mod filled;
mod gate;
mod history;
mod moratorium;
mod person;
#[cfg(test)]
mod tests;
mod tier;

pub use act::{ACT_TYPE, AcceptedFinding, Act, ActError, Deed};
pub use acts::{ACTS_TYPE, APPROVALS, Acts, ActsError, MOST_ACTS, Signed, Unbelieved, person_of};
pub use answer::{Answer, Answered, AuthMethod, Clauses, Content, Place, Reply, Waiver};
pub use automatic::{
    ActingTool, Audit, Contradiction, Credential, CredentialKind, Definitions, Disclosure,
    Endpoints, Fact, Facts, HOW, How, Publisher, Reach, Release, Residency, Restriction, Run,
    RunKind, SecurityTxt, Signature, Systems, ToolRule, automatic, contradictions, how,
};
pub use change::{
    Change, Comparison, FileDigest, Immaterial, Measured, Outcome, compare, on_change,
};
pub use decide::{ApprovalPolicy, Blocked, Decision, NoApprovalPolicy, Quorum, decide};
pub use dossier::{
    Condition, Dossier, DossierError, Request, SameAs, Scope, Subject, Verdict, Vote,
};
pub use export::{csv, json, page};
pub use filled::{
    Filled, answered_by, content_text, filled, filled_csv, filled_json, filled_page, method_name,
};
pub use gate::{Refused, gate_r40, gate_r114, standing};
pub use history::{Changed, History, Standing, Withdrawn, may_decide};
pub use moratorium::{Issued, MORATORIUM_TEXT, MORATORIUM_TYPE, Moratorium, NoMoratorium};
pub use person::{NoPerson, Person, Role};
pub use tier::{BlastTier, DataClass, Environment, tier};
pub use warden_model::questions::{EvidenceKind, Need, QUESTIONS, Question, Set, question, set};
