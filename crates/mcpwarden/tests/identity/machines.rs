//! Machines that show certificates: with names of SPIFFE, and with tokens that are bound to them.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, IsCa, KeyPair,
    SanType, date_time_ymd,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use serde_json::{Value, json};
use warden_model::Digest;
use warden_testkit::{
    TestHome,
    gateway::{Gateway, Setup, visitor::Visitor},
};

use crate::{
    claims,
    issuer::{Issuer, b64},
    records, tables,
};

/// Signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate, and its key.
struct Machine {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("there are no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("there is randomness");
        Self(CertifiedIssuer::self_signed(params, key).expect("it can sign"))
    }

    fn sign(&self, params: &CertificateParams) -> Machine {
        let key = KeyPair::generate().expect("there is randomness");
        let signed = params.signed_by(&key, &self.0).expect("it can sign");
        Machine { certificate: signed.der().clone(), key }
    }

    /// A machine with these URIs for its names.
    fn machine(&self, uris: &[&str]) -> Machine {
        self.sign(&named(uris))
    }

    /// Writes what the gateway needs, and returns its table.
    fn write(&self, home: &TestHome) -> String {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("it is a name");
        let key = KeyPair::generate().expect("there is randomness");
        let signed = params.signed_by(&key, &self.0).expect("it can sign");
        home.write("gate.pem", signed.pem());
        let file = home.write("gate.key", key.serialize_pem());
        only_ours(&file);
        home.write("clients.pem", self.0.pem());
        "[tls]\ncertificate = \"gate.pem\"\nkey = \"gate.key\"\nclients = \"clients.pem\"\n".into()
    }
}

fn only_ours(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file, mode).expect("it is ours");
}

fn named(uris: &[&str]) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("there are no names");
    params.distinguished_name = DistinguishedName::new();
    let uri = |uri: &&str| SanType::URI((*uri).try_into().expect("it is a URI"));
    params.subject_alt_names = uris.iter().map(uri).collect();
    params
}

/// A gateway that takes certificates, and tokens beside them.
struct Place {
    home: TestHome,
    issuer: Issuer,
    authority: Authority,
    gateway: Gateway,
}

const MAIL: &str = "spiffe://corp.example/agents/mail";
const DESK: &str = "spiffe://corp.example/desk";

impl Place {
    fn new() -> Self {
        let (home, issuer, authority) = (TestHome::new(), Issuer::start(), Authority::new());
        let peers = format!(
            "[[peer]]\nname = \"desk\"\nspiffe = \"{DESK}\"\n\n\
             [[peer]]\nspiffe_under = \"spiffe://corp.example/agents\"\n"
        );
        let more = format!("{peers}\n{}", authority.write(&home));
        let setup = Setup::new().program("fix", &["--full"]).table(&tables(&issuer, &more));
        let gateway = Gateway::start(&home, &setup);
        Self { home, issuer, authority, gateway }
    }

    /// Lists the tools as this machine, with this token. What goes wrong in the handshake is an
    /// error.
    fn ask(&self, machine: Option<&Machine>, token: Option<&str>) -> io::Result<Told> {
        let mut client = Visitor::modern(self.gateway.address());
        client.token = token.map(str::to_owned);
        let message = client.request(&json!(1), "tools/call", &echo());
        let body = message.to_string();
        let mut head = String::from("POST /mcp HTTP/1.1\r\nHost: localhost\r\n");
        head.push_str("Accept: application/json, text/event-stream\r\n");
        head.push_str("Content-Type: application/json\r\nConnection: close\r\n");
        for (name, value) in client.headers(&message) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
        let mut stream = self.connect(machine)?;
        stream.write_all(head.as_bytes())?;
        let mut all = String::new();
        stream.read_to_string(&mut all)?;
        Ok(Told(all))
    }

    fn connect(
        &self,
        machine: Option<&Machine>,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.0.der().clone()).map_err(io::Error::other)?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_root_certificates(roots);
        let config = match machine {
            None => builder.with_no_client_auth(),
            Some(Machine { certificate, key }) => {
                let key = PrivatePkcs8KeyDer::from(key.serialize_der());
                let chain = vec![certificate.clone()];
                builder.with_client_auth_cert(chain, key.into()).map_err(io::Error::other)?
            }
        };
        let name = "localhost".try_into().map_err(io::Error::other)?;
        let client = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        Ok(StreamOwned::new(client, TcpStream::connect(self.gateway.address())?))
    }

    /// Fails unless a machine that shows this is told just this.
    #[track_caller]
    fn refused(
        &self,
        (machine, token): (&Machine, Option<&str>),
        (status, reason, error): (u16, &str, Option<&str>),
    ) {
        let told = self.ask(Some(machine), token).expect("it is answered");
        assert_eq!((told.status(), &*told.reason()), (status, reason), "{}", told.0);
        let challenge = told.header("www-authenticate");
        if status == 403 {
            return assert_eq!(challenge, None, "{}", told.0);
        }
        let challenge = challenge.expect("there is a challenge");
        assert!(challenge.contains("resource_metadata="), "{challenge}");
        match error {
            None => assert!(!challenge.contains("error="), "{challenge}"),
            Some(error) => assert!(challenge.contains(&format!("error=\"{error}\""))),
        }
    }

    #[track_caller]
    fn let_in(&self, machine: &Machine, token: Option<&str>) {
        let told = self.ask(Some(machine), token).expect("it is answered");
        assert_eq!(told.status(), 200, "{}", told.0);
    }
}

fn echo() -> Value {
    json!({"name": "echo", "arguments": {"word": "x"}})
}

/// A whole answer, as text.
struct Told(String);

impl Told {
    fn status(&self) -> u16 {
        self.0.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
    }

    fn header(&self, wanted: &str) -> Option<&str> {
        let head = self.0.split("\r\n\r\n").next().unwrap_or_default();
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, it)| it)
    }

    fn reason(&self) -> String {
        let (_, body) = self.0.split_once("\r\n\r\n").unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        body["reason"].as_str().unwrap_or_default().to_owned()
    }
}

// A workload comes in by the SPIFFE id in its certificate, and is called that.
#[test]
fn a_workload_comes_in_by_its_spiffe_id_and_nobody_else_does() {
    let place = Place::new();
    place.let_in(&place.authority.machine(&[MAIL]), None);
    place.let_in(&place.authority.machine(&[DESK]), None);
    let calls = records(&place.home, "call.intent");
    let agents: Vec<_> = calls.iter().map(|call| call["agent"].as_str().unwrap_or("")).collect();
    assert_eq!(agents, [MAIL, "desk"]);
    let nobody = (401, "certificate-unknown", None);
    for uris in [
        &["spiffe://evil.example/agents/mail"][..],
        &["spiffe://corp.example/agents"],
        &["spiffe://corp.example/agents/../desk"],
        // Two URIs are no SPIFFE id.
        &[MAIL, "spiffe://corp.example/agents/other"],
        &[],
    ] {
        place.refused((&place.authority.machine(uris), None), nobody);
    }
    let dropped = records(&place.home, "message.dropped");
    assert!(dropped.iter().all(|it| it["reason"] == "certificate-unknown"), "{dropped:?}");
    assert_eq!(dropped.len(), 5);
}

// A certificate of another authority, one whose time is up or has not come, and none at all
// end with the handshake: there is nobody who could be answered.
#[test]
fn a_certificate_that_does_not_verify_does_not_even_connect() {
    let place = Place::new();
    let stranger = Authority::new().machine(&[MAIL]);
    let (mut over, mut early) = (named(&[MAIL]), named(&[MAIL]));
    (over.not_before, over.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    (early.not_before, early.not_after) = (date_time_ymd(2095, 1, 1), date_time_ymd(2096, 1, 1));
    let (over, early) = (place.authority.sign(&over), place.authority.sign(&early));
    let token = place.issuer.token(&claims(&place.issuer, "ann"));
    for shown in [Some(&stranger), Some(&over), Some(&early), None] {
        // Also not with a token that is right.
        assert!(place.ask(shown, Some(&token)).is_err());
    }
    assert!(records(&place.home, "call.intent").is_empty());
    place.let_in(&place.authority.machine(&[MAIL]), Some(&token));
}

// A token that is bound to a certificate (RFC 8705) is of no use with another one.
#[test]
fn a_token_that_is_bound_to_a_certificate_needs_just_that_one() {
    let place = Place::new();
    let (own, other) = (place.authority.machine(&[MAIL]), place.authority.machine(&[MAIL]));
    let mut bound = claims(&place.issuer, "ann");
    bound["client_id"] = MAIL.into();
    let digest = Digest::of(&own.certificate);
    bound["cnf"] = json!({"x5t#S256": b64(digest.bytes())});
    let token = place.issuer.token(&bound);
    place.let_in(&own, Some(&token));
    let calls = records(&place.home, "call.intent");
    assert_eq!((&calls[0]["user"], &calls[0]["agent"]), (&json!("ann"), &json!(MAIL)));
    let no = (401, "token-binding", Some("invalid_token"));
    place.refused((&other, Some(&token)), no);
    // What was let in with the right one is not remembered for the wrong one.
    place.let_in(&own, Some(&token));
    place.refused((&other, Some(&token)), no);
}

// A token must not speak of another agent than the certificate that it comes with.
#[test]
fn a_token_and_a_certificate_speak_of_one_agent() {
    let place = Place::new();
    let desk = place.authority.machine(&[DESK]);
    let token = place.issuer.token(&claims(&place.issuer, "ann"));
    place.refused((&desk, Some(&token)), (403, "identity-contradicted", None));
    let mut own = claims(&place.issuer, "ann");
    own["client_id"] = "desk".into();
    place.let_in(&desk, Some(&place.issuer.token(&own)));
    place.refused((&desk, Some("opaque")), (401, "token-opaque", Some("invalid_token")));
}
