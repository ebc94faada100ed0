//! A registry on this machine, for npm and pip: honest, or as bad as a test wants.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};
use warden_model::Digest;

/// What is sent for a path.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Whole(Vec<u8>),
    /// Half of it, and then nothing more while the test runs.
    Half(Vec<u8>),
}

/// A registry. It ends with the test.
pub(super) struct Registry {
    pub(super) address: String,
    pages: Arc<Mutex<BTreeMap<String, Reply>>>,
    /// Every path that was asked for.
    asked: Arc<Mutex<Vec<String>>>,
    /// Dropped at the end, which lets go of whoever still waits for the second half.
    _waiting: mpsc::Sender<()>,
}

impl Registry {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let pages: Arc<Mutex<BTreeMap<String, Reply>>> = Arc::default();
        let (waiting, ended) = mpsc::channel::<()>();
        let (shared, ended) = (pages.clone(), Arc::new(Mutex::new(ended)));
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (pages, ended) = (shared.clone(), ended.clone());
                let asked = noted.clone();
                std::thread::spawn(move || {
                    // Whoever hangs up early is none of our concern.
                    _ = serve(stream, &pages, (&asked, &ended));
                });
            }
        });
        Self { address, pages, asked, _waiting: waiting }
    }

    /// Every path that was asked for so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn put(&self, path: &str, reply: Reply) {
        self.pages.lock().unwrap().insert(path.to_owned(), reply);
    }

    /// What is sent for a path, to be changed.
    pub(super) fn change(&self, path: &str, change: impl FnOnce(Reply) -> Reply) {
        let mut pages = self.pages.lock().unwrap();
        let reply = pages.remove(path).expect("there is such a page");
        pages.insert(path.to_owned(), change(reply));
    }

    /// Changes what the registry says of a package of npm.
    pub(super) fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        self.change(&page(name), |reply| {
            let Reply::Whole(bytes) = reply else { panic!("it is whole") };
            let mut value = serde_json::from_slice(&bytes).unwrap();
            change(&mut value);
            Reply::Whole(value.to_string().into_bytes())
        });
    }

    /// Publishes a package of npm whose registry entry says what its manifest says.
    pub(super) fn publish(&self, manifest: &Value, files: &[(&str, &str)]) {
        let text = |key: &str| manifest[key].as_str().unwrap().to_owned();
        let (name, version) = (text("name"), text("version"));
        let mut all = vec![("package.json".to_owned(), manifest.to_string())];
        all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
        let archive = package(&all);
        let tarball = format!("/{name}/-/{version}.tgz");
        let mut entry = manifest.clone();
        entry["dist"] = json!({
            "tarball": format!("{}{tarball}", self.address),
            "integrity": format!("sha512-{}", STANDARD.encode(Sha512::digest(&archive))),
            "signatures": [{ "keyid": "k", "sig": "s" }],
        });
        let entry = json!({
            "name": name,
            "dist-tags": { "latest": version },
            "versions": { version.clone(): entry },
            "time": { "created": "2024-01-01T00:00:00Z", version: "2024-02-03T00:00:00Z" },
            "maintainers": [{ "name": "a", "email": "a@host.example" }],
        });
        self.put(&page(&name), Reply::Whole(entry.to_string().into_bytes()));
        self.put(&tarball, Reply::Whole(archive));
    }

    /// Publishes a wheel.
    pub(super) fn publish_wheel(&self, name: &str, version: &str, wheel: &[u8]) {
        let file = format!("{name}-{version}-py3-none-any.whl");
        let digest = Digest::of(wheel).to_string().replace(':', "=");
        let page = format!("<!DOCTYPE html><a href=\"/files/{file}#{digest}\">{file}</a>");
        self.put(&format!("/simple/{name}/"), Reply::Whole(page.into_bytes()));
        self.put(&format!("/files/{file}"), Reply::Whole(wheel.to_vec()));
    }
}

/// Where npm asks for a package.
pub(super) fn page(name: &str) -> String {
    format!("/{}", name.replace('/', "%2f"))
}

fn serve(
    stream: TcpStream,
    pages: &Mutex<BTreeMap<String, Reply>>,
    (asked, ended): (&Mutex<Vec<String>>, &Mutex<mpsc::Receiver<()>>),
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().unwrap().push(path.clone());
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line)?;
    }
    let reply = pages.lock().unwrap().get(&path).cloned();
    let mut stream = stream;
    let head = |status: &str, kind: &str, length: usize| {
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n"
        )
    };
    let is_page = |bytes: &[u8]| path.starts_with("/simple") && !bytes.starts_with(b"{");
    let kind = match &reply {
        Some(Reply::Whole(bytes) | Reply::Half(bytes)) if is_page(bytes) => "text/html",
        _ if path.starts_with("/simple") => "application/vnd.pypi.simple.v1+json",
        _ => "application/json",
    };
    match reply {
        None => stream.write_all(format!("{}{{}}", head("404 Not Found", kind, 2)).as_bytes()),
        Some(Reply::Whole(bytes)) => {
            stream.write_all(head("200 OK", kind, bytes.len()).as_bytes())?;
            stream.write_all(&bytes)
        }
        Some(Reply::Half(bytes)) => {
            stream.write_all(head("200 OK", kind, bytes.len()).as_bytes())?;
            stream.write_all(&bytes[..bytes.len() / 2])?;
            stream.flush()?;
            // Until the registry is dropped.
            _ = ended.lock().unwrap().recv();
            Ok(())
        }
    }
}

/// A package of npm as `npm pack` writes it.
pub(super) fn package(files: &[(String, String)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, format!("package/{path}"), text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// A wheel. `requires` is what it says to need.
pub(super) fn wheel(
    name: &str,
    version: &str,
    requires: &[&str],
    files: &[(&str, &str)],
) -> Vec<u8> {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let info = format!("{name}-{version}.dist-info");
    let mut metadata = format!("Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
    for one in requires {
        metadata.push_str(&format!("Requires-Dist: {one}\n"));
    }
    let tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n";
    let mut all: Vec<(String, String)> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    all.push((format!("{info}/METADATA"), metadata));
    all.push((format!("{info}/WHEEL"), tag.to_owned()));
    let mut record = String::new();
    for (path, text) in &all {
        let digest = URL_SAFE_NO_PAD.encode(Digest::of(text.as_bytes()).bytes());
        record.push_str(&format!("{path},sha256={digest},{}\n", text.len()));
    }
    record.push_str(&format!("{info}/RECORD,,\n"));
    if !all.iter().any(|(path, _)| path.ends_with("RECORD")) {
        all.push((format!("{info}/RECORD"), record));
    }
    zipped(&all)
}

/// A zip archive of these files.
pub(super) fn zipped(files: &[(String, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in files {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(path.as_str(), options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
