//! Servers of which nothing is listed, because there is nothing to show them on somebody's behalf.
//!
//! The list is not made to look whole: it says which servers are missing and why. Where a person has
//! to agree first, his client is told where; one that he can be asked by asks him at once.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use warden_mcp::{
    Method, Revision,
    splice::{self, Edit},
    walk,
};
use warden_model::DefinitionKind;

use super::{Core, caller::Caller, connection::Stock, server::Server};
use crate::credentials::CredentialError;

/// Where a list says which servers are missing.
const UNLISTED: &str = "mcpwarden/unlisted";

/// How long a person has to say whether he goes where he is sent.
const PATIENCE: Duration = Duration::from_mins(10);

/// A server of which nothing is listed.
#[derive(Debug)]
pub(crate) struct Unlisted {
    server: Arc<Server>,
    why: CredentialError,
}

impl Core {
    /// Whether policy lets somebody see anything that was approved of a server.
    pub(crate) fn may_see(&self, caller: &Caller, server: &Server, kind: DefinitionKind) -> bool {
        // A resource is seen by itself, whatever its server was approved with.
        let by_name = matches!(kind, DefinitionKind::Tool | DefinitionKind::Prompt);
        let approved = server.judge.bundle.pin.iter().flat_map(|pin| &pin.definitions);
        let mut approved = approved.filter(|definition| definition.kind == kind);
        !by_name || approved.any(|it| self.lists(caller, server, (kind, &it.name)))
    }

    /// The same for whatever it has; one that has neither tools nor prompts may have resources.
    pub(crate) fn may_see_any(&self, caller: &Caller, server: &Server) -> bool {
        let kinds = [DefinitionKind::Tool, DefinitionKind::Prompt];
        let mut approved = server.judge.bundle.pin.iter().flat_map(|pin| &pin.definitions);
        let has_names = approved.any(|definition| kinds.contains(&definition.kind));
        !has_names || kinds.into_iter().any(|kind| self.may_see(caller, server, kind))
    }

    /// The servers that would be listed if there were something to show them. People are told of
    /// them, and who has to agree is asked.
    pub(crate) async fn unlisted(
        &self,
        caller: &Caller,
        kind: DefinitionKind,
        stocks: &[(Arc<Server>, Stock)],
    ) -> Vec<Unlisted> {
        let mut unlisted = Vec::new();
        for server in caller.view.servers.iter().filter_map(|at| self.servers.get(*at)) {
            let is_listed = stocks.iter().any(|(listed, _)| Arc::ptr_eq(listed, server));
            let is_ours = server.settings.credentials.is_some()
                && server.judge.bundle.pin.is_some()
                && server.judge.bundle.certified.now().is_ok();
            if is_listed || !is_ours || !self.may_see(caller, server, kind) {
                continue;
            }
            let Err(why) = server.can_show(&caller.key(server)).await else { continue };
            server.tell_unlisted(&whom(caller), why.code());
            invite(caller, &server.settings.name, &why);
            unlisted.push(Unlisted { server: Arc::clone(server), why });
        }
        unlisted
    }
}

/// Who it is, for people.
fn whom(caller: &Caller) -> String {
    match &caller.who.user {
        Some(user) => format!("{user} with {}", caller.who.agent),
        None => caller.who.agent.as_ref().into(),
    }
}

/// Sends the user where he can agree, once, if his client can take him there.
fn invite(caller: &Caller, server: &str, why: &CredentialError) {
    let CredentialError::NeedsConsent { url } = why else { return };
    let able = caller.can.follows_urls() && caller.revision == Revision::V2025_11_25;
    let Some(session) = caller.session.as_ref().filter(|session| able && session.stands()) else {
        return;
    };
    let name = uuid::Uuid::now_v7().to_string();
    let Some(params) = why.question(server, &name).filter(|_| session.invites(url.reveal())) else {
        return;
    };
    let Some((id, answer)) = session.ask() else { return };
    let params = params.to_string();
    session.tell(&splice::request(&id.to_string(), Method::Elicitation.name(), Some(&params)));
    let session = Arc::clone(session);
    tokio::spawn(async move {
        // Whether he has gone there shows when he has agreed.
        tokio::time::timeout(PATIENCE, answer).await.ok();
        session.unask(id);
    });
}

/// A list that says which servers are missing; `None` if none is. It holds for nobody else, and not
/// for long.
pub(crate) fn written(caller: &Caller, result: &str, unlisted: &[Unlisted]) -> Option<String> {
    let entry = |Unlisted { server, why }: &Unlisted| {
        let mut entry = json!({"server": &*server.settings.name, "reason": why.code()});
        if let CredentialError::NeedsConsent { url } = why
            && caller.can.follows_urls()
        {
            entry["url"] = url.reveal().into();
        }
        entry
    };
    let all: Vec<Value> = unlisted.iter().map(entry).collect();
    if all.is_empty() {
        return None;
    }
    let all = Value::from(all).to_string();
    let result = splice::nested(Some(result), "_meta", &[(UNLISTED, Edit::Set(&all))]);
    if walk::member(&result, "ttlMs").is_none() {
        return Some(result);
    }
    let brief = [("ttlMs", Edit::Set("0")), ("cacheScope", Edit::Set("\"private\""))];
    Some(splice::object(Some(&result), &brief))
}
