//! What a server says outside of any request.

use std::sync::Arc;

use tokio::sync::mpsc;
use warden_audit::{Event, Process, Record};
use warden_mcp::{Method, splice};
use warden_model::DefinitionKind;

use super::{Connection, Key, Server};
use crate::{
    Refusal,
    gateway::{
        can::Can,
        connection::LookError,
        subscribe,
        upstream::{Aside, What},
    },
};

/// Something that clients may have to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A list has changed.
    Changed(DefinitionKind),
    /// A resource has changed: its URI.
    Updated(Box<str>),
    /// Something has come of a task.
    Task {
        /// How that is said.
        method: Method,
        /// What the server calls the task.
        own: Box<str>,
        /// JSON, with that name in it.
        params: Box<str>,
    },
    /// Something that belongs to no request, and to no list: a log message, or that a person has
    /// visited an address. With its parameters, JSON.
    Said(Method, Box<str>),
}

impl Server {
    /// Has the server say what it announces to everybody.
    pub(super) async fn attend(self: &Arc<Self>, connection: &Arc<Connection>, can: Can) {
        if connection.link.introduction().revision.is_modern() {
            subscribe::listen_to_lists(connection, self);
            return;
        }
        let listening = Arc::clone(connection);
        tokio::spawn(async move {
            // A server without such a stream announces nothing.
            listening.link.listen().await.ok();
            listening.attends();
        });
        if can.any() {
            // Older SDKs ask on this stream, and lose the question if nobody listens yet.
            connection.attended().await;
        }
    }

    /// Believes no look at its lists any more: what may be seen of them has changed.
    pub(crate) fn look_again(&self) {
        let all = [
            DefinitionKind::Tool,
            DefinitionKind::Prompt,
            DefinitionKind::Resource,
            DefinitionKind::Template,
        ];
        for connection in self.connections() {
            for kind in all {
                connection.changed(kind);
            }
        }
    }

    /// Passes news on.
    pub(crate) fn hear(self: &Arc<Self>, connection: &Arc<Connection>, news: News) {
        if let News::Changed(kind) = news {
            connection.changed(kind);
            if kind == DefinitionKind::Resource {
                connection.changed(DefinitionKind::Template);
            }
        }
        (self.heard)(self, connection, news);
    }

    pub(super) fn tell_started(&self, connection: &Connection) -> Result<(), LookError> {
        self.record(|judge, whom, memory, batch| {
            let process = Process { pid: connection.link.pid(), ..Process::default() };
            let record = Record { process: Some(process), ..whom.record(Event::ServerStarted) };
            batch.after(judge.ledger.append(record).ok());
            let introduction = &connection.link.introduction().result;
            let mut seer = crate::judge::Seer { whom, memory };
            judge.introduces_well(introduction, &mut seer, batch);
        })
    }
}

/// Takes in what a connection says outside of any request, until it ends.
pub(super) async fn hear(
    server: Arc<Server>,
    connection: Arc<Connection>,
    key: Key,
    mut asides: mpsc::Receiver<Aside>,
) {
    let mut process = None;
    let mut dropped = 0_u64;
    while let Some(aside) = asides.recv().await {
        match aside {
            Aside::Said(received) => match received.what() {
                What::Notification { method, params } => {
                    let params = params.as_ref().map(|params| received.part(params));
                    if let Some(news) = News::of(*method, params) {
                        server.hear(&connection, news);
                    }
                }
                What::Request { id, method, .. } => {
                    // Nobody knows on whose behalf it asks, so nobody is asked.
                    let id = received.part(id);
                    let error = r#"{"code":-32601,"message":"no request of yours is under way"}"#;
                    connection.link.answer(&splice::failure(id, error)).await.ok();
                    note_dropped(&server, Refusal::NotAsked, Some(method.name()), &mut dropped);
                }
                What::Result { .. } | What::Error { .. } => {
                    note_dropped(&server, Refusal::NotAsked, None, &mut dropped);
                }
            },
            Aside::Dropped(refusal, method) => {
                note_dropped(&server, refusal, method.as_deref(), &mut dropped);
            }
            Aside::Ended(how) => {
                process = how;
                break;
            }
        }
    }
    if let Some(group) = server.groups().get_mut(&key) {
        group.connections.retain(|other| !Arc::ptr_eq(other, &connection));
    }
    server.room.notify_waiters();
    // The ledger has failed before, and has said so.
    server
        .record(|judge, whom, _, batch| {
            let record = Record { process, ..whom.record(Event::ServerStopped) };
            batch.after(judge.ledger.append(record).ok());
        })
        .ok();
}

/// Records that a message was not passed on. A flood of them costs little.
fn note_dropped(server: &Server, refusal: Refusal, method: Option<&str>, count: &mut u64) {
    *count += 1;
    server.counts.refused(refusal.code());
    if *count <= 64 || count.is_power_of_two() {
        // The ledger has failed before, and has said so.
        server
            .record(|judge, whom, _, batch| {
                judge.tell_dropped(refusal, method, whom, batch);
            })
            .ok();
    }
}
