//! Lists over all servers of a view, answered from what was looked at.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use warden_mcp::{Method, reply, splice, walk};
use warden_model::DefinitionKind;
use warden_policy::Bundle;

use super::{
    Answer, Core, access,
    asked::Request,
    caller::Caller,
    connection::{Entry, Stock},
    names::View,
    server::Server,
    settings::Share,
    unlisted::written,
};

/// The most entries on one page.
const PAGE: usize = 1000;

/// The most versions of one list that are kept, one for each group of callers who see the same.
const MOST_KEPT: usize = 64;

/// Lists that were put together.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<HashMap<Which, Vec<Kept>>>);

/// Which list: of which view, and of what.
type Which = (Box<str>, DefinitionKind);

#[derive(Debug)]
struct Kept {
    /// Which looks it was put together of, server by server.
    of: Vec<u64>,
    legacy: Arc<str>,
    modern: Arc<str>,
}

impl Lists {
    fn get(&self, view: &View, kind: DefinitionKind, of: &[u64], modern: bool) -> Option<Arc<str>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(&(view.name.clone(), kind))?.iter().find(|kept| kept.of == of)?;
        Some(Arc::clone(if modern { &kept.modern } else { &kept.legacy }))
    }

    fn put(&self, view: &View, kind: DefinitionKind, kept: Kept) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = all.entry((view.name.clone(), kind)).or_default();
        if versions.len() >= MOST_KEPT {
            versions.remove(0);
        }
        versions.push(kept);
    }
}

impl Core {
    /// What each server of the view shows of this kind. One that does not answer is left out.
    pub(crate) async fn stocks(
        &self,
        caller: &Caller,
        kind: DefinitionKind,
    ) -> Vec<(Arc<Server>, Stock)> {
        let servers = caller.view.servers.iter().filter_map(|at| self.servers.get(*at));
        let mut found = Vec::new();
        let mut missing = tokio::task::JoinSet::new();
        for (order, server) in servers.enumerate() {
            let Bundle { pin, certified, .. } = &*server.judge.bundle;
            // What was looked at earlier says nothing about now, and nobody needs to look.
            if pin.is_none() || certified.now().is_err() {
                continue;
            }
            // Nobody is asked for anything that would not be seen.
            if server.settings.credentials.is_some() && !self.may_see(caller, server, kind) {
                continue;
            }
            let key = caller.key(server);
            let fresh = server.open_connection(&key).and_then(|c| c.fresh_now(server, kind));
            if let Some(stock) = fresh {
                found.push((order, Arc::clone(server), stock));
                continue;
            }
            let server = Arc::clone(server);
            let caller = caller.clone();
            missing.spawn(async move {
                let stock = server.stock(&key, kind).await;
                // It may have turned out to be for nobody but who asked for it.
                let own = caller.key(&server);
                let stock = if own == key { stock } else { server.stock(&own, kind).await };
                (order, server, stock)
            });
        }
        while let Some(looked) = missing.join_next().await {
            if let Ok((order, server, Some(stock))) = looked {
                found.push((order, server, stock));
            }
        }
        found.sort_by_key(|(order, _, _)| *order);
        found.into_iter().map(|(_, server, stock)| (server, stock)).collect()
    }

    /// Answers a list request.
    pub(crate) async fn list(
        &self,
        caller: &Caller,
        request: &Request,
        kind: DefinitionKind,
    ) -> Answer {
        let stocks = request.seen.server(self.stocks(caller, kind)).await;
        // What seldom is there does not make the rest larger.
        let unlisted = Box::pin(self.unlisted(caller, kind, &stocks));
        let unlisted = request.seen.server(unlisted).await;
        let answer = |result: &str| match written(caller, result, &unlisted) {
            Some(result) => Answer::result(splice::answer(request.id(), &result)),
            None => Answer::result(splice::answer(request.id(), result)),
        };
        let modern = caller.revision.is_modern();
        let cursor = request.params().and_then(|params| walk::member(params, "cursor"));
        let from = match cursor {
            None => 0,
            Some(cursor) => match offset(cursor) {
                Some(from) => from,
                None => return bad_cursor(request),
            },
        };
        let mut of: Vec<u64> = stocks.iter().map(|(_, stock)| stock.generation).collect();
        of.push(access::seen_by(caller, self.policies(), self.now()));
        if from == 0
            && let Some(result) = self.lists.get(&caller.view, kind, &of, modern)
        {
            return answer(&result);
        }
        let entries = self.entries(caller, kind, &stocks);
        if from > 0 && from >= entries.len() {
            return bad_cursor(request);
        }
        let page = |modern| self.page(kind, &entries, from, (modern, &stocks));
        if from > 0 {
            return answer(&page(modern));
        }
        let (legacy, new) = (Arc::<str>::from(page(false)), Arc::<str>::from(page(true)));
        let answer = answer(if modern { &new } else { &legacy });
        self.lists.put(&caller.view, kind, Kept { of, legacy, modern: new });
        answer
    }

    /// Every entry of the view, in the order of the servers and then of their lists.
    fn entries<'a>(
        &self,
        caller: &Caller,
        kind: DefinitionKind,
        stocks: &'a [(Arc<Server>, Stock)],
    ) -> Vec<&'a Entry> {
        let view = &*caller.view;
        let mut entries = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for (server, stock) in stocks {
            let at = self.servers.iter().position(|known| Arc::ptr_eq(known, server));
            let Some(at) = at else { continue };
            for entry in stock.entries.iter() {
                let own = view.behind(kind, &entry.public).map_or(&entry.public, |it| &it.own);
                // Two servers may list one resource; the first is the one that is read.
                if view.holds(kind, &entry.public, at)
                    && self.lists(caller, server, (kind, own))
                    && seen.insert(&*entry.public)
                {
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn page(
        &self,
        kind: DefinitionKind,
        entries: &[&Entry],
        from: usize,
        (modern, stocks): (bool, &[(Arc<Server>, Stock)]),
    ) -> String {
        let shown = entries.get(from..).unwrap_or_default();
        let shown = shown.get(..PAGE.min(shown.len())).unwrap_or_default();
        let shown: Vec<_> = shown.iter().map(|entry| entry.json(modern)).collect();
        let bytes: usize = shown.iter().map(|entry| entry.len() + 1).sum();
        let mut result = String::with_capacity(bytes + 128);
        result.push('{');
        if modern {
            result.push_str(r#""resultType":"complete","#);
        }
        result.push('"');
        result.push_str(kind.list_member());
        result.push_str("\":[");
        for (at, entry) in shown.iter().enumerate() {
            if at > 0 {
                result.push(',');
            }
            result.push_str(entry);
        }
        result.push(']');
        let next = from + shown.len();
        if next < entries.len() {
            result.push_str(&format!(r#","nextCursor":"o{next}""#));
        }
        if modern {
            let (ttl, scope) = self.caching(stocks);
            result.push_str(&format!(r#","ttlMs":{ttl},"cacheScope":"{scope}""#));
        }
        result.push('}');
        result
    }

    /// How long a list may be kept, and for whom.
    pub(crate) fn caching(&self, stocks: &[(Arc<Server>, Stock)]) -> (u128, &'static str) {
        let shared = |(server, stock): &(Arc<Server>, Stock)| {
            server.settings.share == Share::All && !stock.private
        };
        let trust = stocks.iter().map(|(_, stock)| stock.trust).min();
        let trust = trust.unwrap_or(self.settings.trust);
        // Who has no key of his own sees what everybody sees.
        let open = self.settings.clients.is_empty() && self.door.is_none();
        let public = open && stocks.iter().all(shared);
        (trust.as_millis(), if public { "public" } else { "private" })
    }
}

fn offset(cursor: &str) -> Option<usize> {
    warden_mcp::frame::string(cursor)?.strip_prefix('o')?.parse().ok().filter(|at| *at > 0)
}

fn bad_cursor(request: &Request) -> Answer {
    Answer::ours(request.id(), reply::INVALID_PARAMS, "`cursor` is not one of ours", "bad-cursor")
}

/// The notification that says that a list has changed.
pub(crate) const fn changed(kind: DefinitionKind) -> Method {
    match kind {
        DefinitionKind::Tool => Method::ToolsChanged,
        DefinitionKind::Prompt => Method::PromptsChanged,
        DefinitionKind::Resource | DefinitionKind::Template => Method::ResourcesChanged,
    }
}
