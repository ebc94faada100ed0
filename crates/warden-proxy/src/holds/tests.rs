use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use tokio::task::yield_now;
use warden_model::Effect;
use warden_policy::{
    access::{Act, How, Labels, Principal, RuleId, SessionKey},
    hold::{Answerer, Level, Means, NoStep, Way},
};

use super::*;
use crate::store::Reply;

mod clients;
mod replicas;

/// A store in memory that lets others in wherever a real one would.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    values: Mutex<BTreeMap<(Space, String), Entry>>,
    number: AtomicU64,
    pub(crate) away: AtomicBool,
}

impl Memory {
    async fn reached(&self) -> Result<(), Away> {
        yield_now().await;
        if self.away.load(Ordering::SeqCst) { Err(Away) } else { Ok(()) }
    }

    pub(crate) fn keys(&self) -> Vec<String> {
        self.values.lock().unwrap().keys().map(|(_, key)| key.clone()).collect()
    }

    fn text(&self) -> String {
        let values = self.values.lock().unwrap();
        values.values().map(|entry| String::from_utf8_lossy(&entry.value).into_owned()).collect()
    }

    fn spoil(&self) {
        for entry in self.values.lock().unwrap().values_mut() {
            entry.value.push(b'x');
        }
    }
}

impl Store for Memory {
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        Box::pin(async move {
            self.reached().await?;
            Ok(self.values.lock().unwrap().get(&(space, key.to_owned())).cloned())
        })
    }

    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        Box::pin(async move {
            self.reached().await?;
            let mut values = self.values.lock().unwrap();
            let at = (space, key.to_owned());
            if values.get(&at).map(|entry| entry.number) != before {
                return Err(NotPut::Changed);
            }
            let number = self.number.fetch_add(1, Ordering::SeqCst);
            values.insert(at, Entry { value: value.to_vec(), number });
            Ok(number)
        })
    }

    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        Box::pin(async move {
            self.reached().await?;
            self.values.lock().unwrap().remove(&(space, key.to_owned()));
            Ok(())
        })
    }

    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        Box::pin(async move {
            self.reached().await?;
            let values = self.values.lock().unwrap();
            let ours = values.iter().filter(|((of, _), _)| *of == space);
            Ok(ours.map(|((_, key), entry)| (key.clone(), entry.clone())).collect())
        })
    }
}

/// A gateway's holds over a store in memory, with a clock that stands still.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: Arc<Memory>,
    pub(crate) holds: Holds,
    seconds: Arc<AtomicI64>,
    told: Arc<Told>,
}

/// A witness that counts, and records nothing while it is told so.
#[derive(Debug, Default)]
struct Told {
    begun: AtomicU64,
    answered: AtomicU64,
    full: AtomicBool,
}

impl Witness for Told {
    fn begun(&self, _: &Hold) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }

    fn answering(&self, _: &Hold) -> Result<(), Unrecorded> {
        if self.full.load(Ordering::SeqCst) {
            return Err(Unrecorded);
        }
        self.answered.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

impl World {
    pub(crate) fn new(settings: HoldSettings) -> Self {
        let store = Arc::new(Memory::default());
        let seconds = Arc::new(AtomicI64::new(1_795_000_000));
        let told = Arc::new(Told::default());
        let tick = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || {
            let seconds = u64::try_from(tick.load(Ordering::SeqCst)).unwrap();
            SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
        });
        let holds = Holds::new(Arc::clone(&store) as _, settings, clock, Arc::clone(&told) as _);
        Self { store, holds, seconds, told }
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn ask(&self, call: &Call) -> Result<Standing, CannotWait> {
        self.holds.ask(&call.request(), &call.rendering()).await
    }

    pub(crate) async fn pending(&self, call: &Call) -> Hold {
        match self.ask(call).await {
            Ok(Standing::Pending { hold, .. }) => *hold,
            other => panic!("it should wait: {other:?}"),
        }
    }

    async fn is_approved(&self, call: &Call) -> bool {
        matches!(self.ask(call).await, Ok(Standing::Approved { .. }))
    }
}

/// A call of ann's agent.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) arguments: Value,
    pub(crate) who: Principal,
    pub(crate) policy: Digest,
    pub(crate) labels: Labels,
    pub(crate) effects: BTreeSet<Effect>,
    pub(crate) rules: Vec<RuleId>,
}

impl Call {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            arguments: json!({"text": text}),
            who: Principal {
                how: How::Key,
                user: Some("ann".into()),
                agent: "claude".into(),
                client: None,
                machine: None,
                delegation: Vec::new(),
                tenant: "".into(),
                purpose: None,
                roles: BTreeSet::new(),
                scopes: None,
                allowlist: None,
                session: SessionKey::derived(&["s"]),
                expires: None,
            },
            policy: Digest::of(b"policy"),
            labels: Labels::default(),
            effects: BTreeSet::from([Effect::Send]),
            rules: vec!["ask".into()],
        }
    }

    pub(crate) fn request(&self) -> HoldRequest<'_> {
        HoldRequest {
            act: Act::Call,
            server: "mail",
            name: "send",
            definition: Some(Digest::of(b"definition")),
            arguments: &self.arguments,
            who: &self.who,
            credential: Some(Digest::of(b"token")),
            policy: self.policy,
            labels: &self.labels,
            effects: &self.effects,
            rules: &self.rules,
        }
    }

    pub(crate) fn rendering(&self) -> Rendering {
        let shown = warden_policy::hold::Shown {
            traits: &warden_policy::access::Traits::unknown(),
            reasons: &[],
            masks: &warden_policy::hold::Masks::new(),
        };
        Rendering::of(&self.request(), &shown)
    }
}

pub(crate) fn operator(name: &str) -> Answerer {
    Answerer { name: name.into(), how: Means::Http, session: None, credential: None }
}

/// A hold that waits.
pub(crate) fn hold() -> Hold {
    let call = Call::new("x");
    Hold {
        id: "01990000-0000-7000-8000-000000000001".into(),
        digest: call.request().digest().unwrap(),
        policy: call.policy,
        requested_at: Time::from_micros(1),
        asked_at: Time::from_micros(1),
        asked_times: 1,
        expires_at: Time::from_micros(600_000_001),
        by: call.request().requester(),
        rules: call.rules.clone(),
        effects: call.effects.clone(),
        state: HoldState::Pending,
        rendering: call.rendering(),
    }
}

const YES: (bool, &str) = (true, "");
const NO: (bool, &str) = (false, "too much");

// The whole life of an approval.
#[tokio::test]
async fn a_call_waits_is_approved_and_passes_once() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    assert_eq!(world.holds.pending().await.unwrap(), std::slice::from_ref(&hold));
    world.wait(30);
    let approved = world.holds.answer(&hold.id, &operator("ben"), YES).await.unwrap();
    assert!(matches!(approved.state, HoldState::Approved(_)));
    assert!(world.holds.pending().await.unwrap().is_empty());
    let Ok(Standing::Approved { id, approval }) = world.ask(&call).await else { panic!() };
    assert_eq!((&*id, &*approval.by, approval.how), (&*hold.id, "ben", Means::Http));
    // Asked once more, it is another hold.
    let again = world.pending(&call).await;
    assert_ne!(again.id, hold.id);
    assert_eq!(world.told.begun.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn the_same_call_is_one_hold_and_another_call_another() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let first = world.pending(&call).await;
    for times in 2..5 {
        let hold = world.pending(&call).await;
        assert_eq!((&hold.id, hold.asked_times), (&first.id, times));
    }
    assert_eq!(world.told.begun.load(Ordering::SeqCst), 1, "people are told once");
    world.holds.answer(&first.id, &operator("ben"), YES).await.unwrap();
    let mut others = vec![Call::new("y"), call.clone(), call.clone(), call.clone()];
    others[1].policy = Digest::of(b"newer");
    others[2].labels.untrusted = true;
    others[3].who.session = SessionKey::derived(&["t"]);
    for other in &others {
        assert!(!world.is_approved(other).await);
    }
    assert!(world.is_approved(&call).await);
}

#[tokio::test]
async fn a_refusal_sticks_until_it_expires() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    world.holds.answer(&hold.id, &operator("ben"), NO).await.unwrap();
    for _ in 0..3 {
        let Ok(Standing::Refused { by, reason, .. }) = world.ask(&call).await else { panic!() };
        assert_eq!((&*by, &*reason), ("ben", "too much"));
    }
    let late = world.holds.answer(&hold.id, &operator("carl"), YES).await;
    assert_eq!(late.unwrap_err(), NotTaken::No(NoStep::Refused));
    world.wait(600);
    assert_ne!(world.pending(&call).await.id, hold.id);
}

#[tokio::test]
async fn an_approval_that_lies_too_long_is_none() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    world.holds.answer(&hold.id, &operator("ben"), YES).await.unwrap();
    world.wait(300);
    assert!(!world.is_approved(&call).await);
    let hold = world.pending(&call).await;
    world.wait(600);
    let late = world.holds.answer(&hold.id, &operator("ben"), YES).await;
    assert_eq!(late.unwrap_err(), NotTaken::No(NoStep::Expired));
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_a_no() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    world.holds.answer(&hold.id, &operator("ben"), YES).await.unwrap();
    world.store.away.store(true, Ordering::SeqCst);
    assert_eq!(world.ask(&call).await, Err(CannotWait::Away(Away)));
    assert_eq!(world.holds.one(&hold.id).await, Err(NotTaken::Away(Away)));
    world.store.away.store(false, Ordering::SeqCst);
    world.store.spoil();
    assert_eq!(world.ask(&call).await, Err(CannotWait::Unreadable));
    assert_eq!(world.ask(&Call::new("y")).await, Err(CannotWait::Unreadable));
    let answer = world.holds.answer(&hold.id, &operator("ben"), YES).await;
    assert_eq!(answer, Err(NotTaken::Unreadable));
}

#[tokio::test]
async fn an_answer_that_cannot_be_recorded_is_not_taken() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    world.told.full.store(true, Ordering::SeqCst);
    let answer = world.holds.answer(&hold.id, &operator("ben"), YES).await;
    assert_eq!(answer, Err(NotTaken::Unrecorded(Unrecorded)));
    assert!(!world.is_approved(&call).await);
    assert_eq!(world.told.answered.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn who_asks_for_ever_does_not_write_for_ever() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    for _ in 0..1_000 {
        world.pending(&call).await;
    }
    let before = world.store.number.load(Ordering::SeqCst);
    assert_eq!(world.pending(&call).await.asked_times, 1_000);
    assert_eq!(world.store.number.load(Ordering::SeqCst), before);
}

#[tokio::test]
async fn only_so_many_wait() {
    let settings =
        HoldSettings { most_pending: 3, most_pending_session: 2, ..HoldSettings::default() };
    let world = World::new(settings);
    for text in ["a", "b"] {
        world.pending(&Call::new(text)).await;
    }
    assert_eq!(world.ask(&Call::new("c")).await, Err(CannotWait::Full));
    let session = |name| {
        let mut call = Call::new("c");
        call.who.session = SessionKey::derived(&[name]);
        call
    };
    world.pending(&session("t")).await;
    assert_eq!(world.ask(&session("u")).await, Err(CannotWait::Full));
    // What is there already can still be asked for, and what has ended makes room.
    world.pending(&Call::new("a")).await;
    world.wait(600);
    world.pending(&session("u")).await;
}

#[tokio::test]
async fn what_has_ended_is_swept() {
    let world = World::new(HoldSettings::default());
    let call = Call::new("x");
    let hold = world.pending(&call).await;
    world.holds.answer(&hold.id, &operator("ben"), NO).await.unwrap();
    assert_eq!(world.holds.sweep().await, Ok(0));
    world.wait(661);
    assert_eq!(world.holds.sweep().await, Ok(1));
    assert_eq!(world.store.keys().len(), 1, "habits are kept");
    world.wait(31 * 86_400);
    assert_eq!(world.holds.sweep().await, Ok(1));
    assert!(world.store.keys().is_empty());
}

#[tokio::test]
async fn nothing_secret_is_in_what_is_told() {
    let world = World::new(HoldSettings::default());
    let hold = world.pending(&Call::new("x")).await;
    let json = hold_json(&hold, world.holds.now()).to_string();
    let credential = Digest::of(b"token").to_string();
    assert!(!json.contains(&credential), "{json}");
    assert!(world.store.text().contains(&credential), "it is kept, to compare");
    for name in ["id", "state", "expires_at", "call", "asked_times"] {
        assert!(json.contains(&format!("\"{name}\"")), "{name}");
    }
}
