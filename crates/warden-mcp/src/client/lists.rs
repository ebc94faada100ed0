//! How a server introduces itself, and its lists page by page.

use std::time::Instant;

use serde_json::{Value, json};
use warden_model::{Definition, DefinitionKind};

use super::{
    Gap, Limits, ProbeError, Shown,
    wire::{Answer, LEGACY, MODERN, Wire, choose, meta, strings},
};
use crate::{Method, reply, walk};

/// The longest cursor that is handed back.
const MOST_CURSOR: usize = 64 * 1024;

/// What a server said of itself.
#[derive(Debug)]
pub(super) struct Greeting {
    pub(super) protocol: &'static str,
    implementation: Option<(String, String)>,
    instructions: Option<String>,
    declared: Vec<DefinitionKind>,
    /// Whether it says of any list that it changes.
    pub(super) lists_change: bool,
}

/// How to go on after `server/discover` was answered.
#[derive(Debug)]
pub(super) enum Next {
    /// With the lists.
    Lists(Greeting),
    /// With a handshake for this revision.
    Initialize(&'static str),
}

impl Greeting {
    /// Reads the answer to `server/discover`.
    pub(super) fn discovered(result: &str) -> Result<Next, ProbeError> {
        let Some(versions) = walk::member(result, "supportedVersions") else {
            // Some older servers answer whatever they are asked.
            return Ok(Next::Initialize(LEGACY.first().copied().unwrap_or_default()));
        };
        let versions = strings(versions);
        if choose(&versions, &[MODERN]).is_err() {
            return choose(&versions, LEGACY).map(Next::Initialize);
        }
        let meta = walk::member(result, "_meta").unwrap_or_default();
        // The member moved into `_meta` late; servers of earlier drafts still have it outside.
        let info = walk::member(meta, "io.modelcontextprotocol/serverInfo")
            .or_else(|| walk::member(result, "serverInfo"));
        Ok(Next::Lists(Self::read(MODERN, result, info)))
    }

    /// Reads the answer to `initialize`.
    pub(super) fn initialized(result: &str) -> Result<Self, ProbeError> {
        let version = walk::text(result, "protocolVersion")
            .ok_or(ProbeError::Shape { method: Method::Initialize, member: "protocolVersion" })?;
        let protocol = choose(&[version.into_owned()], LEGACY)?;
        Ok(Self::read(protocol, result, walk::member(result, "serverInfo")))
    }

    fn read(protocol: &'static str, result: &str, info: Option<&str>) -> Self {
        let text = |raw, name| walk::text(raw, name).map(std::borrow::Cow::into_owned);
        let implementation = info.and_then(|info| {
            Some((text(info, "name")?, text(info, "version").unwrap_or_default()))
        });
        let capabilities = walk::member(result, "capabilities").unwrap_or_default();
        let declares =
            |kind: &DefinitionKind| walk::member(capabilities, capability(*kind)).is_some();
        let changes = |kind: &DefinitionKind| {
            let about = walk::member(capabilities, capability(*kind)).unwrap_or_default();
            // What is said and is no plain no counts as a yes.
            walk::member(about, "listChanged").is_some_and(|said| said.trim() != "false")
        };
        Self {
            protocol,
            implementation,
            instructions: text(result, "instructions"),
            declared: DefinitionKind::ALL.iter().copied().filter(declares).collect(),
            lists_change: DefinitionKind::ALL.iter().any(changes),
        }
    }
}

/// Asks for every list.
///
/// Lists that the server did not declare are asked for too: some clients do, so what stands there
/// reaches models. Of those, an error, silence or an answer without a list means that there is
/// none.
pub(super) fn collect(
    wire: &mut dyn Wire,
    greeting: Greeting,
    limits: &Limits,
    end: Instant,
) -> Shown {
    let modern = greeting.protocol == MODERN;
    let (values, definitions) = (limits.values, Vec::new());
    let mut asked = Asked { wire, modern, declared: false, limits, values, definitions };
    let mut gaps = Vec::new();
    for kind in DefinitionKind::ALL.iter().copied() {
        let declared = greeting.declared.contains(&kind);
        asked.declared = declared;
        let until = if declared { end } else { end.min(Instant::now() + limits.silence) };
        match asked.list(kind, until) {
            Ok(()) => {}
            Err(ProbeError::Refused { .. } | ProbeError::Timeout(_)) if !declared => {}
            // A server without a list may say so, whatever it declared for its whole family.
            Err(ProbeError::Refused { code: reply::METHOD_NOT_FOUND, .. })
                if kind == DefinitionKind::Template => {}
            Err(error) => gaps.push(Gap { kind, error }),
        }
    }
    Shown {
        protocol: greeting.protocol.to_owned(),
        implementation: greeting.implementation,
        instructions: greeting.instructions,
        lists_change: greeting.lists_change,
        definitions: asked.definitions,
        gaps,
    }
}

/// How many tools a server lists; no other list is asked for.
///
/// # Errors
/// When the list cannot be read to its end.
pub(super) fn tools(
    wire: &mut dyn Wire,
    greeting: &Greeting,
    limits: &Limits,
    end: Instant,
) -> Result<usize, ProbeError> {
    let modern = greeting.protocol == MODERN;
    let (values, definitions) = (limits.values, Vec::new());
    let declared = greeting.declared.contains(&DefinitionKind::Tool);
    let mut asked = Asked { wire, modern, declared, limits, values, definitions };
    match asked.list(DefinitionKind::Tool, end) {
        // A server without tools has no such method.
        Err(ProbeError::Refused { code: reply::METHOD_NOT_FOUND, .. }) if !declared => Ok(0),
        listed => listed.map(|()| asked.definitions.len()),
    }
}

struct Asked<'a> {
    wire: &'a mut dyn Wire,
    modern: bool,
    /// Whether the server says that it has the list which is asked for.
    declared: bool,
    limits: &'a Limits,
    /// How many more values may be kept.
    values: usize,
    definitions: Vec<Definition>,
}

impl Asked<'_> {
    fn list(&mut self, kind: DefinitionKind, until: Instant) -> Result<(), ProbeError> {
        let method = Method::listing(kind);
        let mut cursor = None;
        for _ in 0..self.limits.pages {
            let params = self.params(cursor.as_deref());
            let result = match self.wire.ask(method, &params, until)? {
                Answer::Result(result) => result,
                Answer::Error(complaint) => {
                    return Err(ProbeError::Refused { method, code: complaint.code });
                }
            };
            self.page(kind, &result)?;
            let next = walk::member(&result, "nextCursor").filter(|next| *next != "null");
            let Some(next) = next else { return Ok(()) };
            let next = crate::frame::string(next)
                .filter(|next| next.len() <= MOST_CURSOR)
                .ok_or(ProbeError::Shape { method, member: "nextCursor" })?
                .into_owned();
            if cursor.as_ref() == Some(&next) {
                break;
            }
            cursor = Some(next);
        }
        Err(ProbeError::TooManyPages(method))
    }

    fn params(&self, cursor: Option<&str>) -> Value {
        let mut params = if self.modern { json!({ "_meta": meta() }) } else { json!({}) };
        if let (Some(cursor), Some(members)) = (cursor, params.as_object_mut()) {
            members.insert("cursor".into(), cursor.into());
        }
        params
    }

    fn page(&mut self, kind: DefinitionKind, result: &str) -> Result<(), ProbeError> {
        let method = Method::listing(kind);
        let shape = |member| ProbeError::Shape { method, member };
        if walk::text(result, "resultType").is_some_and(|outcome| outcome != "complete") {
            return Err(shape("resultType"));
        }
        let list = walk::member(result, kind.list_member());
        if list.is_none() && !self.declared {
            return Ok(());
        }
        let list =
            list.filter(|list| list.starts_with('[')).ok_or_else(|| shape(kind.list_member()))?;
        for raw in walk::elements(list) {
            // Every value but the first of a container follows one of these, so this is never
            // fewer than there are.
            let values = raw.bytes().filter(|byte| b",:[{".contains(byte)).count() + 1;
            self.values = self.values.checked_sub(values).ok_or(ProbeError::TooManyValues)?;
            let name =
                walk::text(raw, kind.name_member()).ok_or_else(|| shape(kind.name_member()))?;
            let body = serde_json::from_str(raw).map_err(|_| shape(kind.list_member()))?;
            let name = name.into_owned();
            self.definitions.push(Definition {
                kind,
                name,
                body,
                location: warden_model::Location::default(),
            });
        }
        Ok(())
    }
}

const fn capability(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Tool => "tools",
        DefinitionKind::Prompt => "prompts",
        DefinitionKind::Resource | DefinitionKind::Template => "resources",
    }
}
