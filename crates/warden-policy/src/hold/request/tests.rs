use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::access::How;

/// Ann's agent, in a session of its own.
pub(in crate::hold) fn principal() -> Principal {
    Principal {
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
    }
}

/// What a request borrows.
#[derive(Clone)]
pub(in crate::hold) struct Owned {
    pub(in crate::hold) act: Act,
    pub(in crate::hold) server: String,
    pub(in crate::hold) name: String,
    pub(in crate::hold) definition: Option<Digest>,
    pub(in crate::hold) arguments: Value,
    pub(in crate::hold) who: Principal,
    pub(in crate::hold) credential: Option<Digest>,
    pub(in crate::hold) policy: Digest,
    pub(in crate::hold) labels: Labels,
    pub(in crate::hold) effects: BTreeSet<Effect>,
    pub(in crate::hold) rules: Vec<RuleId>,
}

impl Owned {
    pub(in crate::hold) fn new() -> Self {
        Self {
            act: Act::Call,
            server: "mail".into(),
            name: "send_email".into(),
            definition: Some(Digest::of(b"definition")),
            arguments: json!({"to": "x@example.com", "amount": 10}),
            who: principal(),
            credential: Some(Digest::of(b"token")),
            policy: Digest::of(b"policy"),
            labels: Labels::default(),
            effects: BTreeSet::from([Effect::Send]),
            rules: vec!["ask-before-sending".into()],
        }
    }

    pub(in crate::hold) fn request(&self) -> HoldRequest<'_> {
        HoldRequest {
            act: self.act,
            server: &self.server,
            name: &self.name,
            definition: self.definition,
            arguments: &self.arguments,
            who: &self.who,
            credential: self.credential,
            policy: self.policy,
            labels: &self.labels,
            effects: &self.effects,
            rules: &self.rules,
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Result<Digest, NotHeld> {
        let mut other = self.clone();
        change(&mut other);
        other.request().digest()
    }
}

/// Makes a request another one.
type Change = Box<dyn FnOnce(&mut Owned)>;

// An approval is bound to the exact call, its session and the version of the policy.
#[test]
fn any_difference_is_another_hold() {
    let one = Owned::new();
    let changes: Vec<Change> = vec![
        Box::new(|it| it.act = Act::Prompt),
        Box::new(|it| it.server = "mail2".into()),
        Box::new(|it| it.name = "send_mail".into()),
        Box::new(|it| {
            it.server = "mailsend".into();
            it.name = "_email".into();
        }),
        Box::new(|it| it.definition = Some(Digest::of(b"other"))),
        Box::new(|it| it.arguments = json!({"to": "y@example.com", "amount": 10})),
        Box::new(|it| it.arguments = json!({"to": "x@example.com", "amount": "10"})),
        Box::new(|it| it.arguments = json!({"to": "x@example.com", "amount": 10, "cc": null})),
        Box::new(|it| it.who.agent = "other".into()),
        Box::new(|it| it.who.user = Some("ben".into())),
        Box::new(|it| it.who.user = None),
        Box::new(|it| it.who.user = Some("".into())),
        Box::new(|it| it.who.how = How::Anybody),
        Box::new(|it| it.who.delegation = vec![Arc::from("broker")]),
        Box::new(|it| it.who.tenant = "acme".into()),
        Box::new(|it| it.who.session = SessionKey::derived(&["t"])),
        Box::new(|it| it.credential = None),
        Box::new(|it| it.credential = Some(Digest::of(b"other"))),
        Box::new(|it| it.policy = Digest::of(b"other")),
        Box::new(|it| it.labels.untrusted = true),
        Box::new(|it| it.labels.hostile = true),
        Box::new(|it| it.labels.credentials = true),
        Box::new(|it| it.labels.blind = true),
        Box::new(|it| it.labels.class = warden_model::DataClass::Internal),
        Box::new(|it| {
            it.labels.walls.insert("repository".into(), BTreeSet::from(["a/b".into()]));
        }),
        Box::new(|it| {
            it.labels.sources.insert("web/get".into());
        }),
        Box::new(|it| it.effects = BTreeSet::from([Effect::Read])),
    ];
    let mut seen = BTreeSet::from([one.request().digest().unwrap()]);
    let count = changes.len();
    for change in changes {
        seen.insert(one.with(change).unwrap());
    }
    assert_eq!(seen.len(), count + 1, "two of them have one digest");
}

#[test]
fn spelling_is_no_difference() {
    let one = Owned::new();
    let same = one.with(|it| it.arguments = json!({"amount": 1e1, "to": "x@example.com"}));
    assert_eq!(same, one.request().digest());
}

#[test]
fn what_cannot_be_bound_cannot_be_approved() {
    let one = Owned::new();
    let large = one.with(|it| it.arguments = json!({"amount": 9_007_199_254_740_992_u64}));
    assert_eq!(large, Err(NotHeld::NotCanonical));
    assert_eq!(one.with(|it| it.definition = None), Err(NotHeld::NoDefinition));
    let resource = one.with(|it| {
        it.act = Act::Read;
        it.definition = None;
    });
    assert!(resource.is_ok());
}

proptest! {
    #[test]
    fn text_cannot_be_moved_from_one_part_to_the_next(
        a in "[a-b]{0,3}", b in "[a-b]{0,3}", c in "[a-b]{0,3}", d in "[a-b]{0,3}",
    ) {
        let one = Owned::new();
        let digest = |server: &str, name: &str| one.with(|it| {
            it.server = server.into();
            it.name = name.into();
        });
        prop_assert_eq!(digest(&a, &b) == digest(&c, &d), (&a, &b) == (&c, &d));
    }
}
