//! Approvals: only what people have signed is read, and whatever they signed amounts to something,
//! with keys that count and with keys that do not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{
        ACT_TYPE, ACTS_TYPE, Act, Acts, ApprovalPolicy, Decision, Deed, Dossier, History, Person,
        Quorum, Role, Set, Standing, filled, filled_csv, filled_json, filled_page,
    },
    certificate::{Subjects, Use},
};
use warden_seal::{KeyKind, LocalKey, Signer, Trust, TrustedKey, seal_with};

/// Who there is. The first keeps files and measures, and is no person who votes.
const NAMES: [&str; 4] = ["keeper", "ann", "ben", "mia"];

static KEYS: LazyLock<Vec<LocalKey>> =
    LazyLock::new(|| NAMES.map(|_| LocalKey::generate(KeyKind::Ed25519).expect("a key")).into());

/// The keys, of which those of the people ended at a time or did not.
fn trust(ended: Option<SystemTime>) -> Trust {
    let key = |(at, key): (usize, &LocalKey)| TrustedKey {
        key: key.public(),
        name: NAMES[at].into(),
        uses: [if at == 0 { "certificate" } else { "approval" }.to_owned()].into(),
        not_before: None,
        not_after: ended.filter(|_| at > 0),
        revoked_since: None,
    };
    Trust::new(KEYS.iter().enumerate().map(key).collect()).expect("keys")
}

fn person(name: &str) -> Person {
    Person::new(name).expect("a person")
}

fn policy() -> ApprovalPolicy {
    let quorum =
        |needed| Quorum { needed, eligible: NAMES[1..].iter().map(|it| person(it)).collect() };
    ApprovalPolicy {
        people: NAMES[1..].iter().map(|it| (person(it), Role::Ciso)).collect::<BTreeMap<_, _>>(),
        tier_1: quorum(2),
        tier_2: quorum(1),
        tier_3: quorum(1),
        most_days: 400,
        moratorium: None,
    }
}

const NOW: i64 = 1_795_000_000_000_000;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(NOW.unsigned_abs())
}

/// The first byte says what follows: `E` a file, `F` what is signed as one, `A` an act, `D` a
/// dossier, `L` lines of deeds, each behind the digit of who does it; anything else three bytes
/// that say how a file around an act is damaged.
pub fn check(data: &[u8]) {
    match data {
        // Nobody has signed anything here.
        [b'E', file @ ..] => assert!(open(file).is_none(), "a forged file was read"),
        [b'F', payload @ ..] => {
            if let Some(acts) = open(&sealed(ACTS_TYPE, payload, 0)) {
                sound(&acts);
            }
        }
        [b'A', act @ ..] => {
            if let Some(acts) = open(&around(act)) {
                assert_eq!(acts.all().len(), 1);
                assert_eq!(acts.all()[0].act.write().as_deref(), Ok(act));
                sound(&acts);
            }
        }
        [b'D', dossier @ ..] => {
            if let Ok(read) = Dossier::read(dossier) {
                assert_eq!(read.write().as_deref(), Ok(dossier));
                shown(&read);
            }
        }
        [b'L', lines @ ..] => deeds(lines),
        [what, high, low, act @ ..] => {
            let whole = around(act);
            let mut file = whole.clone();
            let at = usize::from(u16::from_be_bytes([*high, *low])) % file.len();
            file[at] ^= what;
            if let Some(acts) = open(&file) {
                assert_eq!(Some(acts), open(&whole), "what is read is what was signed");
            }
        }
        _ => {}
    }
}

fn open(file: &[u8]) -> Option<Acts> {
    Acts::open(file, &trust(None), now()).ok()
}

fn sealed(kind: &str, payload: &[u8], by: usize) -> Vec<u8> {
    seal_with(kind, payload, &[&KEYS[by]]).expect("it is signed")
}

/// A file with one act, which ann has signed.
fn around(act: &[u8]) -> Vec<u8> {
    let server = serde_json::from_slice::<Value>(act).ok();
    let server = server.and_then(|act| Some(act.get("server")?.as_str()?.to_owned()));
    let envelope = String::from_utf8(sealed(ACT_TYPE, act, 1)).expect("an envelope is text");
    let file = json!({"acts": [envelope], "server": server.unwrap_or_default(), "version": 1});
    sealed(ACTS_TYPE, &warden_seal::canonical(&file).expect("text"), 0)
}

/// People who do these one after the other.
fn deeds(lines: &[u8]) {
    let mut acts = Acts::none("mail");
    for line in lines.split(|byte| *byte == b'\n').take(32) {
        let Some((who, deed)) = line.split_first() else { continue };
        let Ok(deed) = serde_json::from_slice::<Deed>(deed) else { continue };
        let who = usize::from(*who) % NAMES.len();
        let at = match &deed {
            Deed::Request { request, .. } => request.at,
            Deed::Answers { answers } => answers.first().map_or(Time::from_micros(1), |it| it.at),
            Deed::Vote { vote, .. } => vote.at,
            Deed::Waive { waiver } => waiver.at,
            _ => Time::from_micros(1),
        };
        let act = Act {
            version: 1,
            server: "mail".into(),
            number: acts.all().len() as u64,
            previous: acts.last(),
            by: person(NAMES[who]),
            at,
            deed,
        };
        if let Ok(more) = acts.clone().with(&act, &KEYS[who], &trust(None), now()) {
            acts = more;
        }
    }
    sound(&acts);
}

/// What was read can be written, amounts to something, and is never more when keys have ended.
fn sound(acts: &Acts) {
    let file = acts.seal(&KEYS[0]).expect("it was read");
    assert_eq!(open(&file).as_ref(), Some(acts), "it is read again");
    let policy = policy();
    let at = Time::from_micros(NOW);
    let history = History::of(acts, &policy);
    let standing = history.standing(&policy, at);
    let ended = Acts::open(&file, &trust(Some(now())), now()).expect("the keeper's key counts");
    let later = History::of(&ended, &policy);
    assert!(later.accepted(&policy, at).count() == 0, "nobody's key counts");
    let approved = |it: &Standing| matches!(it, Standing::Decided(Decision::Approved { .. }));
    assert!(!approved(&later.standing(&policy, at)), "nobody's key counts");
    if let Standing::Decided(Decision::Approved { until, by }) = &standing {
        let dossier = history.dossier.as_ref().expect("something was asked for");
        assert!(*until > at && !by.contains(&dossier.request.by));
        assert!(history.withdrawn.is_none());
        let counted: BTreeSet<&Person> = dossier.votes.iter().map(|vote| &vote.by).collect();
        assert!(by.iter().all(|person| counted.contains(person)));
    }
    let digests = Subjects { tree: Some(Digest::of(b"nobody has this")), ..Subjects::default() };
    let wanted = Use { environment: Default::default(), data: Default::default() };
    assert!(!history.approves(&digests, wanted, &policy, at));
    history.dossier.iter().for_each(shown);
}

/// Whatever is in a dossier can be shown.
fn shown(dossier: &Dossier) {
    let policy = policy();
    for set in [Set::Approval, Set::Vendor, Set::Merged] {
        let rows = filled(set, dossier, &policy, Time::from_micros(NOW));
        let page = filled_page("mail", &rows);
        assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "nothing moves a cursor");
        assert!(filled_csv(&rows).ends_with("\r\n"));
        assert_eq!(filled_json(&rows).as_array().map(Vec::len), Some(rows.len()));
    }
}
