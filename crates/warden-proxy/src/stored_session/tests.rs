use proptest::{collection::vec, prelude::*};
use warden_model::DataClass;
use warden_seal::{Secret, Vault};

use super::*;
use crate::store::{MemoryStore, faulty::FaultyStore};

fn key() -> SessionKey {
    SessionKey::derived(&["a"])
}

fn session() -> StoredSession {
    StoredSession {
        v: 1,
        key: key().as_str().into(),
        agent: "coder".into(),
        user: Some("ann".into()),
        tenant: "".into(),
        purpose: None,
        started: Time::from_micros(1),
        used: Time::from_micros(2),
        expires: None,
        labels: Labels::default(),
        ended: false,
        past: Vec::new(),
    }
}

fn vault(byte: u8) -> Vault {
    Vault::new(&Secret::from_bytes(&[byte; 32]).unwrap(), "past").unwrap()
}

#[test]
fn the_form_is_this_one() {
    let text = format!(
        r#"{{"v":1,"key":"{}","agent":"coder","user":"ann","tenant":"","purpose":null,
        "started":"1970-01-01T00:00:00.000001Z","used":"1970-01-01T00:00:00.000002Z",
        "expires":null,"labels":{{"untrusted":true,"hostile":false,"class":"internal",
        "credentials":false,"blind":false,"walls":{{"repository":["acme/payroll"]}},
        "sources":["mail/read"]}},"ended":false}}"#,
        key().as_str()
    );
    let read = StoredSession::from_bytes(text.as_bytes()).unwrap();
    let walls = [("repository".into(), ["acme/payroll".into()].into())].into();
    let class = DataClass::Internal;
    let sources = ["mail/read".into()].into();
    let labels = Labels { untrusted: true, class, walls, sources, ..Labels::default() };
    assert_eq!(read, StoredSession { labels, ..session() });
    let again = serde_json::to_vec(&read).unwrap();
    assert_eq!(StoredSession::from_bytes(&again), Ok(read));
    for (from, to) in [
        (r#""v":1"#, r#""v":2"#),
        ("internal", "secret"),
        (r#""untrusted":true,"#, ""),
        (r#""ended""#, r#""more":1,"ended""#),
        (key().as_str(), "../x"),
    ] {
        let other = text.replace(from, to);
        let read = StoredSession::from_bytes(other.as_bytes());
        assert_eq!(read, Err(Trouble::Unreadable), "{to}");
    }
}

#[tokio::test]
async fn an_end_stays_an_end_and_an_expiry_only_comes_nearer() {
    let store = MemoryStore::new();
    let mut ours = Opened::new(session());
    ours.save(&store).await.unwrap();
    let mut theirs = Opened::read(&store, &key()).await.unwrap().unwrap();
    theirs.session.ended = true;
    theirs.session.expires = Some(Time::from_micros(50));
    theirs.save(&store).await.unwrap();
    ours.session.used = Time::from_micros(9);
    ours.session.expires = Some(Time::from_micros(90));
    ours.save(&store).await.unwrap();
    let kept = Opened::read(&store, &key()).await.unwrap().unwrap().session;
    assert_eq!(kept, ours.session);
    assert!(kept.ended && kept.is_over(Time::from_micros(3)));
    assert_eq!((kept.expires, kept.used), (Some(Time::from_micros(50)), Time::from_micros(9)));
}

#[tokio::test]
async fn what_is_kept_of_somebody_else_is_not_written_over() {
    let store = MemoryStore::new();
    Opened::new(session()).save(&store).await.unwrap();
    let mut other = Opened::new(StoredSession { user: Some("ben".into()), ..session() });
    assert_eq!(other.save(&store).await, Err(Trouble::Another));
    let away = FaultyStore::default();
    away.set_away(true);
    assert_eq!(Opened::new(session()).save(&away).await, Err(Trouble::Away(Away)));
    assert!(Opened::read(&away, &key()).await.is_err());
}

#[tokio::test]
async fn two_pasts_that_grew_apart_make_blind_and_one_that_did_not_is_kept() {
    let store = MemoryStore::new();
    let mut ours = Opened::new(session());
    ours.save(&store).await.unwrap();
    let mut theirs = Opened::read(&store, &key()).await.unwrap().unwrap();
    ours.session.past = vec!["one".into()];
    ours.save(&store).await.unwrap();
    theirs.session.used = Time::from_micros(9);
    theirs.save(&store).await.unwrap();
    assert_eq!(theirs.session.past, ["one".into()]);
    assert!(!theirs.session.labels.blind);
    // Somebody ends it, which has nothing to do with what it has seen.
    ours.session.past = vec!["two".into()];
    ours.save(&store).await.unwrap();
    assert!(!ours.session.labels.blind);
    theirs.session.past = vec!["three".into()];
    theirs.save(&store).await.unwrap();
    assert!(theirs.session.labels.blind);
    ours.save(&store).await.unwrap();
    assert!(ours.session.labels.blind);
}

#[test]
fn what_was_seen_is_sealed_for_its_session_as_a_whole() {
    let mut stored = session();
    assert_eq!(stored.past(&vault(1)), Ok(None));
    let bytes: Vec<u8> = (0..500_000_u32).map(|at| at.to_le_bytes()[0]).collect();
    stored.set_past(&vault(1), &bytes).unwrap();
    assert!(serde_json::to_vec(&stored).unwrap().len() < crate::store::MOST_VALUE);
    assert_eq!(stored.past(&vault(1)), Ok(Some(bytes)));
    assert_eq!(stored.past(&vault(2)), Err(NotOpened));
    let other = SessionKey::derived(&["b"]).as_str().into();
    assert_eq!(StoredSession { key: other, ..stored.clone() }.past(&vault(1)), Err(NotOpened));
    stored.past.pop();
    assert_eq!(stored.past(&vault(1)), Err(NotOpened));
    assert!(stored.set_past(&vault(1), &vec![0; 2 << 20]).is_err());
}

fn labels() -> impl Strategy<Value = Labels> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (flags, 0..4_usize, "[a-c]{1,2}").prop_map(
        |((untrusted, hostile, credentials), class, side)| {
            let class = DataClass::ALL.get(class).copied().unwrap_or_default();
            let walls = [("repository".into(), [side.into()].into())].into();
            Labels { untrusted, hostile, class, credentials, walls, ..Labels::default() }
        },
    )
}

proptest! {
    // Whoever writes when, what has flowed into a session stays with it.
    #[test]
    fn labels_only_grow_whoever_writes(steps in vec((any::<bool>(), any::<bool>(), labels()), 1..20)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = MemoryStore::new();
            let mut writers = [Opened::new(session()), Opened::new(session())];
            let mut before = Labels::default();
            for (second, save, labels) in &steps {
                let writer = &mut writers[usize::from(*second)];
                writer.session.labels.join(labels);
                if *save {
                    writer.save(&store).await.unwrap();
                    let kept = Opened::read(&store, &key()).await.unwrap().unwrap();
                    prop_assert!(kept.session.labels.covers(&before));
                    prop_assert!(kept.session.labels.covers(&writer.session.labels));
                    before = kept.session.labels;
                }
            }
            for writer in &mut writers {
                writer.save(&store).await.unwrap();
            }
            let kept = Opened::read(&store, &key()).await.unwrap().unwrap();
            prop_assert!(steps.iter().all(|(_, _, labels)| kept.session.labels.covers(labels)));
            Ok(())
        })?;
    }

    #[test]
    fn nothing_that_is_read_panics(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(StoredSession::from_bytes(&bytes).is_err());
    }
}
