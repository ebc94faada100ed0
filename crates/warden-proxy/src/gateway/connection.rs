//! One connection to a server, and what is known of what it serves.
//!
//! What a server serves is looked at on each connection: another process, or the same one for
//! another user, may serve something else.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::sync::watch;
use warden_mcp::{
    Method,
    bridge::{self, Cache, Level, Scope},
    header::Params,
    splice, walk,
};
use warden_model::DefinitionKind;
use warden_policy::Standing;

use super::{
    server::{Server, Whose},
    upstream::{Link, LinkError, Outbound, What},
};
use crate::{
    Batch,
    judge::Seer,
    shelf::{self, Seen, Shelf, pinned},
};

/// The most pages that one look reads.
const MOST_PAGES: u32 = 1000;

/// How often one look begins anew because the list changed meanwhile.
const MOST_OVERTAKEN: u32 = 5;

/// How long a server has to take us for somebody who listens.
const LISTENING: Duration = Duration::from_millis(500);

/// How long a look is believed at least, so that it can be used at all.
const LEAST_TRUST: Duration = Duration::from_secs(1);

/// Numbers every look, over all connections.
static GENERATION: AtomicU64 = AtomicU64::new(1);

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) link: Arc<Link>,
    /// How many requests are under way.
    pub(crate) busy: AtomicUsize,
    /// Milliseconds since the pool was made, when it was last used.
    pub(crate) used: AtomicU64,
    /// Whose it is.
    pub(crate) whose: Whose,
    /// Resources of which the server tells us.
    followed: Mutex<BTreeSet<Box<str>>>,
    /// How much a legacy server says.
    level: Mutex<Option<Level>>,
    stocks: Mutex<HashMap<DefinitionKind, Stock>>,
    /// Whether the server knows by now that we listen to what it announces, or never will.
    attended: watch::Sender<bool>,
    /// One look at a time.
    looking: tokio::sync::Mutex<()>,
}

/// What is known of one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stock {
    shelf: Arc<Shelf>,
    /// What may be seen, in the server's order.
    pub(crate) entries: Arc<Vec<Entry>>,
    /// Another number whenever it was looked at and was different.
    pub(crate) generation: u64,
    looked: Option<Instant>,
    /// How long this look is believed.
    pub(crate) trust: Duration,
    /// Whether it is for nobody but who asked for it.
    pub(crate) private: bool,
    /// Goes up with every notice of a change.
    changes: u64,
    refreshing: bool,
}

/// One entry of a list, as clients see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name there.
    pub(crate) public: Box<str>,
    /// The whole entry for legacy clients, JSON.
    pub(crate) legacy: Box<str>,
    /// The same for modern clients, if that is another.
    pub(crate) modern: Option<Box<str>>,
}

impl Entry {
    /// An entry as a server has it. Only tools are not the same in both eras.
    fn new(public: Box<str>, kind: DefinitionKind, raw: &str, modern: bool) -> Self {
        let (legacy, other) = match (kind, modern) {
            (DefinitionKind::Tool, true) => (bridge::tool_to_legacy(raw), raw.into()),
            (DefinitionKind::Tool, false) => (raw.into(), bridge::tool_to_modern(raw)),
            _ => (raw.into(), raw.into()),
        };
        let modern = (legacy != other).then(|| other.into());
        Self { public, legacy: legacy.into(), modern }
    }

    /// The whole entry for a client of this era, JSON.
    pub(crate) fn json(&self, modern: bool) -> &str {
        self.modern.as_deref().filter(|_| modern).unwrap_or(&self.legacy)
    }
}

/// A list could not be looked at.
#[derive(Debug)]
pub(crate) enum LookError {
    /// The server could not be reached, or answered nonsense.
    Link(LinkError),
    /// It does not say.
    Silent,
    /// The ledger cannot be written.
    CannotRecord,
}

impl LookError {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Link(error) => error.code(),
            Self::Silent => "list-could-not-be-read",
            Self::CannotRecord => "cannot-record",
        }
    }
}

impl Connection {
    pub(crate) fn new(link: Arc<Link>, whose: Whose) -> Self {
        Self {
            link,
            whose,
            followed: Mutex::default(),
            level: Mutex::default(),
            busy: AtomicUsize::new(0),
            used: AtomicU64::new(0),
            stocks: Mutex::default(),
            attended: watch::Sender::new(false),
            looking: tokio::sync::Mutex::default(),
        }
    }

    /// Notes that the server knows that we listen, or never will.
    pub(crate) fn attends(&self) {
        self.attended.send_replace(true);
    }

    /// Waits a moment until the server knows that we listen to what it announces: who is told
    /// that he will hear of changes is not to miss the first one.
    pub(crate) async fn attended(&self) {
        let mut attended = self.attended.subscribe();
        // We have the sender, so it only fails to come in time.
        tokio::time::timeout(LISTENING, attended.wait_for(|attended| *attended)).await.ok();
    }

    fn stocks(&self) -> MutexGuard<'_, HashMap<DefinitionKind, Stock>> {
        self.stocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the server says that it has such things at all.
    pub(crate) fn offers(&self, kind: DefinitionKind) -> bool {
        let introduction = &self.link.introduction().result;
        let capabilities = walk::member(introduction, "capabilities").unwrap_or_default();
        let name = match kind {
            DefinitionKind::Tool => "tools",
            DefinitionKind::Prompt => "prompts",
            DefinitionKind::Resource | DefinitionKind::Template => "resources",
        };
        walk::member(capabilities, name).is_some()
    }

    /// Notes that the server is to tell us of a resource. Returns whether it was not already.
    pub(crate) fn follow(&self, uri: &str) -> bool {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).insert(uri.into())
    }

    /// Notes that the server need not tell us of a resource. Returns whether it did.
    pub(crate) fn forget(&self, uri: &str) -> bool {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).remove(uri)
    }

    /// Sees to it that a legacy server says at least this much.
    pub(crate) async fn want_level(&self, level: Level) {
        if self.link.introduction().revision.is_modern() || !self.logs() {
            return;
        }
        {
            let mut known = self.level.lock().unwrap_or_else(PoisonError::into_inner);
            if known.is_some_and(|known| known <= level) {
                return;
            }
            *known = Some(level);
        }
        let params = format!(r#"{{"level":"{}"}}"#, level.name());
        let Some(out) = Outbound::plain(Method::SetLevel, Some(params.into())) else { return };
        // A server that does not want to is as loud as it likes; what is too much is kept back.
        if let Ok(mut exchange) = self.link.send(out).await {
            exchange.next().await.ok();
        }
    }

    fn logs(&self) -> bool {
        let introduction = &self.link.introduction().result;
        let capabilities = walk::member(introduction, "capabilities").unwrap_or_default();
        walk::member(capabilities, "logging").is_some()
    }

    /// The server says that a list has changed: nothing that was seen of it is believed.
    pub(crate) fn changed(&self, kind: DefinitionKind) {
        let mut stocks = self.stocks();
        let stock = stocks.entry(kind).or_default();
        stock.looked = None;
        stock.changes += 1;
    }

    /// How a definition stands, if somebody has looked lately. Asks for a new look in the
    /// background when the last one is getting old.
    pub(crate) fn standing(
        self: &Arc<Self>,
        server: &Arc<Server>,
        kind: DefinitionKind,
        name: &str,
    ) -> Option<Standing> {
        let now = Instant::now();
        let mut stocks = self.stocks();
        let stock = stocks.get_mut(&kind)?;
        let age = now.saturating_duration_since(stock.looked?);
        let pinned = pinned(server.judge.bundle.pin.as_ref(), kind, name);
        let standing = stock.shelf.standing(pinned, name, now, stock.trust);
        if age > stock.trust / 2 && !stock.refreshing {
            stock.refreshing = true;
            let (connection, server) = (Arc::clone(self), Arc::clone(server));
            tokio::spawn(async move { connection.look(&server, kind, true).await });
        }
        standing
    }

    /// What is known of a list; looks first if nobody has lately.
    pub(crate) async fn stock(
        &self,
        server: &Arc<Server>,
        kind: DefinitionKind,
    ) -> Result<Stock, LookError> {
        if let Some(stock) = self.fresh(kind) {
            return Ok(stock);
        }
        self.look(server, kind, false).await
    }

    /// What is known of a list, if somebody has looked lately.
    pub(crate) fn fresh_now(
        self: &Arc<Self>,
        server: &Arc<Server>,
        kind: DefinitionKind,
    ) -> Option<Stock> {
        let stock = self.fresh(kind)?;
        // Asks for a new look when this one is getting old.
        self.standing(server, kind, "");
        Some(stock)
    }

    fn fresh(&self, kind: DefinitionKind) -> Option<Stock> {
        let stocks = self.stocks();
        let stock = stocks.get(&kind)?;
        (stock.looked?.elapsed() <= stock.trust).then(|| stock.clone())
    }

    /// Looks at a list, unless somebody else just has. `anew`: even if it is fresh.
    pub(crate) async fn look(
        &self,
        server: &Arc<Server>,
        kind: DefinitionKind,
        anew: bool,
    ) -> Result<Stock, LookError> {
        let looking = self.looking.lock().await;
        if !anew && let Some(stock) = self.fresh(kind) {
            return Ok(stock);
        }
        let looked = tokio::time::timeout(server.patience, self.read(server, kind)).await;
        drop(looking);
        let looked = looked.map_err(|_| LookError::Silent).and_then(std::convert::identity);
        if let Some(stock) = self.stocks().get_mut(&kind) {
            stock.refreshing = false;
            if looked.is_err() {
                stock.looked = None;
            }
        }
        looked
    }

    async fn read(&self, server: &Arc<Server>, kind: DefinitionKind) -> Result<Stock, LookError> {
        for _ in 0..MOST_OVERTAKEN {
            let before = self.stocks().entry(kind).or_default().changes;
            let read = if self.offers(kind) {
                self.pages(server, kind).await?
            } else {
                Read::new(server.trust)
            };
            if let Some(stock) = self.put(server, kind, before, read)? {
                return Ok(stock);
            }
        }
        Err(LookError::Silent)
    }

    /// Puts a whole list on the shelf; `None` if it has changed while it was read.
    fn put(
        &self,
        server: &Arc<Server>,
        kind: DefinitionKind,
        before: u64,
        read: Read,
    ) -> Result<Option<Stock>, LookError> {
        let Read { seen: listed, entries, trust, private } = read;
        if private {
            server.is_private();
        }
        let now = Instant::now();
        let mut stand = Shelf::default();
        stand.replace(listed, now);
        server.record(|judge, whom, memory, batch| {
            judge.tell_missing(kind, &stand, &mut Seer { whom, memory }, batch);
        })?;
        let mut stocks = self.stocks();
        let stock = stocks.entry(kind).or_default();
        if stock.changes != before {
            return Ok(None);
        }
        if stock.generation == 0 || *stock.entries != entries {
            stock.entries = Arc::new(entries);
            stock.generation = GENERATION.fetch_add(1, Ordering::Relaxed);
        }
        stock.shelf = Arc::new(stand);
        stock.looked = Some(now);
        (stock.trust, stock.private) = (trust, private);
        Ok(Some(stock.clone()))
    }

    /// Whether an entry can be used here. A modern server over HTTP has arguments repeated in
    /// headers, and a tool that says wrongly in which is not to be shown (2026-07-28,
    /// basic/transports, "Custom Headers from Tool Parameters").
    fn takes(&self, kind: DefinitionKind, raw: &str) -> bool {
        let mirrors = kind == DefinitionKind::Tool && self.link.has_headers();
        !mirrors
            || walk::member(raw, "inputSchema").is_none_or(|raw| Params::of_schema(raw).is_ok())
    }

    /// Reads a list, page by page.
    async fn pages(&self, server: &Arc<Server>, kind: DefinitionKind) -> Result<Read, LookError> {
        let mut read = Read::new(server.trust);
        let modern = self.link.introduction().revision.is_modern();
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let params = server.own_params(&self.link, cursor.as_deref());
            let out =
                Outbound::plain(Method::listing(kind), Some(params)).ok_or(LookError::Silent)?;
            let mut exchange = self.link.send(out).await.map_err(LookError::Link)?;
            let answer = loop {
                let received = exchange.next().await.map_err(LookError::Link)?;
                match received.what() {
                    What::Result { .. } | What::Error { .. } => break received,
                    What::Notification { .. } | What::Request { .. } => {}
                }
            };
            let What::Result { result, .. } = answer.what() else { return Err(LookError::Silent) };
            let result = answer.part(result);
            if modern {
                read.holds(Cache::of(result));
            }
            server.record(|judge, whom, memory, batch| {
                let filtered = judge.filter(kind, result, &mut Seer { whom, memory }, batch);
                judge.tell_hidden(&filtered.hidden, whom, batch);
                let visible = filtered
                    .kept
                    .unwrap_or_else(|| shelf::entries(result, kind).map(|(_, raw)| raw).collect());
                let usable = visible.iter().filter(|raw| self.takes(kind, raw));
                read.entries.extend(usable.filter_map(|raw| server.entry(kind, raw, modern)));
                read.seen.absorb(filtered.seen);
            })?;
            cursor = walk::member(result, "nextCursor")
                .filter(|raw| raw.starts_with('"'))
                .map(Into::into);
            if cursor.is_none() {
                return Ok(read);
            }
        }
        Err(LookError::Silent)
    }
}

/// What one look has read.
#[derive(Debug)]
struct Read {
    seen: Seen,
    entries: Vec<Entry>,
    trust: Duration,
    private: bool,
}

impl Read {
    fn new(trust: Duration) -> Self {
        Self { seen: Seen::default(), entries: Vec::new(), trust, private: false }
    }

    /// Takes over what a page says of itself. It is never believed for longer than we would, and
    /// one that may not be kept at all is looked at anew as often as we would anyway.
    fn holds(&mut self, cache: Cache) {
        if cache.ttl_ms > 0 {
            self.trust = self.trust.min(Duration::from_millis(cache.ttl_ms).max(LEAST_TRUST));
        }
        self.private |= cache.scope == Scope::Private;
    }
}

impl Server {
    /// An entry as clients see it; `None` if it has no name.
    fn entry(&self, kind: DefinitionKind, raw: &str, modern: bool) -> Option<Entry> {
        let own = walk::text(raw, kind.name_member())?;
        let named = matches!(kind, DefinitionKind::Tool | DefinitionKind::Prompt);
        if !named || self.settings.prefix.is_empty() {
            return Some(Entry::new(own.into(), kind, raw, modern));
        }
        let public = format!("{}{own}", self.settings.prefix);
        let name = splice::text(&public);
        let json = splice::object(Some(raw), &[("name", splice::Edit::Set(&name))]);
        Some(Entry::new(public.into(), kind, &json, modern))
    }

    /// Does something that may have to be recorded, and stores the records.
    pub(crate) fn record(
        &self,
        with: impl FnOnce(
            &crate::judge::Judge,
            &crate::notes::Whom,
            &mut crate::judge::Memory,
            &mut Batch<'_>,
        ),
    ) -> Result<(), LookError> {
        let mut batch = Batch::default();
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        with(&self.judge, &self.whom, &mut memory, &mut batch);
        drop(memory);
        for alarm in batch.alarms.drain(..) {
            (self.tell)(&alarm);
        }
        let stored = batch
            .last
            .is_none_or(|seq| self.counts.timed(|| self.judge.ledger.commit(seq)).is_ok());
        if batch.broken || !stored { Err(LookError::CannotRecord) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(kind: DefinitionKind, raw: &str, of_modern: bool, [legacy, modern]: [&str; 2]) {
        let entry = Entry::new("a".into(), kind, raw, of_modern);
        assert_eq!((entry.json(false), entry.json(true)), (legacy, modern));
    }

    #[test]
    fn a_tool_is_listed_as_the_era_of_the_client_has_it() {
        let old = r#"{"name":"a","execution":{"taskSupport":"optional"}}"#;
        check(DefinitionKind::Tool, old, false, [old, r#"{"name":"a"}"#]);
        let new = r#"{"name":"a","outputSchema":{"type":"array"}}"#;
        check(DefinitionKind::Tool, new, true, [r#"{"name":"a"}"#, new]);
        let both = r#"{"name":"a","outputSchema":{"type":"object"}}"#;
        check(DefinitionKind::Tool, both, true, [both, both]);
        check(DefinitionKind::Tool, both, false, [both, both]);
        check(DefinitionKind::Prompt, old, false, [old, old]);
    }

    #[test]
    fn a_list_is_believed_for_as_long_as_it_says_and_never_for_longer_than_we_would() {
        let trust = Duration::from_secs(30);
        for (ttl_ms, expected) in [(0, 30_000), (5_000, 5_000), (60_000, 30_000), (1, 1_000)] {
            let mut read = Read::new(trust);
            read.holds(Cache { ttl_ms, scope: Scope::Public });
            assert_eq!((read.trust.as_millis(), read.private), (expected, false), "{ttl_ms}");
        }
        let mut read = Read::new(trust);
        read.holds(Cache { ttl_ms: 5_000, scope: Scope::Private });
        read.holds(Cache { ttl_ms: 9_000, scope: Scope::Public });
        assert_eq!((read.trust.as_millis(), read.private), (5_000, true));
    }
}
