//! MCP over one pair of pipes, for one client of either era.

use std::{
    collections::HashMap,
    io::{Read, Write},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::mpsc;
use warden_mcp::{IdKey, Line, LineReader, Method, Revision, reply, walk};

use super::{
    Answer, Core, Gateway,
    asked::{Asked, NotTaken, Request},
    caller::Caller,
    can::Can,
    http::legacy,
    meta,
    metrics::Transport,
    outlet::Outlet,
    session::{Session, Wire},
    stay::Stay,
    traces::Ended,
};
use crate::Refusal;

/// How many messages may wait for a client that reads slowly, or for us.
const WAITING: usize = 256;

/// The most requests that are under way at a time.
const MOST: usize = 1024;

/// How long what is under way may take once the client has closed its end.
const LAST: Duration = Duration::from_secs(10);

/// The client at the other end.
struct Client {
    gateway: Arc<Gateway>,
    principal: Arc<str>,
    view: String,
    wire: Wire,
    session: Mutex<Option<Arc<Session>>>,
    /// Modern requests that are under way.
    running: Mutex<HashMap<IdKey, Arc<tokio::sync::Notify>>>,
}

/// What the reading thread has read.
enum Read1 {
    Line(Bytes),
    TooLong,
}

/// Serves one client until it closes its end. Returns whether there is such a view.
pub async fn serve_pipe(
    gateway: &Arc<Gateway>,
    view: &str,
    from: Box<dyn Read + Send>,
    to: Box<dyn Write + Send>,
) -> bool {
    if gateway.core().view(view).is_none() {
        return false;
    }
    let most = gateway.core().settings.limits.message;
    let (lines, mut read) = mpsc::channel(WAITING);
    thread::spawn(move || read_lines(from, most, &lines));
    let (wire, out) = mpsc::channel(WAITING);
    let writer = thread::spawn(move || write_lines(to, out));
    let client = Arc::new(Client {
        gateway: Arc::clone(gateway),
        principal: "local".into(),
        view: view.to_owned(),
        wire,
        session: Mutex::default(),
        running: Mutex::default(),
    });
    let mut under_way = tokio::task::JoinSet::new();
    while let Some(line) = read.recv().await {
        while under_way.try_join_next().is_some() {}
        match line {
            Read1::TooLong => client.refuse(Refusal::TooLong, "null").await,
            Read1::Line(line) => {
                if under_way.len() >= MOST {
                    // The client is answered in the order in which there is room.
                    under_way.join_next().await;
                }
                client.take(&line, &mut under_way).await;
            }
        }
    }
    let all = async { while under_way.join_next().await.is_some() {} };
    tokio::time::timeout(LAST, all).await.ok();
    under_way.abort_all();
    while under_way.join_next().await.is_some() {}
    client.part();
    drop(client);
    // The writer ends once nobody can send any more.
    tokio::task::spawn_blocking(move || writer.join().is_ok()).await.ok();
    true
}

fn read_lines(from: Box<dyn Read + Send>, most: usize, lines: &mpsc::Sender<Read1>) {
    let mut reader = LineReader::new(from, most);
    loop {
        while let Some(line) = reader.next() {
            let read = match line {
                Line::Whole([]) => continue,
                Line::Whole(line) => Read1::Line(Bytes::copy_from_slice(line)),
                Line::TooLong { .. } | Line::Torn(_) => Read1::TooLong,
            };
            if lines.blocking_send(read).is_err() {
                return;
            }
        }
        if !matches!(reader.fill(), Ok(true)) {
            return;
        }
    }
}

fn write_lines(mut to: Box<dyn Write + Send>, mut out: mpsc::Receiver<Bytes>) {
    let mut gathered = Vec::new();
    while let Some(message) = out.blocking_recv() {
        gathered.clear();
        gathered.extend_from_slice(&message);
        gathered.push(b'\n');
        while let Ok(message) = out.try_recv() {
            gathered.extend_from_slice(&message);
            gathered.push(b'\n');
        }
        if to.write_all(&gathered).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
}

impl Client {
    async fn refuse(&self, refusal: Refusal, id: &str) {
        let core = self.gateway.core();
        if let Some(caller) = self.stranger(&core, Revision::NEWEST_LEGACY) {
            core.tell_dropped(&caller, refusal, None);
        }
        self.send(refusal.answer(id, "the message", "")).await;
    }

    /// Answers a request that goes no further.
    async fn say_no(&self, core: &Core, answer: Answer) {
        if let Ended::Refused(reason, _) = answer.ended {
            core.metrics.refused(reason);
        }
        self.send(answer.body).await;
    }

    async fn send(&self, mut message: Vec<u8>) {
        warden_mcp::splice::one_line(&mut message);
        // Who does not read it has gone.
        self.wire.send(message.into()).await.ok();
    }

    fn session(&self) -> Option<Arc<Session>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn stranger(&self, core: &Core, revision: Revision) -> Option<Caller> {
        Some(Caller {
            who: core.local(),
            principal: Arc::clone(&self.principal),
            subject: None,
            revision,
            view: core.view(&self.view)?,
            client: None,
            info: None,
            can: Can::default(),
            extensions: None,
            level: None,
            along: None,
            session: None,
            stay: Stay::default(),
        })
    }

    /// Deals with one message.
    async fn take(self: &Arc<Self>, line: &Bytes, under_way: &mut tokio::task::JoinSet<()>) {
        let core = self.gateway.core();
        let asked = match Asked::read(line) {
            Ok(asked) => asked,
            Err(not) => return self.not_taken(&core, &not).await,
        };
        match asked {
            Asked::Request(request) => self.request(core, request, under_way).await,
            Asked::Notification(notification) => {
                if notification.method == Method::Cancelled {
                    self.cancel(notification.params());
                }
                if let Some(caller) = self.caller(&core, notification.params()) {
                    core.notification(&caller, &notification);
                }
            }
            Asked::Response(response) => {
                let session = self.session();
                if let Some(caller) = session.and_then(|session| self.in_session(&core, &session)) {
                    core.response(&caller, &response);
                }
            }
        }
    }

    async fn not_taken(&self, core: &Core, not: &NotTaken) {
        let session = self.session();
        let revision = session.as_ref().map_or(Revision::NEWEST, |session| session.revision);
        let Some(caller) = self.stranger(core, revision) else { return };
        let answer = match (&not.method, &not.id) {
            (Some(method), Some(id)) => {
                core.unheard_of(&caller, (id, method), Transport::Stdio).body
            }
            (Some(method), None) => {
                return core.tell_dropped(&caller, not.refusal, Some(method));
            }
            (None, _) => {
                core.tell_dropped(&caller, not.refusal, None);
                let id = not.id.as_deref().unwrap_or("null");
                not.refusal.answer(id, "the message", "")
            }
        };
        self.send(answer).await;
    }

    /// Who asks: the session if the message does not carry what a modern one does.
    fn caller(&self, core: &Core, params: Option<&str>) -> Option<Caller> {
        if params.is_some_and(meta::is_modern) {
            let mut caller = self.stranger(core, Revision::NEWEST)?;
            caller.read_metadata(params.unwrap_or("{}"));
            return Some(caller);
        }
        self.in_session(core, &self.session()?)
    }

    fn in_session(&self, core: &Core, session: &Arc<Session>) -> Option<Caller> {
        Some(Caller {
            client: Some(Arc::clone(&session.client)),
            can: session.can,
            session: Some(Arc::clone(session)),
            ..self.stranger(core, session.revision)?
        })
    }

    async fn request(
        self: &Arc<Self>,
        core: Arc<Core>,
        request: Request,
        under_way: &mut tokio::task::JoinSet<()>,
    ) {
        let params = request.params();
        if request.method == Method::Initialize && !params.is_some_and(meta::is_modern) {
            self.begin(&core, params);
        }
        if let Err(answer) = modern_enough(&request) {
            return self.say_no(&core, answer).await;
        }
        let Some(caller) = self.caller(&core, params) else {
            let message = "begin with `initialize`, or say the revision in `_meta`";
            let id = request.id();
            let answer = Answer::ours(id, reply::INVALID_REQUEST, message, "no-session");
            return self.say_no(&core, answer).await;
        };
        let me = Arc::clone(self);
        under_way.spawn(async move {
            let outlet = Outlet::Pipe(me.wire.clone(), caller.session.clone());
            let work = std::pin::pin!(core.request(&caller, &request, &outlet));
            let answer = match &caller.session {
                Some(session) => session.run(&request.key, work).await,
                None => me.run(&request.key, work).await,
            };
            if !answer.body.is_empty() {
                me.send(answer.body).await;
            }
        });
    }

    /// Begins a session; another one ends the one before.
    fn begin(&self, core: &Core, params: Option<&str>) {
        self.part();
        let beginning = legacy::beginning(&self.principal, &self.view, params);
        let session = Arc::new(Session::begin(beginning));
        session.streams(|streams| streams.stand_plain(self.wire.clone()));
        core.sessions.join(&session);
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(session);
    }

    fn part(&self) {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(session) = session {
            self.gateway.core().sessions.part(&session);
        }
    }

    async fn run(&self, key: &IdKey, work: impl Future<Output = Answer>) -> Answer {
        let taken_back = Arc::new(tokio::sync::Notify::new());
        let running = || self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running().insert(key.clone(), Arc::clone(&taken_back));
        let answer = tokio::select! {
            answer = work => answer,
            () = taken_back.notified() => Answer::none(),
        };
        running().remove(key);
        answer
    }

    fn cancel(&self, params: Option<&str>) {
        if let Some(session) = self.session() {
            session.cancel(params);
        }
        let Some(key) = legacy::cancelled(params) else { return };
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken_back) = running.get(&key) {
            taken_back.notify_one();
        }
    }
}

/// Whether a request that carries metadata names a revision that we speak.
fn modern_enough(request: &Request) -> Result<(), Answer> {
    let Some(params) = request.params().filter(|params| meta::is_modern(params)) else {
        return if request.method == Method::Discover {
            let message = "`_meta` names no revision";
            Err(Answer::ours(request.id(), reply::INVALID_PARAMS, message, "no-metadata"))
        } else {
            Ok(())
        };
    };
    let metadata = walk::member(params, "_meta").unwrap_or("{}");
    let version = walk::text(metadata, meta::VERSION).unwrap_or_default();
    match Revision::parse(&version) {
        Some(revision) if revision.is_modern() => Ok(()),
        _ => Err(Answer::unsupported(request.id(), &version)),
    }
}
