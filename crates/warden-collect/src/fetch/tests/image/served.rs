//! A registry of images on this machine, as honest as a test wants, and images for it.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use warden_model::Digest;

pub(super) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(super) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(super) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(super) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

/// What is sent after the head.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Whole(Vec<u8>),
    /// Half of it, and then the end.
    Half(Vec<u8>),
    /// Half of it, and then nothing more while the test runs.
    Stuck(Vec<u8>),
    /// More and more, until nobody reads it.
    Endless,
}

/// What is sent for a path.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

impl Page {
    pub(super) fn of(kind: &str, bytes: &[u8]) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self { status: 200, headers, body: Body::Whole(bytes.to_vec()) }
    }

    /// One that leads elsewhere.
    pub(super) fn to(address: &str) -> Self {
        let headers = vec![("location", address.to_owned())];
        Self { status: 307, headers, body: Body::Whole(Vec::new()) }
    }

    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What a registry wants to see in `Authorization`, and how it says that.
#[derive(Clone, Debug)]
pub(super) struct Door {
    /// Paths that begin like this are behind it.
    pub(super) below: &'static str,
    pub(super) wanted: String,
    pub(super) challenge: String,
}

/// A path that was asked for, and what was shown.
pub(super) type Asked = (String, Option<String>);

#[derive(Default)]
struct Inside {
    pages: Mutex<BTreeMap<String, Page>>,
    doors: Mutex<Vec<Door>>,
    asked: Mutex<Vec<Asked>>,
}

/// A registry. It ends with the test.
pub(super) struct Served {
    /// Its host and port.
    pub(super) host: String,
    inside: Arc<Inside>,
    /// Dropped at the end, which lets go of whoever still waits for the second half.
    _waiting: mpsc::Sender<()>,
}

impl Served {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let inside: Arc<Inside> = Arc::default();
        let (waiting, ended) = mpsc::channel::<()>();
        let (shared, ended) = (inside.clone(), Arc::new(Mutex::new(ended)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (inside, ended) = (shared.clone(), ended.clone());
                std::thread::spawn(move || {
                    // Whoever hangs up early is none of our concern.
                    _ = answer(stream, &inside, &ended);
                });
            }
        });
        Self { host, inside, _waiting: waiting }
    }

    pub(super) fn put(&self, path: &str, page: Page) {
        self.inside.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Changes what is sent for a path.
    pub(super) fn change(&self, path: &str, change: impl FnOnce(&mut Page)) {
        change(self.inside.pages.lock().unwrap().get_mut(path).expect("there is such a page"));
    }

    pub(super) fn close(&self, door: Door) {
        self.inside.doors.lock().unwrap().push(door);
    }

    /// Everything that was asked for so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.inside.asked.lock().unwrap().clone()
    }

    /// Publishes an image by its digest and a tag.
    pub(super) fn publish(&self, image: &Image, tag: &str) {
        for bytes in std::iter::once(&image.config).chain(&image.layers) {
            self.put(&blob(bytes), Page::of("application/octet-stream", bytes));
        }
        self.document(MANIFEST, &image.manifest, tag);
    }

    /// Publishes a manifest or index by its digest and a tag.
    pub(super) fn document(&self, kind: &str, bytes: &[u8], tag: &str) {
        let digest = Digest::of(bytes).to_string();
        let page = Page::of(kind, bytes).with("docker-content-digest", &digest);
        self.put(&manifest(&digest), page.clone());
        self.put(&manifest(tag), page);
    }
}

/// Where a manifest is asked for.
pub(super) fn manifest(which: &str) -> String {
    format!("/v2/team/mail/manifests/{which}")
}

/// Where a blob is asked for.
pub(super) fn blob(bytes: &[u8]) -> String {
    format!("/v2/team/mail/blobs/{}", Digest::of(bytes))
}

fn answer(
    stream: TcpStream,
    inside: &Inside,
    ended: &Mutex<mpsc::Receiver<()>>,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut shown = None;
    while line.trim() != "" {
        line.clear();
        reader.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("authorization")
        {
            shown = Some(value.trim().to_owned());
        }
    }
    inside.asked.lock().unwrap().push((path.clone(), shown.clone()));
    let doors = inside.doors.lock().unwrap().clone();
    let shut = |door: &&Door| path.starts_with(door.below) && shown.as_ref() != Some(&door.wanted);
    let page = match doors.iter().find(shut) {
        Some(door) => {
            let challenge = door.challenge.clone();
            let headers = vec![("www-authenticate", challenge)];
            Some(Page { status: 401, headers, body: Body::Whole(Vec::new()) })
        }
        None => inside.pages.lock().unwrap().get(&path).cloned(),
    };
    let page = page.unwrap_or(Page {
        status: 404,
        headers: Vec::new(),
        body: Body::Whole(b"{}".to_vec()),
    });
    send(stream, &page, ended)
}

fn send(
    mut stream: TcpStream,
    page: &Page,
    ended: &Mutex<mpsc::Receiver<()>>,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", page.status);
    for (name, value) in &page.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Body::Whole(bytes) | Body::Half(bytes) | Body::Stuck(bytes) = &page.body {
        head.push_str(&format!("content-length: {}\r\n", bytes.len()));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    match &page.body {
        Body::Whole(bytes) => stream.write_all(bytes),
        Body::Half(bytes) => stream.write_all(&bytes[..bytes.len() / 2]),
        Body::Stuck(bytes) => {
            stream.write_all(&bytes[..bytes.len() / 2])?;
            stream.flush()?;
            // Until the registry is dropped.
            _ = ended.lock().unwrap().recv();
            Ok(())
        }
        Body::Endless => loop {
            stream.write_all(&[b' '; 4096])?;
        },
    }
}

/// An image, and what it consists of.
pub(super) struct Image {
    pub(super) manifest: Vec<u8>,
    pub(super) config: Vec<u8>,
    pub(super) layers: Vec<Vec<u8>>,
}

impl Image {
    /// One for Linux with two layers.
    pub(super) fn of(architecture: &str) -> Self {
        let (first, second) = (
            layer(&[("app/server.py", "print('hello')\n"), ("app/old", "1")]),
            layer(&[("app/.wh.old", ""), ("app/system", architecture)]),
        );
        let contents = [&first, &second].map(|layer| Digest::of(layer).to_string());
        let config = json!({
            "architecture": architecture, "os": "linux",
            "config": { "Entrypoint": ["python3", "/app/server.py"] },
            "rootfs": { "type": "layers", "diff_ids": contents },
        });
        Self::new(config.to_string().into_bytes(), vec![packed(&first), packed(&second)])
    }

    pub(super) fn new(config: Vec<u8>, layers: Vec<Vec<u8>>) -> Self {
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": described(&config, CONFIG),
            "layers": layers.iter().map(|layer| described(layer, LAYER)).collect::<Vec<_>>(),
        });
        Self { manifest: manifest.to_string().into_bytes(), config, layers }
    }

    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.manifest)
    }

    /// The same image with another manifest.
    pub(super) fn with(mut self, change: impl FnOnce(&mut Value)) -> Self {
        let mut manifest = serde_json::from_slice(&self.manifest).unwrap();
        change(&mut manifest);
        self.manifest = manifest.to_string().into_bytes();
        self
    }

    /// Its entry in an index.
    pub(super) fn entry(&self, architecture: &str) -> Value {
        let mut entry = described(&self.manifest, MANIFEST);
        entry["platform"] = json!({ "os": "linux", "architecture": architecture });
        entry
    }
}

pub(super) fn index(entries: &[Value]) -> Vec<u8> {
    let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": entries });
    index.to_string().into_bytes()
}

pub(super) fn described(bytes: &[u8], kind: &str) -> Value {
    let digest = Digest::of(bytes).to_string();
    json!({ "mediaType": kind, "digest": digest, "size": bytes.len() })
}

fn layer(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(super) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}
