//! Records: what the ledger is told.

use std::sync::Arc;

use warden_audit::{
    Decision, Drift, Event, Mcp, Payload, Program, Record, Server, SignedBundle, Text, Timestamp,
    Tool,
};
use warden_model::{DefinitionKind, Digest};
use warden_policy::{Bundle, Certified, Standing};

use crate::{Refusal, call::Call, call::Target};

/// A revision, as a record names it. One that is ours costs nothing to pass on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Known(&'static str),
    Said(Arc<str>),
}

impl Protocol {
    fn name(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Said(name) => name,
        }
    }
}

impl From<std::borrow::Cow<'_, str>> for Protocol {
    fn from(name: std::borrow::Cow<'_, str>) -> Self {
        match warden_mcp::Revision::parse(&name) {
            Some(known) => Self::Known(known.name()),
            None => Self::Said(name.into()),
        }
    }
}

/// What every record of this connection says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Whom {
    /// The server's name.
    pub(crate) server: Arc<str>,
    /// Who asks, as he has shown that he is.
    pub(crate) agent: Option<Arc<str>>,
    /// The person on whose behalf.
    pub(crate) user: Option<Arc<str>>,
    /// The session, if there is one.
    pub(crate) session: Option<Arc<str>>,
    /// The client's name and version, as it gives them.
    pub(crate) client: Option<Arc<(String, String)>>,
    /// The protocol revision that is spoken.
    pub(crate) protocol: Option<Protocol>,
    /// The manifest that was approved.
    pub(crate) manifest: Option<Digest>,
    /// What runs.
    pub(crate) artifact: Option<Digest>,
    /// Whether it is certified, and by which bundle.
    pub(crate) certified: Certified,
}

impl Whom {
    pub(crate) fn of(server: &str, bundle: &Bundle, artifact: Option<Digest>) -> Self {
        let manifest = bundle.pin.as_ref().map(warden_policy::Pin::manifest);
        let certified = bundle.certified.clone();
        Self { server: server.into(), manifest, artifact, certified, ..Self::default() }
    }

    /// The bundle that says now whether the server counts as certified.
    pub(crate) fn bundle(&self) -> Option<SignedBundle> {
        self.certified.bundle().map(|bundle| SignedBundle {
            digest: bundle.digest,
            issued: Timestamp::from_micros(u64::try_from(bundle.issued.micros()).unwrap_or(0)),
            sequence: bundle.sequence,
        })
    }

    /// A record of this event on this connection.
    pub(crate) fn record(&self, event: Event) -> Record<'_> {
        let server = Server {
            name: (&*self.server).into(),
            manifest: self.manifest,
            artifact: self.artifact,
            version: None,
        };
        let client = self.client.as_deref().map(|(name, version)| Program {
            name: name.as_str().into(),
            version: Some(version.as_str().into()),
        });
        Record {
            agent: self.agent.as_deref().map(Text::from),
            bundle: if by_certificate(event) { self.bundle() } else { None },
            session: self.session.as_deref().map(Text::from),
            user: self.user.as_deref().map(Text::from),
            server: Some(server),
            client,
            ..Record::of(event)
        }
    }

    /// What a record says of a message of this method.
    pub(crate) fn method(&self, method: warden_mcp::Method) -> Mcp<'_> {
        let protocol = self.protocol.as_ref().map(|protocol| protocol.name().into());
        Mcp { method: Some(method.name().into()), protocol, ..Mcp::default() }
    }

    /// A record of this event about a judged request.
    pub(crate) fn of_call<'a>(&'a self, event: Event, call: &'a Call, sides: Sides) -> Record<'a> {
        let mut mcp = Mcp {
            method: Some(call.method.name().into()),
            protocol: self.protocol.as_ref().map(|protocol| protocol.name().into()),
            ..Mcp::default()
        };
        let mut tool = None;
        match &call.target {
            Target::Definition(DefinitionKind::Tool, name) => {
                let Sides { pinned, served } = sides;
                tool = Some(Tool { name: name.as_str().into(), pinned, served });
            }
            Target::Definition(DefinitionKind::Prompt, name) => {
                mcp.prompt = Some(name.as_str().into());
            }
            Target::Definition(_, uri) | Target::Resource(uri) => {
                mcp.resource = Some(bare(uri).into());
            }
            Target::Task(_) | Target::Ask(_) => {}
        }
        Record {
            mcp: Some(mcp),
            tool,
            request: Some((&*call.raw_id).into()),
            args: Some(call.arguments),
            passed: call.passed,
            labels: call.labels.iter().map(Text::from).collect(),
            unchecked: call.unchecked.iter().map(|name| Text::from(&**name)).collect(),
            ..self.record(event)
        }
    }

    /// A record of a judged request that was refused.
    pub(crate) fn refused<'a>(
        &'a self,
        event: Event,
        call: &'a Call,
        refusal: Refusal,
        sides: Sides,
    ) -> Record<'a> {
        Record {
            decision: Some(Decision::Deny),
            reason: Some(refusal.code().into()),
            ..self.of_call(event, call, sides)
        }
    }

    /// A record of a message that was not passed on.
    pub(crate) fn dropped<'a>(
        &'a self,
        refusal: Refusal,
        method: Option<&'a str>,
        bytes: &[u8],
    ) -> Record<'a> {
        let mcp = method.map(|method| Mcp { method: Some(method.into()), ..Mcp::default() });
        Record {
            decision: Some(Decision::Deny),
            reason: Some(refusal.code().into()),
            mcp,
            args: Some(Payload::of(bytes)),
            ..self.record(Event::MessageDropped)
        }
    }

    /// A record of one way in which something drifted.
    pub(crate) fn drift<'a>(
        &'a self,
        drift: &'a warden_policy::Drift,
        change: &'a warden_policy::Change,
    ) -> Record<'a> {
        let subject = match drift.kind {
            Some(kind) => format!("{}/{}", kind.name(), drift.name),
            None => drift.name.clone(),
        };
        let tool = (drift.kind == Some(DefinitionKind::Tool)).then(|| Tool {
            name: drift.name.as_str().into(),
            pinned: drift.pinned,
            served: drift.served,
        });
        let drift = Drift {
            class: change.class.code().into(),
            pinned: drift.pinned,
            served: drift.served,
            subject: subject.into(),
        };
        Record {
            decision: Some(Decision::Deny),
            drift: Some(drift),
            tool,
            ..self.record(Event::DriftDetected)
        }
    }
}

/// The digests of a definition as approved and as served, as far as they are known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sides {
    pinned: Option<Digest>,
    served: Option<Digest>,
}

impl Sides {
    pub(crate) fn of(pinned: Option<Digest>, standing: Standing) -> Self {
        let served = match standing {
            Standing::Approved => pinned,
            Standing::Drifted { served, .. } => served,
            Standing::CouldNotTell | Standing::Unknown => None,
        };
        Self { pinned, served }
    }
}

/// Whether what happened is a decision that asks for the certificate of the server. No wildcard
/// arm: a new event has to be thought about.
const fn by_certificate(event: Event) -> bool {
    match event {
        Event::CallIntent
        | Event::CallRefused
        | Event::RequestIntent
        | Event::RequestRefused
        | Event::ListFiltered => true,
        Event::SegmentOpened
        | Event::SegmentClosed
        | Event::CallClosed
        | Event::RequestClosed
        | Event::MessageDropped
        | Event::MessageNoticed
        | Event::DefinitionNoticed
        | Event::DriftDetected
        | Event::ServerStarted
        | Event::ServerStopped
        | Event::PinApproved
        | Event::PinRevoked
        | Event::CallHeld
        | Event::CallAnswered
        | Event::StopSet
        | Event::StopReleased
        | Event::SessionEnded => false,
    }
}

/// A URI without user information and query, which may hold secrets.
fn bare(uri: &str) -> String {
    let head = uri.split(['?', '#']).next().unwrap_or_default();
    match head.split_once("://") {
        Some((scheme, rest)) => {
            let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => head.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn a_uri_is_recorded_without_what_may_be_secret() {
        assert_eq!(bare("db://user:pw@host/t?key=x#y"), "db://host/t");
        assert_eq!(bare("file:///a/b"), "file:///a/b");
        assert_eq!(bare("urn:x?y"), "urn:x");
    }
}
