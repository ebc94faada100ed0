//! How the gateway introduces itself: as the one server of a view, or as all of them.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use warden_mcp::{Method, Revision, splice, splice::Edit, walk};
use warden_model::DefinitionKind;

use super::{Answer, Core, asked::Request, caller::Caller, connection::Connection, server::Server};

/// How long servers that nobody has asked yet are waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What some server of a view is capable of.
#[derive(Debug, Default)]
struct Capable {
    kinds: BTreeSet<DefinitionKind>,
    subscribe: bool,
    completions: bool,
    logging: bool,
    /// `extensions` of the only server, as written.
    extensions: Option<String>,
    /// `tasks` of the only server, as written.
    tasks: Option<String>,
    /// `serverInfo` of the only server, as written.
    info: Option<String>,
    instructions: Vec<(String, String)>,
}

impl Core {
    /// Answers `initialize` or `server/discover`.
    pub(crate) async fn introduce(&self, caller: &Caller, request: &Request) -> Answer {
        let capable = request.seen.server(self.capable(caller)).await;
        let result = if request.method == Method::Discover {
            self.discover_result(&capable)
        } else {
            initialize_result(&capable, caller.revision)
        };
        Answer::result(splice::answer(request.id(), &result))
    }

    async fn capable(&self, caller: &Caller) -> Capable {
        let servers = caller.view.servers.iter().filter_map(|at| self.servers.get(*at));
        let servers: Vec<_> =
            servers.filter(|server| server.judge.bundle.pin.is_some()).cloned().collect();
        let mut capable = Capable::default();
        for kind in DefinitionKind::ALL {
            if caller.view.has(*kind) {
                capable.kinds.insert(*kind);
            }
        }
        let only = servers.len() == 1;
        let mut opening = tokio::task::JoinSet::new();
        let mut open = Vec::new();
        for (order, server) in servers.into_iter().enumerate() {
            // Nobody is asked for a token by somebody who may do nothing with it.
            if server.settings.credentials.is_some() && !self.may_see_any(caller, &server) {
                continue;
            }
            let key = caller.key(&server);
            match server.open_connection(&key) {
                Some(connection) => open.push((order, server, connection)),
                None => drop(opening.spawn(async move {
                    let leased = tokio::time::timeout(PATIENCE, server.lease(&key)).await;
                    let connection =
                        leased.ok()?.ok().map(|lease| Arc::clone(&lease.connection))?;
                    Some((order, server, connection))
                })),
            }
        }
        while let Some(opened) = opening.join_next().await {
            open.extend(opened.ok().flatten());
        }
        open.sort_by_key(|(order, _, _)| *order);
        for (_, server, connection) in &open {
            capable.add(server, connection, only);
        }
        capable
    }

    fn discover_result(&self, capable: &Capable) -> String {
        let versions: Vec<_> =
            Revision::ALL.iter().rev().map(|revision| splice::text(revision.name())).collect();
        let (ttl, scope) = (self.settings.trust.as_millis(), "private");
        let capabilities = capable.capabilities(Revision::NEWEST);
        let mut result = format!(
            r#"{{"resultType":"complete","supportedVersions":[{}],"capabilities":{capabilities},"_meta":{{"io.modelcontextprotocol/serverInfo":{}}}"#,
            versions.join(","),
            capable.info(),
        );
        capable.instruct(&mut result);
        result.push_str(&format!(r#","ttlMs":{ttl},"cacheScope":"{scope}"}}"#));
        result
    }
}

fn initialize_result(capable: &Capable, revision: Revision) -> String {
    let capabilities = capable.capabilities(revision);
    let mut result = format!(
        r#"{{"protocolVersion":"{}","capabilities":{capabilities},"serverInfo":{}"#,
        revision.name(),
        capable.info(),
    );
    capable.instruct(&mut result);
    result.push('}');
    result
}

impl Capable {
    fn add(&mut self, server: &Server, connection: &Connection, only: bool) {
        let introduction = connection.link.introduction();
        let result = &*introduction.result;
        let capabilities = walk::member(result, "capabilities").unwrap_or("{}");
        let has = |name| walk::member(capabilities, name).is_some();
        for kind in DefinitionKind::ALL {
            if connection.offers(*kind) {
                self.kinds.insert(*kind);
            }
        }
        let resources = walk::member(capabilities, "resources").unwrap_or("{}");
        self.subscribe |= walk::member(resources, "subscribe") == Some("true");
        self.completions |= has("completions");
        self.logging |= has("logging");
        if only {
            let own = |name| walk::member(capabilities, name).map(str::to_owned);
            self.extensions = own("extensions");
            self.tasks = own("tasks");
            let meta = walk::member(result, "_meta").unwrap_or("{}");
            let info = walk::member(result, "serverInfo")
                .or_else(|| walk::member(meta, "io.modelcontextprotocol/serverInfo"));
            self.info = info.map(str::to_owned);
        }
        // Only what was approved is shown, and it was compared when the connection was opened.
        let approved = server.judge.bundle.pin.as_ref().and_then(|pin| pin.instructions.clone());
        let written = walk::text(result, "instructions");
        let hidden = server.judge.definitions.instructions().is_some_and(|found| found.hidden);
        let shown = |approved: &String| !hidden && written.as_deref() == Some(approved);
        if let Some(approved) = approved.filter(shown) {
            self.instructions.push((server.settings.name.clone(), approved));
        }
    }

    fn info(&self) -> String {
        self.info.clone().unwrap_or_else(|| {
            format!(
                r#"{{"name":"mcpwarden","title":"MCP Warden","version":"{}"}}"#,
                env!("CARGO_PKG_VERSION")
            )
        })
    }

    fn capabilities(&self, revision: Revision) -> String {
        let mut edits = Vec::new();
        let has = |kind| self.kinds.contains(&kind);
        if has(DefinitionKind::Tool) {
            edits.push(("tools", r#"{"listChanged":true}"#));
        }
        if has(DefinitionKind::Prompt) {
            edits.push(("prompts", r#"{"listChanged":true}"#));
        }
        if has(DefinitionKind::Resource) || has(DefinitionKind::Template) {
            edits.push((
                "resources",
                if self.subscribe {
                    r#"{"subscribe":true,"listChanged":true}"#
                } else {
                    r#"{"listChanged":true}"#
                },
            ));
        }
        if self.completions && revision >= Revision::V2025_03_26 {
            edits.push(("completions", "{}"));
        }
        if self.logging {
            edits.push(("logging", "{}"));
        }
        let tasks = self.tasks.as_deref().filter(|_| revision == Revision::V2025_11_25);
        edits.extend(tasks.map(|tasks| ("tasks", tasks)));
        let extensions = self.extensions.as_deref().filter(|_| revision.is_modern());
        edits.extend(extensions.map(|extensions| ("extensions", extensions)));
        let edits: Vec<_> =
            edits.into_iter().map(|(name, value)| (name, Edit::Set(value))).collect();
        splice::object(None, &edits)
    }

    /// Writes the instructions, each under the name of its server if there are several.
    fn instruct(&self, result: &mut String) {
        let text = match &self.instructions[..] {
            [] => return,
            [(_, only)] => only.clone(),
            several => {
                let parts = several.iter().map(|(name, text)| format!("# {name}\n\n{text}"));
                parts.collect::<Vec<_>>().join("\n\n")
            }
        };
        result.push_str(",\"instructions\":");
        result.push_str(&splice::text(&text));
    }
}
