//! Tokens that only their holder can use.

use serde_json::json;
use warden_policy::access::How;

use super::{
    server::{Server, TestKey, b64},
    *,
};

fn dpop(token: &str, proof: &str) -> Visit {
    Visit::bare().with("authorization", &format!("DPoP {token}")).with("dpop", proof)
}

#[tokio::test]
async fn a_token_bound_to_a_key_needs_a_proof_each_time() {
    let (key, client, thief) = (TestKey::new("a"), TestKey::new("c"), TestKey::new("t"));
    let server = Server::start(&[&key]).await;
    let door = server.door();
    let mut claims = server.claims();
    claims["cnf"] = json!({"jkt": client.thumbprint()});
    let token = key.token(&claims);
    let proof = client.proof(&token, |_| ());
    let came = dpop(&token, &proof).come(&door).await.unwrap();
    assert_eq!(came.who.principal.how, How::BoundToken);
    let again = dpop(&token, &proof).come(&door).await.unwrap_err();
    assert_eq!(again.reason, Reason::ProofReplayed);
    assert_eq!(
        again.challenges,
        [
            "DPoP resource_metadata=\"https://gate.example/.well-known/oauth-protected-resource/mcp\", \
          error=\"invalid_dpop_proof\", error_description=\"the proof was used before\", \
          algs=\"RS256 PS256 ES256 EdDSA\""
        ]
    );
    let change = |name: &'static str, value: serde_json::Value| {
        let proof = client.proof(&token, |proof| {
            proof["jti"] = json!("p2");
            proof[name] = value;
        });
        dpop(&token, &proof)
    };
    assert_eq!(change("htm", json!("GET")).reason(&door).await, Reason::ProofRequest);
    assert_eq!(
        change("htu", json!("https://gate.example/sse")).reason(&door).await,
        Reason::ProofRequest
    );
    assert_eq!(change("ath", json!("x")).reason(&door).await, Reason::ProofRequest);
    assert_eq!(change("iat", json!(NOW - 61)).reason(&door).await, Reason::ProofTime);
    assert!(change("htu", json!("HTTPS://GATE.example:443/mcp?x")).come(&door).await.is_ok());
    assert_eq!(dpop(&token, &thief.proof(&token, |_| ())).reason(&door).await, Reason::ProofKey);
    assert_eq!(Visit::bearer(&token).reason(&door).await, Reason::TokenBinding);
    let two = dpop(&token, &proof).with("dpop", &proof);
    assert_eq!(two.reason(&door).await, Reason::ProofMalformed);
    // A proof makes no bound token of one that is not.
    let plain = key.token(&server.claims());
    let visit = dpop(&plain, &client.proof(&plain, |_| ()));
    assert_eq!(visit.reason(&door).await, Reason::TokenBinding);
}

#[tokio::test]
async fn proofs_can_be_needed_and_can_need_a_number() {
    let (key, client) = (TestKey::new("a"), TestKey::new("c"));
    let server = Server::start(&[&key]).await;
    let mut settings = server.settings(|_| ());
    settings.dpop = Dpop::Required;
    settings.nonces = true;
    let door = Door::new(settings.clone()).unwrap();
    let no = Visit::bearer(&key.token(&server.claims())).come(&door).await.unwrap_err();
    assert_eq!(no.reason, Reason::TokenBinding);
    assert!(no.challenges.len() == 1 && no.challenges[0].starts_with("DPoP "), "{no:?}");
    let mut claims = server.claims();
    claims["cnf"] = json!({"jkt": client.thumbprint()});
    let token = key.token(&claims);
    let no = dpop(&token, &client.proof(&token, |_| ())).come(&door).await.unwrap_err();
    assert!(no.challenges[0].contains("error=\"use_dpop_nonce\""), "{no:?}");
    let nonce = no.nonce.unwrap();
    assert_eq!(door.nonce(time(NOW)), Some(nonce.clone()));
    let proof = client.proof(&token, |proof| proof["nonce"] = json!(nonce));
    dpop(&token, &proof).come(&door).await.unwrap();
    settings.dpop = Dpop::Off;
    let door = Door::new(settings).unwrap();
    assert_eq!(dpop(&token, &proof).reason(&door).await, Reason::TokenBinding);
}

#[tokio::test]
async fn a_door_in_the_place_of_another_takes_nothing_that_the_other_had_done_with() {
    let (key, client) = (TestKey::new("a"), TestKey::new("c"));
    let server = Server::start(&[&key]).await;
    let old = server.door();
    let mut claims = server.claims();
    claims["cnf"] = json!({"jkt": client.thumbprint()});
    let bound = key.token(&claims);
    let proof = client.proof(&bound, |_| ());
    dpop(&bound, &proof).come(&old).await.unwrap();
    let plain = key.token(&server.claims());
    Visit::bearer(&plain).come(&old).await.unwrap();
    let mut settings = server.settings(|_| ());
    settings.issuers[0].scopes.push("more".into());
    let new = Door::in_place_of(&old, settings).unwrap();
    assert_eq!(Visit::bearer(&plain).reason(&new).await, Reason::Scope);
    claims["scope"] = "tools:read more".into();
    let bound = key.token(&claims);
    let proof = client.proof(&bound, |proof| proof["jti"] = json!("p2"));
    dpop(&bound, &proof).come(&old).await.unwrap();
    assert_eq!(dpop(&bound, &proof).reason(&new).await, Reason::ProofReplayed);
}

#[tokio::test]
async fn a_proof_can_speak_of_the_body() {
    let (key, client) = (TestKey::new("a"), TestKey::new("c"));
    let server = Server::start(&[&key]).await;
    let mut claims = server.claims();
    claims["cnf"] = json!({"jkt": client.thumbprint()});
    let token = key.token(&claims);
    // The digest of `{}`.
    let digest = "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:";
    let proof = client.proof(&token, |proof| proof["content_digest"] = json!(digest));
    let came = dpop(&token, &proof).come(&server.door()).await.unwrap();
    assert!(came.fits(b"{}") && !came.fits(b"{ }"));
}

fn certificate(names: &[&str], uris: &[&str]) -> Vec<u8> {
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    for name in names {
        params.distinguished_name.push(rcgen::DnType::CommonName, *name);
    }
    let uri = |uri: &&str| rcgen::SanType::URI((*uri).try_into().unwrap());
    params.subject_alt_names = uris.iter().map(uri).collect();
    params.subject_alt_names.push(rcgen::SanType::DnsName("bot.example".try_into().unwrap()));
    let key = rcgen::KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

fn entry(matches: Matches, name: Option<&str>) -> CertificateEntry {
    CertificateEntry {
        matches,
        holder: Holder::Agent,
        name: name.map(str::to_owned),
        roles: ["runner".to_owned()].into(),
        tenant: "t1".into(),
    }
}

// OAuth and mTLS, alone and together.
#[tokio::test]
async fn a_token_bound_to_a_certificate_needs_it() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let (ours, other) = (certificate(&["bot"], &[]), certificate(&["bot"], &[]));
    let mut claims = server.claims();
    claims["cnf"] = json!({"x5t#S256": b64(warden_model::Digest::of(&ours).bytes())});
    let token = key.token(&claims);
    let mut settings = server.settings(|_| ());
    settings.dpop = Dpop::Required;
    let door = Door::new(settings).unwrap();
    let came = Visit::bearer(&token).certified(&ours).come(&door).await.unwrap();
    assert_eq!(came.who.principal.how, How::BoundToken);
    for visit in [Visit::bearer(&token), Visit::bearer(&token).certified(&other)] {
        assert_eq!(visit.reason(&door).await, Reason::TokenBinding);
    }
}

#[tokio::test]
async fn a_certificate_is_somebody_by_the_names_in_it() {
    let mut settings = IdentitySettings::new(RESOURCE);
    settings.certificates = vec![
        entry(Matches::Spiffe("spiffe://corp.example/agent/mail".into()), Some("mailer")),
        entry(Matches::SpiffeUnder("spiffe://corp.example/agent".into()), None),
        entry(Matches::Uri("urn:bot:7".into()), Some("seven")),
        entry(Matches::CommonName("bot".into()), Some("bot")),
    ];
    let door = Door::new(settings.clone()).unwrap();
    let look = async |names: &[&str], uris: &[&str]| {
        let shown = Visit::bare().certified(&certificate(names, uris)).come(&door).await;
        shown.map(|came| came.who.principal.clone()).map_err(|no| no.reason)
    };
    let mail = look(&["bot"], &["spiffe://corp.example/agent/mail"]).await.unwrap();
    assert_eq!((&*mail.agent, mail.how, mail.user), ("mailer", How::Certificate, None));
    assert_eq!(mail.machine.as_deref(), Some("spiffe://corp.example/agent/mail"));
    assert_eq!((mail.roles, &*mail.tenant), (["runner".into()].into(), "t1"));
    let other = look(&[], &["spiffe://corp.example/agent/x/y"]).await.unwrap();
    assert_eq!(&*other.agent, "spiffe://corp.example/agent/x/y");
    assert_eq!(&*look(&[], &["urn:bot:7", "urn:x:y"]).await.unwrap().agent, "seven");
    assert_eq!(&*look(&["bot"], &[]).await.unwrap().agent, "bot");
    let no = Err(Reason::CertificateUnknown);
    // Two URIs are no SPIFFE id; two common names are nobody.
    assert_eq!(look(&[], &["spiffe://corp.example/agent/mail", "urn:x:y"]).await, no);
    assert_eq!(look(&["bot", "admin"], &[]).await, no);
    assert_eq!(look(&[], &["spiffe://corp.example/agents/x"]).await, no);
    assert_eq!(look(&[], &["spiffe://evil.example/agent/mail"]).await, no);
    assert_eq!(
        Visit::bare().certified(b"\x30\x00").reason(&door).await,
        Reason::CertificateUnknown
    );
    settings.certificates = vec![entry(Matches::Dns("BOT.example".into()), Some("dns"))];
    let door = Door::new(settings.clone()).unwrap();
    let came = Visit::bare().certified(&certificate(&[], &[])).come(&door).await.unwrap();
    assert_eq!(&*came.who.principal.agent, "dns");
    settings.certificates = vec![entry(Matches::Spiffe("spiffe://corp.example".into()), None)];
    assert!(matches!(settings.check(), Err(BadIdentity::Spiffe(_))));
}

#[tokio::test]
async fn a_certificate_and_a_token_must_not_speak_of_two_agents() {
    let key = TestKey::new("a");
    let server = Server::start(&[&key]).await;
    let mut settings = server.settings(|_| ());
    settings.certificates = vec![
        entry(Matches::CommonName("bot".into()), Some("bot")),
        entry(Matches::CommonName("other".into()), Some("other")),
        entry(Matches::CommonName("host".into()), None),
    ];
    let door = Door::new(settings).unwrap();
    let token = key.token(&server.claims());
    let show = |name: &str| Visit::bearer(&token).certified(&certificate(&[name], &[]));
    let came = show("bot").come(&door).await.unwrap();
    assert_eq!(came.who.principal.machine.as_deref(), Some("bot"));
    assert_eq!(show("other").reason(&door).await, Reason::Contradicted);
    let came = show("host").come(&door).await.unwrap();
    assert_eq!(
        (&*came.who.principal.agent, came.who.principal.machine.as_deref()),
        ("bot", Some("host"))
    );
    assert_eq!(show("unknown").come(&door).await.unwrap().who.principal.machine, None);
    // A certificate that would let in does not help a token that does not.
    let mut bad = show("bot");
    bad.headers.insert("authorization", HeaderValue::from_static("Bearer ey.J.x"));
    assert_eq!(bad.reason(&door).await, Reason::TokenMalformed);
}
