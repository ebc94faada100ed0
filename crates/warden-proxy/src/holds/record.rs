//! Who has answered, on record before it counts.

use warden_audit::{Decision, Event, Ledger, Record, Server, Tool};
use warden_policy::hold::{Hold, HoldState};

use super::{Unrecorded, Webhook, Witness};

/// Records what people answer in a ledger, and tells a webhook of calls that begin to wait.
#[derive(Debug)]
pub struct OnRecord {
    ledger: Ledger,
    webhook: Option<Webhook>,
}

impl OnRecord {
    /// Records in this ledger.
    #[must_use]
    pub const fn new(ledger: Ledger, webhook: Option<Webhook>) -> Self {
        Self { ledger, webhook }
    }
}

impl Witness for OnRecord {
    fn begun(&self, hold: &Hold) {
        if let Some(webhook) = &self.webhook {
            webhook.tell(hold);
        }
    }

    fn answering(&self, hold: &Hold) -> Result<(), Unrecorded> {
        let rules = hold.rules.join(" ");
        let stored = self.ledger.append(record(hold, &rules)).and_then(|seq| {
            // It counts once it is stored, and not before.
            self.ledger.commit(seq)
        });
        stored.map_err(|_| Unrecorded)
    }
}

/// The record of an answer: who has answered is its user, and its reason is the name of the hold,
/// which stands in the records of the call as well.
fn record<'a>(hold: &'a Hold, rules: &'a str) -> Record<'a> {
    let (by, decision) = match &hold.state {
        HoldState::Approved(approval) | HoldState::Used { approval, .. } => {
            (Some(&*approval.by), Decision::Allow)
        }
        HoldState::Refused { by, .. } => (Some(&**by), Decision::Deny),
        HoldState::Pending | HoldState::Expired => (None, Decision::Deny),
    };
    let is_tool = hold.rendering.kind == "tool";
    Record {
        agent: Some((&*hold.by.agent).into()),
        decision: Some(decision),
        policy: Some(hold.policy),
        reason: Some((&*hold.id).into()),
        rule: (!rules.is_empty()).then(|| rules.into()),
        server: Some(Server {
            name: (&hold.rendering.server).into(),
            manifest: None,
            artifact: None,
            version: None,
        }),
        session: Some(hold.by.session.as_str().into()),
        tool: is_tool.then(|| Tool {
            name: (&hold.rendering.name).into(),
            pinned: None,
            served: None,
        }),
        user: by.map(Into::into),
        ..Record::of(Event::CallAnswered)
    }
}
