//! The chain of types that a request passes through on its way to the other side.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use warden_audit::{Payload, Recorded};
use warden_mcp::{Ask, Gate, IdKey, Method, Named, frame, walk};
use warden_model::{DataClass, DefinitionKind};
use warden_policy::{
    Permitted,
    access::{Carries, Labels},
};

use crate::{
    Refusal,
    content::{Form, Looked, Outward, Past, Veil},
    judge::{Judge, SIZE},
};

/// The lists of resources and tasks in a subscription, whose changes carry what is in them.
const WATCHED: &[&str] = &["resourceSubscriptions", "taskIds"];

/// A request that names something which policy judges.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) target: Target,
    /// Its identifier, to compare.
    pub(crate) id: IdKey,
    /// Its identifier, as written.
    pub(crate) raw_id: Box<str>,
    /// Size and digest of the parameters.
    pub(crate) arguments: Payload,
    /// What was sent in place of the parameters, if something was taken out of them.
    pub(crate) passed: Option<Payload>,
    /// What was seen in them and in the session before.
    pub(crate) labels: Vec<String>,
    /// The limits that could not be asked, and that let it in all the same.
    pub(crate) unchecked: Box<[Arc<str>]>,
    /// The codes of what people should be told of.
    pub(crate) told: Vec<&'static str>,
    /// What the parameters hold, for policy.
    pub(crate) carries: Arc<Carries>,
    /// What its answer brings into the session, as far as that is known before it comes; nothing
    /// where no rules ask for it.
    pub(crate) brings: Option<Box<Labels>>,
    /// As what its answer is remembered at least, if somebody has said it.
    pub(crate) class: DataClass,
    /// What is between whoever asks and what the server says; nothing where he sees everything.
    pub(crate) veil: Option<Arc<Veil>>,
    /// What will be sent: the verified line between two pipes, the parameters behind the
    /// gateway, which writes the envelope itself. Private: only [`send`] gives it away.
    line: Box<[u8]>,
    /// Where the parameters stand in it.
    params: Range<usize>,
}

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A definition that was approved or was not.
    Definition(DefinitionKind, String),
    /// A resource, by its URI.
    Resource(String),
    /// A task, by its identifier.
    Task(String),
    /// Something that the server asks of the client.
    Ask(Ask),
}

impl Target {
    /// What rules call it: a name, a URI, or what is asked for.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Definition(_, name) => name,
            Self::Resource(uri) => uri,
            Self::Task(id) => id,
            Self::Ask(ask) => ask.name(),
        }
    }

    /// For people: `tool send_email`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Definition(kind, name) => format!("{} {name}", kind.name()),
            Self::Resource(uri) => format!("resource {uri}"),
            Self::Task(id) => format!("task {id}"),
            Self::Ask(ask) => ask.name().into(),
        }
    }
}

impl Call {
    /// The request that these verified bytes are, or would send.
    pub(crate) fn new(
        method: Method,
        target: Target,
        id: &warden_mcp::Id<'_>,
        params: Option<&str>,
        line: &[u8],
    ) -> Self {
        Self {
            method,
            target,
            id: id.key.clone(),
            raw_id: id.raw.into(),
            arguments: Payload::of(params.unwrap_or_default().as_bytes()),
            passed: None,
            labels: Vec::new(),
            unchecked: Box::default(),
            told: Vec::new(),
            carries: Arc::default(),
            brings: None,
            class: DataClass::Public,
            veil: None,
            line: line.into(),
            params: params.map_or(0..0, |params| within(line, params)),
        }
    }

    /// A client's request, sent with these parameters.
    pub(crate) fn of_request(
        request: &crate::gateway::Request,
        target: Target,
        params: String,
    ) -> Self {
        Self {
            method: request.method,
            target,
            id: request.key.clone(),
            raw_id: request.id().into(),
            arguments: Payload::of(request.params().unwrap_or_default().as_bytes()),
            passed: None,
            labels: Vec::new(),
            unchecked: Box::default(),
            told: Vec::new(),
            carries: Arc::default(),
            brings: None,
            class: DataClass::Public,
            veil: None,
            params: 0..params.len(),
            line: params.into_bytes().into(),
        }
    }

    /// How many bytes would be sent.
    pub(crate) fn bytes(&self) -> usize {
        self.line.len()
    }

    /// The parameters as they would be sent.
    pub(crate) fn params(&self) -> &str {
        let params = self.line.get(self.params.clone()).unwrap_or_default();
        std::str::from_utf8(params).unwrap_or_default()
    }

    /// Sends these parameters in place of those that came.
    fn pass(&mut self, params: &str) {
        let before = self.line.get(..self.params.start).unwrap_or_default();
        let after = self.line.get(self.params.end..).unwrap_or_default();
        self.line = [before, params.as_bytes(), after].concat().into();
        self.params.end = self.params.start + params.len();
        self.passed = Some(Payload::of(params.as_bytes()));
    }

    /// What people should be told of it.
    pub(crate) fn alarm(&self, server: &str) -> Option<String> {
        let (what, told) = (self.target.words(), self.told.join(", "));
        (!told.is_empty()).then(|| format!("server {server}: {what} was noticed by {told}"))
    }
}

/// Where a part of a line stands in it.
fn within(line: &[u8], part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(line.as_ptr() as usize);
    start..start + part.len()
}

/// What policy judges in this request, if anything.
pub(crate) fn judged(method: Method, params: Option<&str>) -> Option<Named> {
    match method.gate() {
        Gate::Judge(Named::Subscriptions) if !params.is_some_and(subscribes) => None,
        Gate::Judge(named) => Some(named),
        _ => None,
    }
}

/// Whether a subscription is to more than changes of lists.
fn subscribes(params: &str) -> bool {
    let wanted = walk::member(params, "notifications").unwrap_or_default();
    WATCHED.iter().filter_map(|member| walk::member(wanted, member)).any(|list| {
        // What is no list is not known to be empty.
        !list.starts_with('[') || walk::elements(list).next().is_some()
    })
}

/// What the parameters of a judged request name.
pub(crate) fn target(named: Named, params: Option<&str>) -> Option<Target> {
    let params = params?;
    let text = |member: &str| walk::text(params, member).map(std::borrow::Cow::into_owned);
    match named {
        Named::Tool => Some(Target::Definition(DefinitionKind::Tool, text("name")?)),
        Named::Prompt => Some(Target::Definition(DefinitionKind::Prompt, text("name")?)),
        Named::Resource => Some(Target::Resource(text("uri")?)),
        Named::Task => Some(Target::Task(text("taskId")?)),
        Named::Subscriptions => subscriptions(params).map(Target::Resource),
        Named::Reference => {
            let reference = walk::member(params, "ref")?;
            let (kind, member) = match &*walk::text(reference, "type")? {
                "ref/prompt" => (DefinitionKind::Prompt, "name"),
                "ref/resource" => (DefinitionKind::Template, "uri"),
                _ => return None,
            };
            Some(Target::Definition(kind, walk::text(reference, member)?.into_owned()))
        }
    }
}

/// Everything that is subscribed to, in one line.
fn subscriptions(params: &str) -> Option<String> {
    let wanted = walk::member(params, "notifications")?;
    let mut all = Vec::new();
    for list in WATCHED.iter().filter_map(|member| walk::member(wanted, member)) {
        for entry in list.starts_with('[').then(|| walk::elements(list))? {
            all.push(frame::string(entry)?);
        }
    }
    Some(all.join(" "))
}

/// A call that every stage has looked at.
#[derive(Debug)]
pub(crate) struct Inspected(Call);

impl Inspected {
    /// Looks at what the call carries. What is set to be taken out of it is. `reaches` says that
    /// whatever it carries reaches anybody.
    ///
    /// # Errors
    /// What there is against it, and the call back.
    #[expect(clippy::result_large_err, reason = "a call that is refused is handed back")]
    pub(crate) fn inspect(
        mut call: Call,
        judge: &Judge,
        past: &Mutex<Past>,
        reaches: bool,
    ) -> Result<Self, (Refusal, Call)> {
        if call.bytes() > judge.limits.arguments {
            return Err((Refusal::Stage(SIZE), call));
        }
        let looked = match &call.target {
            // A server's question is what a server says.
            Target::Ask(_) => {
                let looked = judge.looker.words(call.params(), (None, None), past);
                judge.looker.behind(call.veil.as_deref(), Form::Question, call.params(), looked)
            }
            target => {
                let sends = reaches || judge.sends(target);
                let to = Outward { way: way(target, call.method), sends };
                judge.looker.outward(call.params(), to, past)
            }
        };
        let Looked { labels, refused, changed, told, carries, withheld, .. } = looked;
        (call.labels, call.told, call.carries) = (labels, told, Arc::new(carries));
        let past = past.lock().unwrap_or_else(PoisonError::into_inner);
        for label in past.labels() {
            if !call.labels.iter().any(|known| known == label) {
                call.labels.push(label.into());
            }
        }
        if let Some(matter) = refused {
            return Err((Refusal::Stage(matter.code()), call));
        }
        if withheld {
            return Err((Refusal::Masked, call));
        }
        if let Some(changed) = changed {
            call.pass(&changed);
        }
        Ok(Self(call))
    }

    pub(crate) fn call(&self) -> &Call {
        &self.0
    }

    pub(crate) fn into_call(self) -> Call {
        self.0
    }

    /// The same with these parameters: what was looked at as it is, in the envelope that its
    /// connection needs.
    pub(crate) fn enveloped(mut self, params: String) -> Self {
        let call = &mut self.0;
        if call.passed.is_some() {
            call.passed = Some(Payload::of(params.as_bytes()));
        }
        call.params = 0..params.len();
        call.line = params.into_bytes().into();
        self
    }

    /// Notes what else its parameters hold.
    pub(crate) fn carries_also(&mut self, more: &Carries) {
        let carries = Arc::make_mut(&mut self.0.carries);
        carries.hosts.clone_from(&more.hosts);
        carries.domains.clone_from(&more.domains);
        carries.walls.clone_from(&more.walls);
        carries.breaches.clone_from(&more.breaches);
        carries.unread |= more.unread;
    }

    /// Notes what is between whoever asks and what the server says.
    pub(crate) fn is_behind(&mut self, veil: Option<Arc<Veil>>) {
        self.0.veil = veil;
    }

    /// Notes what its answer brings into the session, and as what it is remembered at least.
    pub(crate) fn will_bring(&mut self, brings: Labels, class: DataClass) {
        (self.0.brings, self.0.class) = (Some(brings.into()), class);
    }
}

/// By which way something goes out: what goes by the same way is read together.
fn way(target: &Target, method: Method) -> &str {
    match target {
        Target::Definition(_, name) => name,
        Target::Resource(_) | Target::Task(_) | Target::Ask(_) => method.name(),
    }
}

/// What is left of a call once it was sent.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) raw_id: Box<str>,
    /// What its answer brings into the session, as far as that was known before it came.
    pub(crate) brings: Option<Box<Labels>>,
    /// As what its answer is remembered at least, if somebody has said it.
    pub(crate) class: DataClass,
    /// What is between whoever asked and what the server says.
    pub(crate) veil: Option<Arc<Veil>>,
}

/// Gives a call's bytes away, to be written. Its type says that it was looked at, judged, and
/// that this is on record.
pub(crate) fn send(recorded: Recorded<Permitted<Inspected>>) -> (Box<[u8]>, IdKey, Recorded<Sent>) {
    let mut line = Box::default();
    let mut id = IdKey::Number(0);
    let sent = recorded.map(|permitted| {
        let call = permitted.into_subject().into_call();
        let Call { method, target, raw_id, brings, class, veil, .. } = call;
        line = call.line;
        id = call.id;
        Sent { method, target, raw_id, brings, class, veil }
    });
    (line, id, sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_judged_method_names_its_target() {
        let tool = Target::Definition(DefinitionKind::Tool, "a/b".into());
        assert_eq!(target(Named::Tool, Some(r#"{"name":"a\/b"}"#)), Some(tool));
        let template = Target::Definition(DefinitionKind::Template, "x://{y}".into());
        let params = r#"{"ref":{"type":"ref/resource","uri":"x://{y}"}}"#;
        assert_eq!(target(Named::Reference, Some(params)), Some(template));
        for params in [None, Some("{}"), Some(r#"{"name":1}"#), Some(r#"{"name":["a"]}"#)] {
            assert_eq!(target(Named::Tool, params), None);
        }
        let odd = r#"{"ref":{"type":"ref/other","name":"x"}}"#;
        assert_eq!(target(Named::Reference, Some(odd)), None);
    }

    #[test]
    fn a_subscription_is_judged_by_the_resources_and_tasks_in_it() {
        let of = |params: &str| {
            let params = format!(r#"{{"notifications":{params}}}"#);
            let named = judged(Method::SubscriptionsListen, Some(&params));
            named.map(|named| target(named, Some(&params)))
        };
        for plain in ["{}", r#"{"toolsListChanged":true}"#, r#"{"resourceSubscriptions":[]}"#] {
            assert_eq!(of(plain), None, "{plain}");
        }
        let both = r#"{"resourceSubscriptions":["file:///a","file:///b"],"taskIds":["t"]}"#;
        assert_eq!(of(both), Some(Some(Target::Resource("file:///a file:///b t".into()))));
        for odd in [r#"{"resourceSubscriptions":"file:///a"}"#, r#"{"taskIds":[7]}"#] {
            assert_eq!(of(odd), Some(None), "{odd}");
        }
    }
}
