use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use serde_json::Value;
use warden_model::{Digest, Effect};
use warden_policy::{
    access::{Act, How, Labels, Principal, SessionKey, Traits},
    hold::{HoldRequest, HoldSettings, Masks, Rendering, Shown},
};
use warden_proxy::{
    holds::Standing,
    store::{Away, Entry, NotPut, Reply, Space, Store},
};

use super::*;

/// A store in memory.
#[derive(Debug, Default)]
struct Memory(Mutex<Kept>);

/// The last number, and everything by its place.
type Kept = (u64, BTreeMap<(Space, String), Entry>);

impl Store for Memory {
    fn get<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<Option<Entry>, Away>> {
        let found = self.0.lock().unwrap().1.get(&(space, key.to_owned())).cloned();
        Box::pin(async { Ok(found) })
    }

    fn put<'a>(
        &'a self,
        space: Space,
        key: &'a str,
        value: &'a [u8],
        before: Option<u64>,
    ) -> Reply<'a, Result<u64, NotPut>> {
        let (next, all) = &mut *self.0.lock().unwrap();
        let at = (space, key.to_owned());
        if all.get(&at).map(|entry| entry.number) != before {
            return Box::pin(async { Err(NotPut::Changed) });
        }
        *next += 1;
        let number = *next;
        all.insert(at, Entry { value: value.to_vec(), number });
        Box::pin(async move { Ok(number) })
    }

    fn forget<'a>(&'a self, space: Space, key: &'a str) -> Reply<'a, Result<(), Away>> {
        self.0.lock().unwrap().1.remove(&(space, key.to_owned()));
        Box::pin(async { Ok(()) })
    }

    fn all(&self, space: Space) -> Reply<'_, Result<Vec<(String, Entry)>, Away>> {
        let all = &self.0.lock().unwrap().1;
        let ours = all.iter().filter(|((of, _), _)| *of == space);
        let ours = ours.map(|((_, key), entry)| (key.clone(), entry.clone())).collect();
        Box::pin(async { Ok(ours) })
    }
}

/// Whoever answers is heard by nobody.
struct Quiet;

impl Witness for Quiet {
    fn begun(&self, _: &Hold) {}

    fn answering(&self, _: &Hold) -> Result<(), Unrecorded> {
        Ok(())
    }
}

/// A desk at which this person sits, and its clock in seconds.
fn desk(person: &str) -> (Desk, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(1_795_000_000));
    let tick = Arc::clone(&seconds);
    let clock = move || SystemTime::UNIX_EPOCH + Duration::from_secs(tick.load(Ordering::SeqCst));
    let store = Arc::new(Memory::default());
    let settings = HoldSettings::default();
    let holds = Holds::new(store, settings, Arc::new(clock), Arc::new(Quiet));
    (Desk { holds, person: person.to_owned() }, seconds)
}

/// Lets a call of ann's agent wait.
async fn wait(desk: &Desk, text: &str) -> Standing {
    let who = Principal {
        how: How::Process,
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
    };
    let effects = BTreeSet::from([Effect::Send]);
    let traits = Traits { effects: effects.clone(), ..Traits::unknown() };
    let request = HoldRequest {
        act: Act::Call,
        server: "mail",
        name: "send",
        definition: Some(Digest::of(b"definition")),
        arguments: &json!({ "text": text }),
        who: &who,
        credential: None,
        policy: Digest::of(b"policy"),
        labels: &Labels::default(),
        effects: &effects,
        rules: &["ask".into()],
    };
    let shown = Shown { traits: &traits, reasons: &[], masks: &Masks::new() };
    desk.holds.ask(&request, &Rendering::of(&request, &shown)).await.unwrap()
}

fn id(standing: &Standing) -> String {
    match standing {
        Standing::Pending { hold, .. } => hold.id.to_string(),
        other => panic!("it should wait: {other:?}"),
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn what_waits_is_listed_shown_and_approved() {
    run(async {
        let (desk, seconds) = desk("ben");
        assert_eq!(desk.pending(false).await.unwrap(), "nothing waits\n");
        let id = id(&wait(&desk, "hello\n\u{1b}[2J\u{202e}").await);
        let list = desk.pending(false).await.unwrap();
        assert_eq!(
            list,
            format!(
                "{id}  tool mail/send (send) by ann, 10m 0s left\n1 call waits; look at one: \
                 mcpwarden calls show ID\n"
            )
        );
        let shown = desk.show(&id, false).await.unwrap();
        assert!(shown.contains("state       waits, 10m 0s left; asked once\n"), "{shown}");
        assert!(shown.contains(r#"  |   "text": "hello\n\u{1b}[2J\u{202e}""#), "{shown}");
        assert!(shown.lines().all(|line| line.len() <= 80), "{shown}");
        seconds.fetch_add(30, Ordering::SeqCst);
        let done = desk.answer(&id, (true, "looked at")).await.unwrap();
        assert!(done.starts_with(&format!("{id}: approved, until ")), "{done}");
        assert!(matches!(wait(&desk, "hello\n\u{1b}[2J\u{202e}").await, Standing::Approved { .. }));
        let shown = desk.show(&id, false).await.unwrap();
        assert!(shown.contains("approved by ben (cli) "), "{shown}");
    });
}

#[test]
fn who_asks_may_refuse_and_not_approve() {
    run(async {
        let (desk, _) = desk("ann");
        let id = id(&wait(&desk, "x").await);
        let failure = desk.answer(&id, (true, "")).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Input);
        assert!(failure.told().contains("who asks may not approve"), "{}", failure.told());
        let done = desk.answer(&id, (false, "not now")).await.unwrap();
        assert!(done.contains(": refused, until "), "{done}");
        let Standing::Refused { reason, .. } = wait(&desk, "x").await else { panic!() };
        assert_eq!(&*reason, "not now");
        let failure = desk.answer("x", (true, "")).await.unwrap_err();
        assert!(failure.told().contains("there is no such hold"), "{}", failure.told());
    });
}

#[test]
fn how_people_approve_is_shown() {
    run(async {
        let (desk, seconds) = desk("ben");
        assert_eq!(desk.fatigue(false).await.unwrap(), "nobody has answered yet\n");
        for number in 0..20 {
            let id = id(&wait(&desk, &number.to_string()).await);
            seconds.fetch_add(1, Ordering::SeqCst);
            desk.answer(&id, (true, "")).await.unwrap();
            wait(&desk, &number.to_string()).await;
        }
        let text = desk.fatigue(false).await.unwrap();
        assert!(text.starts_with("ben: tired (20 approvals in a row in under 3 s"), "{text}");
        assert!(text.contains("20 answered, 20 approved, 20 in a row; 100%"), "{text}");
        assert!(text.contains("half of them within 1.0 s; 20 too quick"), "{text}");
        let id = id(&wait(&desk, "more").await);
        let shown = desk.show(&id, false).await.unwrap();
        assert!(shown.contains("you are tired: "), "{shown}");
        let json: Value = serde_json::from_str(&desk.show(&id, true).await.unwrap()).unwrap();
        assert_eq!((&json["you"]["level"], &json["hold"]["v"]), (&"tired".into(), &1.into()));
        let json: Value = serde_json::from_str(&desk.fatigue(true).await.unwrap()).unwrap();
        assert_eq!(json["people"][0]["median_ms"], 1_000);
        let json: Value = serde_json::from_str(&desk.pending(true).await.unwrap()).unwrap();
        assert_eq!(json["holds"][0]["call"]["server"], "mail");
    });
}
