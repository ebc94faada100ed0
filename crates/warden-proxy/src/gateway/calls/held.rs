//! Requests that a person has to approve first: put to people, and to the user at the client where
//! his yes counts.

use std::{borrow::Cow, time::Duration};

use warden_audit::{Decision, Event, Record};
use warden_mcp::{Ask, Method, bridge, splice, splice::Edit};
use warden_model::{DefinitionKind, Digest};
use warden_policy::{
    access::Labels,
    hold::{Hold, HoldRequest, NotHeld, Rendering, Shown},
};

use super::{
    exact::{masks, sent},
    patience, refusal_answer,
};
use crate::{
    Batch,
    call::Target,
    gateway::{
        Answer, Core,
        access::{About, Parties},
        asked::Request,
        caller::Caller,
        outlet::Outlet,
        route::Route,
        session::Answered,
        state::{State, belonging},
    },
    holds::{
        CannotWait, Standing,
        elicit::{Said, input_required, said, said_again, told},
    },
    judge::{Held, Refused},
    notes::Whom,
    shelf::pinned,
};

/// What belongs to our own question, and is not for the server.
pub(super) const OURS: &[(&str, Edit<'static>)] =
    &[("inputResponses", Edit::Gone), ("requestState", Edit::Gone)];

/// A request that does not go on, or not yet.
pub(super) enum NotYet {
    /// It was answered.
    Answered(Answer),
    /// It waits for a person.
    Waits(Box<Waiting>),
}

impl From<Answer> for NotYet {
    fn from(answer: Answer) -> Self {
        Self::Answered(answer)
    }
}

/// A request that waits for a person.
pub(super) struct Waiting {
    pub(super) route: Route,
    pub(super) whom: Whom,
    pub(super) hold: Box<Hold>,
    /// What is recorded if it goes no further.
    pub(super) refused: Refused,
}

impl Core {
    /// How a call stands that a person has to approve. If just this call was approved, that is used
    /// up by asking.
    pub(super) async fn ask_for(
        &self,
        between: Parties<'_>,
        held: &Held,
        labels: &Labels,
    ) -> Result<Standing, CannotWait> {
        let server = between.server;
        let call = held.call.call();
        let (Some(policies), Some(about)) = (self.policies(), self.about(server, &call.target))
        else {
            return Err(NotHeld::NoDefinition.into());
        };
        let most = server.judge.limits.arguments;
        let arguments = sent(call.params(), most).ok_or(NotHeld::NotCanonical)?;
        let request = self.hold_request(between, held, (&about, &arguments, labels));
        let reason = |id: &warden_policy::access::RuleId| {
            policies.rules.rule(id).and_then(|rule| rule.why.as_deref())
        };
        let reasons: Vec<_> = held.ruling.named().iter().map(reason).collect();
        let shown = Shown { traits: &about.traits, reasons: &reasons, masks: &masks(&arguments) };
        let name = shown_name(&call.target);
        let rendering = Rendering::of(&HoldRequest { name: &name, ..request }, &shown);
        self.holds.ask(&request, &rendering).await
    }

    /// Whether a person has approved just this call. That is not used up by this; what cannot be
    /// found out is no.
    pub(super) async fn has_approved(
        &self,
        between: Parties<'_>,
        held: &Held,
        labels: &Labels,
    ) -> bool {
        let (server, call) = (between.server, held.call.call());
        let Some(about) = self.about(server, &call.target) else { return false };
        let Some(arguments) = sent(call.params(), server.judge.limits.arguments) else {
            return false;
        };
        let request = self.hold_request(between, held, (&about, &arguments, labels));
        self.holds.has_approved(&request).await.unwrap_or(false)
    }

    /// What a person is asked, and is bound to.
    fn hold_request<'a>(
        &self,
        Parties { caller, server, .. }: Parties<'a>,
        held: &'a Held,
        (about, arguments, labels): (&'a About, &'a serde_json::Value, &'a Labels),
    ) -> HoldRequest<'a> {
        let target = &held.call.call().target;
        let definition = match target {
            Target::Definition(kind, name) => pinned(server.judge.bundle.pin.as_ref(), *kind, name),
            Target::Resource(_) | Target::Task(_) | Target::Ask(_) => None,
        };
        HoldRequest {
            act: about.act,
            server: &server.settings.name,
            name: target.name(),
            definition,
            arguments,
            who: &caller.who,
            credential: self.credential(caller),
            policy: held.ruling.policy(),
            labels,
            effects: &about.traits.effects,
            rules: held.ruling.named(),
        }
    }

    /// The digest of the token that somebody has shown.
    fn credential(&self, caller: &Caller) -> Option<Digest> {
        let mut known = self.settings.clients.iter().zip(&self.principals);
        let (client, _) = known.find(|(_, who)| std::sync::Arc::ptr_eq(who, &caller.who))?;
        client.token
    }

    /// Records that a call begins to wait. Returns whether it could be.
    pub(super) fn tell_held(
        &self,
        Parties { server, whom, .. }: Parties<'_>,
        waits: &Held,
        hold: &Hold,
    ) -> bool {
        let mut record = Record {
            decision: Some(Decision::RequireApproval),
            reason: Some((&*hold.id).into()),
            ..whom.of_call(Event::CallHeld, waits.call.call(), waits.sides)
        };
        waits.ruling.note(&mut record);
        let recorded = server.judge.ledger.append(record).ok();
        let mut batch = Batch { broken: recorded.is_none(), ..Batch::default() };
        batch.after(recorded);
        self.store_now(&batch)
    }

    /// Puts a call to the user at the client, if his yes would count. Returns once he has said
    /// something; whether that lets the call pass is for the next judgement.
    ///
    /// # Errors
    /// What the client is answered where there is nothing to go on with.
    pub(super) async fn ask_user(
        &self,
        caller: &Caller,
        request: &Request,
        waiting: Box<Waiting>,
        (begins, outlet): (bool, &Outlet),
    ) -> Result<Route, Answer> {
        let question = if caller.can.fills_forms() {
            // That it cannot be found out whether his yes counts is as if it did not.
            self.holds.question(&waiting.hold).await.ok().flatten()
        } else {
            None
        };
        let Some(question) = question else {
            return Err(self.not_yet(caller, request, *waiting));
        };
        if caller.revision.is_modern() {
            // A request that goes on with something has no place for another question.
            let asked = begins.then(|| self.asks_back(caller, request, (&waiting, &question)));
            let Some(answer) = asked.flatten() else {
                return Err(self.not_yet(caller, request, *waiting));
            };
            self.record_refused(&waiting);
            return Err(answer);
        }
        match self.said_at_once(caller, request, (&question, outlet)).await {
            Said::Nothing => Err(self.not_yet(caller, request, *waiting)),
            said => {
                self.take(&waiting.hold, said).await;
                Ok(waiting.route)
            }
        }
    }

    /// Asks a legacy client, and waits for what its user says.
    async fn said_at_once(
        &self,
        caller: &Caller,
        request: &Request,
        (question, outlet): (&str, &Outlet),
    ) -> Said {
        let name = uuid::Uuid::now_v7().to_string();
        let params =
            bridge::ask_to_legacy(Ask::Elicitation, Some(question), caller.revision, &name);
        let Ok(Some(params)) = params else { return Said::Nothing };
        let life = Duration::from_secs(u64::from(self.holds.settings().life));
        let asked = outlet.ask(Method::Elicitation, Some(&params), patience(self).min(life));
        match request.seen.client(asked).await {
            Ok(Answered { result: true, body }) => said(&body),
            Ok(_) | Err(_) => Said::Nothing,
        }
    }

    /// The answer that asks the user of a modern client.
    fn asks_back(
        &self,
        caller: &Caller,
        request: &Request,
        (waiting, question): (&Waiting, &str),
    ) -> Option<Answer> {
        let params = request.params().unwrap_or("{}");
        let name = &waiting.route.server.settings.name;
        let belongs = belonging(name, request.method.name(), params);
        let state = State::Held(waiting.hold.id.clone());
        let state = self.states.seal(&state, &caller.principal, &belongs)?;
        let result = input_required(question, &state);
        Some(Answer::result(splice::answer(request.id(), &result)))
    }

    /// Takes what the user of a modern client has said. The state that came back with it was bound
    /// to him and to the call.
    pub(super) async fn said(&self, caller: &Caller, request: &Request, hold: &str) {
        let said = request.params().and_then(said_again).unwrap_or(Said::Nothing);
        let Ok(hold) = self.holds.one(hold).await else { return };
        if hold.by.session == caller.who.session {
            self.take(&hold, said).await;
        }
    }

    async fn take(&self, hold: &Hold, said: Said) {
        let yes = match said {
            Said::Approve => true,
            Said::Refuse => false,
            Said::Nothing => return,
        };
        // What is not taken changes nothing: the call is asked about as it stands.
        self.holds.answer_of_client(hold, yes).await.ok();
    }

    /// Records that a call waits and does not pass now, and tells its client.
    pub(super) fn not_yet(&self, caller: &Caller, request: &Request, waiting: Waiting) -> Answer {
        self.record_refused(&waiting);
        let Waiting { route, hold, refused, .. } = waiting;
        match told(&Standing::Pending { hold, asked_anew: false }) {
            Some(told) => Answer::told(request.id(), &told, refused.refusal.code()),
            None => refusal_answer(caller, request, &route, refused.refusal),
        }
    }

    fn record_refused(&self, waiting: &Waiting) {
        let Waiting { route, whom, refused, .. } = waiting;
        let mut batch = Batch::default();
        batch.after(route.server.judge.tell_refused(refused, whom));
        self.store_now(&batch);
    }
}

/// What people see as the name: a URI can hold a secret.
fn shown_name(target: &Target) -> Cow<'_, str> {
    match target {
        Target::Definition(DefinitionKind::Resource | DefinitionKind::Template, uri)
        | Target::Resource(uri) => warden_detect::redact_url(uri).into(),
        Target::Definition(..) | Target::Task(_) | Target::Ask(_) => target.name().into(),
    }
}
