//! Who gets what a server says, where everybody shares one connection.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::mpsc;
use warden_mcp::{Gate, IdKey, Method, frame, walk};

use super::{
    Aside, LinkError, Received, What, belongs_to_all, envelope, mailbox::Mailbox, received::batch,
};
use crate::Refusal;

/// So many requests that nobody waits for any more are remembered, for the sake of late answers.
const MOST_FORGOTTEN: usize = 1024;

/// The exchanges of one connection.
#[derive(Debug)]
pub(super) struct Board {
    state: Mutex<State>,
    aside: mpsc::Sender<Aside>,
    /// The longest message.
    most: usize,
}

/// What a server may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Manner {
    /// One message at a time, also requests.
    #[default]
    Single,
    /// Several messages at a time as well.
    Batches,
    /// One message at a time, and no requests.
    Modern,
}

#[derive(Debug, Default)]
struct State {
    open: HashMap<i64, Slot>,
    tokens: HashMap<IdKey, i64>,
    last: i64,
    forgotten: Forgotten,
    manner: Manner,
    /// All requests are of one client.
    one_client: bool,
    over: bool,
}

#[derive(Debug)]
struct Slot {
    mailbox: Arc<Mailbox>,
    token: Option<IdKey>,
    method: Method,
}

/// The requests that nobody waits for any more and that have not been answered, the oldest first.
#[derive(Debug, Default)]
struct Forgotten {
    order: VecDeque<i64>,
    all: HashSet<i64>,
}

/// Where a message belongs.
enum Place {
    To(Arc<Mailbox>),
    Aside,
    Nowhere,
    Dropped(Refusal, Option<Method>),
}

impl Board {
    pub(super) fn new(aside: mpsc::Sender<Aside>, most: usize) -> Self {
        Self { state: Mutex::default(), aside, most }
    }

    /// A place for the answer to a new request, and its identifier.
    pub(super) fn open(
        &self,
        method: Method,
        params: Option<&str>,
    ) -> Result<(i64, Arc<Mailbox>), LinkError> {
        let token = params.and_then(progress_token);
        let mailbox = Arc::new(Mailbox::default());
        let mut state = self.state();
        if state.over {
            return Err(LinkError::Gone);
        }
        state.last += 1;
        let id = state.last;
        if let Some(token) = &token {
            state.tokens.insert(token.clone(), id);
        }
        state.open.insert(id, Slot { mailbox: Arc::clone(&mailbox), token, method });
        Ok((id, mailbox))
    }

    /// Says that nobody waits for this answer any more. Returns whether it was still to come.
    pub(super) fn forget(&self, id: i64) -> bool {
        let mut state = self.state();
        let open = state.close(id).is_some();
        if open {
            state.forgotten.insert(id);
        }
        open && !state.over
    }

    /// Says that the server is of the modern era, and asks nothing.
    pub(super) fn is_modern(&self) {
        self.state().manner = Manner::Modern;
    }

    /// Says that all requests are of one client, who may be told anything on any of them.
    pub(super) fn serves_one(&self) {
        self.state().one_client = true;
    }

    /// Says that the server is of the revision that has batches.
    pub(super) fn takes_batches(&self) {
        self.state().manner = Manner::Batches;
    }

    /// Whether messages are still taken.
    pub(super) fn alive(&self) -> bool {
        !self.state().over
    }

    /// Fails every exchange; no new one can be opened.
    pub(super) fn end(&self, error: &LinkError) {
        let mut state = self.state();
        state.over = true;
        state.tokens.clear();
        let open = std::mem::take(&mut state.open);
        drop(state);
        for slot in open.into_values() {
            slot.mailbox.fail(error.clone());
        }
    }

    /// Takes one message, or a batch of them, to where it belongs. Returns what is to be answered
    /// at once: to a ping, or to a request that nobody knows.
    pub(super) async fn take(&self, bytes: Bytes) -> Option<Vec<u8>> {
        let batch = if self.state().manner == Manner::Batches { batch(&bytes) } else { None };
        let Some(batch) = batch else { return self.take_one(bytes).await };
        let mut answers = Vec::new();
        for one in batch {
            answers.extend(self.take_one(one).await);
        }
        let all = [&b"["[..], &answers.join(&b","[..]), b"]"].concat();
        (!answers.is_empty()).then_some(all)
    }

    async fn take_one(&self, bytes: Bytes) -> Option<Vec<u8>> {
        let received = match Received::read(bytes.clone()) {
            Ok(received) => received,
            Err((refusal, name)) => {
                self.say(Aside::Dropped(refusal, name)).await;
                return Received::not_known(&bytes)
                    .filter(|_| self.state().manner != Manner::Modern);
            }
        };
        if let What::Request { id, method: Method::Ping, .. } = received.what() {
            return Some(envelope::pong(received.part(id)));
        }
        match self.place(&received) {
            Place::To(mailbox) => mailbox.put(received, self.most).await,
            Place::Aside => self.say(Aside::Said(received)).await,
            Place::Nowhere => {}
            Place::Dropped(refusal, method) => {
                let name = method.map(|method| method.name().to_owned());
                self.say(Aside::Dropped(refusal, name)).await;
            }
        }
        None
    }

    /// Says that a message was too long to be kept. `id` is what could be made out of it.
    pub(super) async fn too_long(&self, id: Option<IdKey>) {
        let slot = match id {
            Some(IdKey::Number(id)) => self.state().close(id),
            _ => None,
        };
        match slot {
            Some(slot) => slot.mailbox.fail(LinkError::TooLong),
            None => self.say(Aside::Dropped(Refusal::TooLong, None)).await,
        }
    }

    pub(super) async fn say(&self, aside: Aside) {
        // Nobody listens once the link is being given up.
        self.aside.send(aside).await.ok();
    }

    fn place(&self, received: &Received) -> Place {
        let mut state = self.state();
        match received.what() {
            What::Result { id, .. } | What::Error { id: Some(id), .. } => state.answered(id),
            // About something that the server could not read, so it was the only thing we said.
            What::Error { id: None, .. } => {
                let lone = state.open.keys().next().copied().filter(|_| state.open.len() == 1);
                match lone {
                    Some(id) => state.answered(&IdKey::Number(id)),
                    None => Place::Dropped(Refusal::NotAsked, None),
                }
            }
            What::Request { method, .. } if state.manner == Manner::Modern => {
                Place::Dropped(Refusal::UnknownMethod, Some(*method))
            }
            What::Notification { method: Method::Progress, params } => {
                let params = params.as_ref().map(|range| received.part(range)).unwrap_or_default();
                match walk::member(params, "progressToken").and_then(token) {
                    Some(token) => state.with_token(&token),
                    None => Place::Dropped(Refusal::Malformed, Some(Method::Progress)),
                }
            }
            What::Notification { method, .. } if belongs_to_all(*method) => Place::Aside,
            What::Notification { method: Method::SubscriptionsAcknowledged, params } => {
                let params = params.as_ref().map(|range| received.part(range)).unwrap_or_default();
                state.subscription(params)
            }
            What::Notification { .. } | What::Request { .. } => match state.only_one() {
                Some(mailbox) => Place::To(mailbox),
                None => Place::Aside,
            },
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self, id: i64) -> Option<Slot> {
        let slot = self.open.remove(&id)?;
        if let Some(token) = &slot.token
            && self.tokens.get(token) == Some(&id)
        {
            self.tokens.remove(token);
        }
        Some(slot)
    }

    fn answered(&mut self, id: &IdKey) -> Place {
        let IdKey::Number(id) = id else {
            return Place::Dropped(Refusal::NotAsked, None);
        };
        if let Some(slot) = self.close(*id) {
            return Place::To(slot.mailbox);
        }
        if self.forgotten.remove(*id) {
            return Place::Nowhere;
        }
        Place::Dropped(Refusal::NotAsked, None)
    }

    fn with_token(&self, token: &IdKey) -> Place {
        let slot = self.tokens.get(token).and_then(|id| self.open.get(id));
        match slot {
            Some(slot) => Place::To(Arc::clone(&slot.mailbox)),
            None => Place::Dropped(Refusal::NotAsked, Some(Method::Progress)),
        }
    }

    /// The subscription that a notification names as its own.
    fn subscription(&self, params: &str) -> Place {
        let meta = walk::member(params, "_meta").unwrap_or_default();
        let id = walk::member(meta, "io.modelcontextprotocol/subscriptionId").and_then(token);
        let slot = match id {
            Some(IdKey::Number(id)) => self.open.get(&id),
            _ => None,
        };
        slot.map_or(Place::Aside, |slot| Place::To(Arc::clone(&slot.mailbox)))
    }

    /// The one exchange that can be the cause of what a server says without naming one: the only
    /// one that has the server do something, or, if there is none, the only one at all. Where all
    /// are of one client, the latest will do.
    fn only_one(&self) -> Option<Arc<Mailbox>> {
        let with = |acts: bool| {
            self.open.iter().filter(move |(_, slot)| {
                slot.method != Method::SubscriptionsListen
                    && (!acts || matches!(slot.method.gate(), Gate::Judge(_)))
            })
        };
        let acting = with(true).count();
        let slot = match acting {
            0 => with(false).next().filter(|_| with(false).count() == 1),
            1 => with(true).next(),
            _ => with(true).max_by_key(|(id, _)| **id).filter(|_| self.one_client),
        };
        slot.map(|(_, slot)| Arc::clone(&slot.mailbox))
    }
}

impl Forgotten {
    fn insert(&mut self, id: i64) {
        self.all.insert(id);
        self.order.push_back(id);
        if self.order.len() > MOST_FORGOTTEN
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }

    fn remove(&mut self, id: i64) -> bool {
        self.all.remove(&id)
    }
}

/// The token with which the progress of a request is reported, if it asks for that.
fn progress_token(params: &str) -> Option<IdKey> {
    token(walk::member(walk::member(params, "_meta")?, "progressToken")?)
}

fn token(raw: &str) -> Option<IdKey> {
    match frame::string(raw) {
        Some(text) => Some(IdKey::Text(text.into())),
        None => raw.parse().ok().map(IdKey::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board() -> (Board, mpsc::Receiver<Aside>) {
        let (aside, asides) = mpsc::channel(16);
        (Board::new(aside, 1000), asides)
    }

    async fn hear(board: &Board, text: &str) -> Option<String> {
        let answer = board.take(Bytes::copy_from_slice(text.as_bytes())).await;
        answer.map(|answer| String::from_utf8(answer).unwrap())
    }

    fn judged(board: &Board) -> (i64, Arc<Mailbox>) {
        board.open(Method::ToolsCall, None).unwrap()
    }

    const LOG: &str = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#;

    #[tokio::test]
    async fn an_answer_is_given_once_and_a_forgotten_one_not_at_all() {
        let (board, mut asides) = board();
        let (id, mailbox) = judged(&board);
        let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{}}}}"#);
        hear(&board, &answer).await;
        assert!(mailbox.next().await.is_ok());
        hear(&board, &answer).await;
        assert!(matches!(asides.try_recv(), Ok(Aside::Dropped(Refusal::NotAsked, None))));
        let (id, _) = judged(&board);
        assert!(board.forget(id));
        assert!(!board.forget(id));
        let late = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{}}}}"#);
        hear(&board, &late).await;
        assert!(asides.try_recv().is_err());
        hear(&board, &late).await;
        assert!(matches!(asides.try_recv(), Ok(Aside::Dropped(Refusal::NotAsked, None))));
    }

    #[tokio::test]
    async fn what_names_no_request_goes_to_the_only_one_that_can_be_meant() {
        let (board, mut asides) = board();
        let (listening, listener) = board.open(Method::SubscriptionsListen, None).unwrap();
        let (_, list) = board.open(Method::ToolsList, None).unwrap();
        hear(&board, LOG).await;
        assert!(list.next().await.is_ok());
        let (_, one) = judged(&board);
        hear(&board, LOG).await;
        assert!(one.next().await.is_ok());
        let _two = judged(&board);
        hear(&board, LOG).await;
        assert!(matches!(asides.try_recv(), Ok(Aside::Said(_))));
        board.serves_one();
        let (_, latest) = judged(&board);
        hear(&board, LOG).await;
        assert!(latest.next().await.is_ok());
        let heard = format!(
            r#"{{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{{"_meta":{{"io.modelcontextprotocol/subscriptionId":{listening}}}}}}}"#
        );
        hear(&board, &heard).await;
        assert!(listener.next().await.is_ok());
    }

    #[tokio::test]
    async fn an_error_about_nothing_is_about_the_only_thing_that_was_said() {
        let (board, mut asides) = board();
        let error = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":""}}"#;
        let (_, mailbox) = judged(&board);
        hear(&board, error).await;
        assert!(mailbox.next().await.is_ok());
        let _two = (judged(&board), judged(&board));
        hear(&board, error).await;
        assert!(matches!(asides.try_recv(), Ok(Aside::Dropped(Refusal::NotAsked, None))));
    }

    #[tokio::test]
    async fn pings_and_unknown_requests_are_answered_and_a_modern_server_asks_nothing() {
        let (board, mut asides) = board();
        let ping = hear(&board, r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#).await;
        assert_eq!(ping.as_deref(), Some(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#));
        let strange = r#"{"jsonrpc":"2.0","id":8,"method":"strange"}"#;
        assert!(hear(&board, strange).await.unwrap().contains("-32601"));
        assert!(matches!(asides.try_recv(), Ok(Aside::Dropped(Refusal::UnknownMethod, Some(_)))));
        board.is_modern();
        assert_eq!(hear(&board, strange).await, None);
        let roots = r#"{"jsonrpc":"2.0","id":9,"method":"roots/list"}"#;
        assert_eq!(hear(&board, roots).await, None);
        for _ in 0..2 {
            let dropped = asides.try_recv();
            assert!(matches!(dropped, Ok(Aside::Dropped(Refusal::UnknownMethod, Some(_)))));
        }
    }

    #[tokio::test]
    async fn a_batch_is_taken_of_the_revision_that_has_them_and_its_answers_last() {
        let (board, mut asides) = board();
        let (id, mailbox) = judged(&board);
        let batch = format!(
            r#" [{{"jsonrpc":"2.0","id":{id},"result":{{}}}},{LOG},{{"jsonrpc":"2.0","id":"p","method":"ping"}}]"#
        );
        assert_eq!(hear(&board, &batch).await, None);
        assert!(matches!(asides.try_recv(), Ok(Aside::Dropped(Refusal::Malformed, None))));
        board.takes_batches();
        let pong = r#"[{"jsonrpc":"2.0","id":"p","result":{}}]"#;
        assert_eq!(hear(&board, &batch).await.as_deref(), Some(pong));
        let said = mailbox.next().await.unwrap();
        assert!(matches!(said.what(), What::Notification { method: Method::Log, .. }));
        assert!(matches!(mailbox.next().await.unwrap().what(), What::Result { .. }));
    }

    #[test]
    fn only_so_many_forgotten_requests_are_remembered() {
        let (board, _asides) = board();
        for _ in 0..MOST_FORGOTTEN + 10 {
            let (id, _) = judged(&board);
            board.forget(id);
        }
        assert_eq!(board.state().forgotten.all.len(), MOST_FORGOTTEN);
        assert_eq!(board.state().forgotten.order.len(), MOST_FORGOTTEN);
    }
}
