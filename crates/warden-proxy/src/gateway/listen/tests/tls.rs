//! TLS, and certificates of clients.

use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
    SanType,
};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tempfile::TempDir;

use super::*;
use crate::gateway::{listen::certificate, settings::Tls};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A certificate and its key, in PEM form.
    fn sign(&self, params: &CertificateParams) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }

    fn client(&self, name: &str) -> (String, String) {
        self.sign(&named(&[name], &[]))
    }

    /// Writes files for a server.
    fn write(&self, folder: &Path, clients: bool) -> Tls {
        let (certificate, key) = self.sign(&named(&["gateway"], &["localhost"]));
        let path = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        Tls {
            certificate: path("certificate.pem", &certificate),
            key: path("key.pem", &key),
            client_authority: clients.then(|| path("clients.pem", &self.0.pem())),
        }
    }
}

fn named(names: &[&str], hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut params = CertificateParams::new(hosts).unwrap();
    params.distinguished_name = DistinguishedName::new();
    for name in names {
        params.distinguished_name.push(DnType::CommonName, *name);
    }
    params
}

/// Asks for `/name` over TLS. What goes wrong goes wrong in the handshake, or when its end is
/// read: with TLS 1.3 a client is done before the server has looked at its certificate.
fn ask(
    listener: &Listener<Fake>,
    authority: &Authority,
    shown: Option<(String, String)>,
) -> std::io::Result<String> {
    let answer = ask_with("", listener, authority, shown)?;
    Ok(answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// The same with more headers; the whole answer.
fn ask_with(
    headers: &str,
    listener: &Listener<Fake>,
    authority: &Authority,
    shown: Option<(String, String)>,
) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match shown {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, Raw::to(listener).0);
    let request = "GET /name HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    stream.write_all(format!("{request}{headers}\r\n").as_bytes())?;
    let mut all = String::new();
    stream.read_to_string(&mut all)?;
    Ok(all)
}

fn listen_tls(files: Tls) -> (Listener<Fake>, Strings) {
    let mut settings = settings();
    settings.tls = Some(files);
    listen_with(&settings)
}

#[test]
fn a_client_needs_no_certificate_when_none_is_asked_for() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let (listener, _strings) = listen_tls(authority.write(folder.path(), false));
    assert_eq!(ask(&listener, &authority, None).unwrap(), "nobody");
}

#[test]
fn with_tls_a_page_that_came_without_is_not_ours() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let (listener, _strings) = listen_tls(authority.write(folder.path(), false));
    let status = |origin: &str| {
        let origin = format!("Origin: {origin}\r\n");
        let answer = ask_with(&origin, &listener, &authority, None).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status("https://localhost"), "200");
    assert_eq!(status("http://localhost"), "403");
}

#[test]
fn a_client_is_known_by_its_certificate_or_does_not_come_in() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let (listener, _strings) = listen_tls(authority.write(folder.path(), true));
    let shown = authority.client("build agent");
    assert_eq!(ask(&listener, &authority, Some(shown)).unwrap(), "build agent");
    assert!(ask(&listener, &authority, None).is_err());
    let stranger = Authority::new().client("build agent");
    assert!(ask(&listener, &authority, Some(stranger)).is_err());
    counted(&listener, Refused::Handshake, 2);
}

#[test]
fn a_client_that_speaks_without_tls_does_not_come_in() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let (listener, _strings) = listen_tls(authority.write(folder.path(), false));
    let mut client = Raw::to(&listener);
    client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut all = Vec::new();
    client.0.read_to_end(&mut all).ok();
    assert!(!all.starts_with(b"HTTP"));
}

#[test]
fn certificates_change_without_closing_what_is_open() {
    let (folder, old, new) = (TempDir::new().unwrap(), Authority::new(), Authority::new());
    let files = old.write(folder.path(), false);
    let (listener, strings) = listen_tls(files.clone());
    std::thread::scope(|scope| {
        let lasting = scope.spawn(|| ask_for("/wait", &listener, &old));
        let go = strings.wait();
        new.write(folder.path(), false);
        listener.reload_tls(&files).unwrap();
        assert_eq!(ask(&listener, &new, None).unwrap(), "nobody");
        assert!(ask(&listener, &old, None).is_err());
        std::fs::write(&files.key, "no key").unwrap();
        assert!(listener.reload_tls(&files).is_err());
        assert_eq!(ask(&listener, &new, None).unwrap(), "nobody");
        go.send(()).unwrap();
        assert!(lasting.join().unwrap().ends_with("waited"));
    });
}

fn ask_for(path: &str, listener: &Listener<Fake>, authority: &Authority) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(client, Raw::to(listener).0);
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    all
}

#[test]
fn a_lasting_stream_goes_through_tls() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let (listener, strings) = listen_tls(authority.write(folder.path(), false));
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| ask_for("/lasting", &listener, &authority));
        let stream = strings.stream();
        stream.blocking_send("data: 1\n\n".into()).unwrap();
        drop(stream);
        assert!(asking.join().unwrap().ends_with("9\r\ndata: 1\n\n\r\n0\r\n\r\n"));
    });
}

#[test]
fn files_that_are_of_no_use_are_named() {
    let (folder, authority) = (TempDir::new().unwrap(), Authority::new());
    let mut settings = settings();
    let mut files = authority.write(folder.path(), false);
    files.certificate = files.key.clone();
    settings.tls = Some(files);
    let (wait, stream) = (channel().0, channel().0);
    let fake = Fake { waits: Mutex::new(wait), streams: Mutex::new(stream) };
    let error = Listener::bind(&settings, Arc::new(fake)).unwrap_err();
    assert!(error.to_string().contains("no certificate in"), "{error}");
}

#[track_caller]
fn check(params: &CertificateParams, name: Option<&str>) {
    let (certificate, _) = Authority::new().sign(params);
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
    assert_eq!(certificate::name(&der).as_deref(), name);
    for length in 0..der.len() {
        // Whatever is missing, looking for a name neither panics nor makes one up.
        let cut = certificate::name(&der[..length]);
        assert!(cut.is_none() || cut.as_deref() == name);
    }
}

#[test]
fn the_name_is_the_common_name_or_else_the_first_alternative() {
    check(&named(&["an agent"], &["host.example"]), Some("an agent"));
    check(&named(&["\u{e9}t\u{e9}"], &[]), Some("\u{e9}t\u{e9}"));
    check(&named(&[], &["host.example", "other.example"]), Some("host.example"));
    check(&named(&[], &[]), None);
    check(&named(&["line\nbreak"], &["host.example"]), None);
    let mut uri = named(&[], &[]);
    let name = "spiffe://example/agent";
    uri.subject_alt_names = vec![SanType::URI(name.try_into().unwrap())];
    check(&uri, Some(name));
}
