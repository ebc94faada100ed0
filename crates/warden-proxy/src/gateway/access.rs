//! What policy is asked of a request, and what becomes of the answer.

use std::{
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex, PoisonError},
};

use warden_audit::Pending;
use warden_mcp::Method;
use warden_model::{DataClass, DefinitionKind, Effect};
use warden_policy::{
    Permitted, Question, Reason, Ruled, Standing, Time,
    access::{Act, Audience, Carries, Kind, KnownBy, Labels, Policies, Traits},
    judge,
};

use super::{Core, arguments, caller::Caller, route::Route, server::Server};
use crate::{
    Refusal,
    call::{Inspected, Target},
    content::Past,
    judge::{Asking, NotAdmitted, Refused},
    notes::Whom,
};

/// Microseconds in an hour.
const HOUR: i64 = 3_600_000_000;

/// What a request is about, as rules are asked.
#[derive(Debug)]
pub(crate) struct About {
    pub(crate) act: Act,
    pub(crate) kind: Kind,
    pub(crate) traits: Traits,
}

impl About {
    /// Whether somebody has said that what it is given reaches anybody. What its own server has
    /// said before is then no less copied than what others have.
    pub(crate) fn reaches_anybody(&self) -> bool {
        self.traits.labels_by == KnownBy::Rule && self.traits.audience == Audience::Public
    }

    /// As what its answers are remembered at least, if somebody has said it.
    fn class(&self) -> DataClass {
        let said = self.traits.labels_by == KnownBy::Rule;
        if said { self.traits.class } else { DataClass::Public }
    }
}

/// Between whom something is judged.
#[derive(Clone, Copy)]
pub(crate) struct Parties<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) server: &'a Server,
    pub(crate) whom: &'a Whom,
}

/// A person has approved a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Approved<'a> {
    /// What had flowed into the session when it was asked for. If it is more by now, it is another
    /// call.
    pub(crate) labels: &'a Labels,
    /// Which hold it was, and who has answered.
    pub(crate) words: &'a str,
}

/// Something that is permitted, and announced in the ledger.
pub(crate) type Announced = Pending<Permitted<Inspected>>;

impl Core {
    /// The rules that are in force, if there are any.
    pub(crate) fn policies(&self) -> Option<&Arc<Policies>> {
        self.settings.policies.as_ref()
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Time {
        (self.clock)().into()
    }

    /// What a request is about, as rules are asked.
    pub(crate) fn about(&self, server: &Server, target: &Target) -> Option<About> {
        let policies = self.policies()?;
        let (act, kind) = act_and_kind(target);
        let traits = traits(policies, server, kind, target);
        Some(About { act, kind, traits })
    }

    /// What the answer to this brings into a session, as far as it is known before it comes.
    pub(crate) fn brings(
        server: &Server,
        target: &Target,
        about: &About,
        carries: &Carries,
    ) -> Labels {
        let traits = &about.traits;
        let source = format!("{}/{}", server.settings.name, target.name());
        let sources = (!traits.trusted).then(|| source.into());
        Labels {
            untrusted: !traits.trusted,
            class: traits.class,
            walls: carries.walls.clone(),
            sources: sources.into_iter().collect(),
            ..Labels::default()
        }
    }

    /// Judges what was inspected, by what was approved and by the rules.
    pub(crate) fn admit(
        &self,
        between: Parties<'_>,
        (call, standing): (Inspected, Standing),
        past: &Mutex<Past>,
        approved: Option<&Approved<'_>>,
    ) -> Result<Announced, NotAdmitted> {
        let Parties { server, whom, .. } = between;
        self.asking(between, call, (past, approved), |call, asking| {
            server.judge.admit(call, standing, whom, asking)
        })
    }

    /// The same before the server is asked for anything, and with nothing announced: what does not
    /// pass in any case gets no further. Returns what was inspected.
    pub(crate) fn foresee(
        &self,
        between: Parties<'_>,
        call: Inspected,
        past: &Mutex<Past>,
    ) -> Result<Inspected, NotAdmitted> {
        let judge = &between.server.judge;
        self.asking(between, call, (past, None), |call, asking| judge.foresee(call, asking))
    }

    /// Judges by what rules are asked of this, if there are any.
    fn asking<T>(
        &self,
        Parties { caller, server, .. }: Parties<'_>,
        mut call: Inspected,
        (past, approved): (&Mutex<Past>, Option<&Approved<'_>>),
        judge: impl FnOnce(Inspected, Option<&Asking<'_>>) -> Result<T, NotAdmitted>,
    ) -> Result<T, NotAdmitted> {
        let (Some(policies), Some(about)) =
            (self.policies(), self.about(server, &call.call().target))
        else {
            return judge(call, None);
        };
        call.carries_also(&arguments::read(policies, server, call.call()));
        let target = &call.call().target;
        let brings = Self::brings(server, target, &about, &call.call().carries);
        call.will_bring(brings, about.class());
        let veil = self.veil(caller, server, &call.call().target);
        call.is_behind(veil);
        let labels = past.lock().unwrap_or_else(PoisonError::into_inner).flow();
        let asking = Asking {
            rules: &policies.rules,
            who: &caller.who,
            act: about.act,
            kind: about.kind,
            traits: &about.traits,
            labels: &labels,
            now: self.now(),
            approved: approved.filter(|by| *by.labels == labels).map(|by| by.words),
        };
        judge(call, Some(&asking))
    }

    /// The same where nobody can be waited for: what a person would have to approve is refused.
    pub(crate) fn admit_now(
        &self,
        between: Parties<'_>,
        call: (Inspected, Standing),
        past: &Mutex<Past>,
    ) -> Result<Announced, Refused> {
        self.admit(between, call, past, None).map_err(NotAdmitted::refused)
    }

    /// What somebody is told who is refused: of what he does not see, that it is not there.
    pub(crate) fn told(&self, caller: &Caller, route: &Route, refusal: Refusal) -> Refusal {
        let (Refusal::Policy(Reason::Rules(_)), Target::Definition(kind, name)) =
            (refusal, &route.target)
        else {
            return refusal;
        };
        let seen = self.lists(caller, &route.server, (*kind, name));
        if seen { refusal } else { Refusal::Policy(Reason::NotApproved) }
    }

    /// Whether somebody sees that something is there: the same judgement as over using it, before
    /// anything has flowed.
    pub(crate) fn lists(
        &self,
        caller: &Caller,
        server: &Server,
        (kind, name): (DefinitionKind, &str),
    ) -> bool {
        let target = match kind {
            DefinitionKind::Resource => Target::Resource(name.into()),
            _ => Target::Definition(kind, name.into()),
        };
        let (Some(policies), Some(about)) = (self.policies(), self.about(server, &target)) else {
            return true;
        };
        let (carries, labels) = (Carries::default(), Labels::default());
        let asking = Asking {
            rules: &policies.rules,
            who: &caller.who,
            act: Act::List,
            kind: about.kind,
            traits: &about.traits,
            labels: &labels,
            now: self.now(),
            approved: None,
        };
        let asked = asking.asked((&server.settings.name, name), &carries);
        // How it stands was judged when the list was looked at.
        let question = match kind {
            DefinitionKind::Resource => Question::Read,
            _ => Question::Use { kind, name, standing: Standing::Approved },
        };
        let ruled = Ruled::By(&policies.rules, about.kind, &asked);
        judge((), question, &server.judge.bundle, ruled).is_ok()
    }
}

/// What a list depends on beside what servers show: everything about a principal that a rule can
/// see, the rules, and the hour.
pub(crate) fn seen_by(caller: &Caller, policies: Option<&Arc<Policies>>, now: Time) -> u64 {
    let Some(policies) = policies else { return 0 };
    let who = &caller.who;
    let mut hasher = std::hash::DefaultHasher::new();
    (who.how, &who.user, &who.agent, &who.client, &who.machine).hash(&mut hasher);
    (&who.delegation, &who.tenant, &who.purpose, &who.roles).hash(&mut hasher);
    (&who.scopes, &who.allowlist, who.expires.is_some_and(|end| end <= now)).hash(&mut hasher);
    (policies.rules.digest().bytes(), now.micros() / HOUR).hash(&mut hasher);
    hasher.finish()
}

/// What somebody does with a target, and what kind of thing it is.
const fn act_and_kind(target: &Target) -> (Act, Kind) {
    match target {
        Target::Definition(DefinitionKind::Tool, _) => (Act::Call, Kind::Tool),
        Target::Definition(DefinitionKind::Prompt, _) => (Act::Prompt, Kind::Prompt),
        Target::Definition(DefinitionKind::Resource | DefinitionKind::Template, _)
        | Target::Resource(_)
        | Target::Task(_) => (Act::Read, Kind::Resource),
        Target::Ask(_) => (Act::Ask, Kind::Asking),
    }
}

/// What a target is like: as it is written, or as its definition says.
fn traits(policies: &Policies, server: &Server, kind: Kind, target: &Target) -> Traits {
    let classified = classified(server, target);
    let level = server.judge.bundle.certified.level();
    policies.directory.traits(&server.settings.name, kind, target.name(), classified, level)
}

/// What a tool does, as it was worked out when it was approved.
fn classified(server: &Server, target: &Target) -> Option<Effect> {
    let Target::Definition(kind @ DefinitionKind::Tool, name) = target else { return None };
    let pin = server.judge.bundle.pin.as_ref()?;
    pin.definition(*kind, name)?.effect
}

/// Whether a request of this method is one whose answer a person can be waited for.
pub(crate) const fn can_wait(method: Method) -> bool {
    matches!(method, Method::ToolsCall | Method::PromptsGet | Method::ResourcesRead)
}
