//! Layers on top of each other, with what they take away (OCI image specification 1.1, `layer.md`).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs::File,
    io::{self, BufRead as _, BufReader, Read},
    path::PathBuf,
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use warden_model::Digest;

use crate::store::unpack::{
    Fault, UnpackError, UnpackLimits,
    name::TreePath,
    sink::{Capped, Sink, reading},
    tarball::{self, Kind, Record},
};

/// A file of this name takes one away that a lower layer has.
const GONE: &str = ".wh.";

/// A file of this name takes away everything that lower layers have in its folder.
const ALL_GONE: &str = ".wh..wh..opq";

/// A layer: where it lies, its name in the archive, and the digest of what is in it.
pub(super) struct Layer {
    path: PathBuf,
    name: String,
    content: Digest,
    packed: bool,
}

impl Layer {
    /// Sees how it is packed.
    ///
    /// # Errors
    /// When it cannot be read or is packed in another way.
    pub(super) fn new(path: PathBuf, name: String, content: Digest) -> Result<Self, UnpackError> {
        let io = |error| UnpackError::new(name.as_bytes(), Fault::Io(error));
        let mut reader = BufReader::new(File::open(&path).map_err(io)?);
        let head = reader.fill_buf().map_err(io)?;
        if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let fault = Fault::Unsupported { what: "a layer packed with zstd" };
            return Err(UnpackError::new(name.as_bytes(), fault));
        }
        let packed = head.starts_with(&[0x1f, 0x8b]);
        Ok(Self { path, name, content, packed })
    }

    /// Shows every entry with its place, and sees whether the digest of the content is right.
    fn each(&self, most: u64, visit: &mut tarball::Visit<'_>) -> Result<(), UnpackError> {
        let at = |fault| UnpackError::new(self.name.as_bytes(), fault);
        let file = File::open(&self.path).map_err(|error| at(Fault::Io(error)))?;
        let file = BufReader::new(file);
        let inner: Box<dyn Read> =
            if self.packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        let mut hashed = Hashed { inner: Capped::new(inner, most), hasher: Sha256::new() };
        tarball::each(&mut hashed, visit)?;
        io::copy(&mut hashed, &mut io::sink()).map_err(|error| at(reading(error)))?;
        if Digest::from_bytes(hashed.hasher.finalize().into()) == self.content {
            Ok(())
        } else {
            Err(at(Fault::Checksum { what: "digest" }))
        }
    }

    fn most(&self, limits: &UnpackLimits) -> Result<u64, UnpackError> {
        let at = |error| UnpackError::new(self.name.as_bytes(), Fault::Io(error));
        Ok(limits.most(self.path.metadata().map_err(at)?.len()))
    }
}

/// An entry of a layer: the number of the layer, and its own in it.
type Place = (usize, u64);

#[derive(Clone, Debug)]
enum What {
    Folder,
    Link,
    Special,
    /// A file, and where its bytes are: elsewhere if it is a hard link.
    File(Place),
}

struct Found {
    place: Place,
    what: What,
}

/// What is seen from above, by its path.
#[derive(Default)]
struct View(BTreeMap<String, Found>);

/// Writes what is seen when all layers lie on top of each other.
///
/// # Errors
/// Whatever is refused.
pub(super) fn put_on_top(
    layers: &[Layer],
    limits: &UnpackLimits,
    sink: &mut Sink<'_>,
) -> Result<(), UnpackError> {
    let mut view = View::default();
    let mut entries = 0_u64;
    for (number, layer) in layers.iter().enumerate() {
        let mut own = Vec::new();
        let mut index = 0;
        layer.each(layer.most(limits)?, &mut |record, _| {
            entries += 1;
            let at = |fault| UnpackError::new(&record.name, fault);
            if entries > limits.entries {
                return Err(at(Fault::Entries));
            }
            let folder = record.kind == Kind::Folder;
            match TreePath::parse(&record.name, limits) {
                Ok(path) => own.push((path, (number, index), record.clone())),
                Err(Fault::Empty) if folder => return Ok(()),
                Err(fault) => return Err(at(fault)),
            }
            index += 1;
            Ok(())
        })?;
        view.lay(own, limits)?;
    }
    write(layers, &view, limits, sink)
}

impl View {
    /// Puts a layer on top.
    fn lay(
        &mut self,
        own: Vec<(TreePath, Place, Record)>,
        limits: &UnpackLimits,
    ) -> Result<(), UnpackError> {
        // What is taken away is that of lower layers alone, wherever in this one it says so.
        for (path, ..) in &own {
            if path.last() == ALL_GONE {
                self.remove_below(path.folder());
            } else if let Some(gone) = path.last().strip_prefix(GONE) {
                let folder = path.folder();
                let gone =
                    if folder.is_empty() { gone.to_owned() } else { format!("{folder}/{gone}") };
                self.0.remove(&gone);
                self.remove_below(&gone);
            }
        }
        let mut names = HashSet::new();
        for (path, place, record) in own {
            if path.last().starts_with(GONE) {
                continue;
            }
            let at = |fault| UnpackError::new(&record.name, fault);
            let folder = record.kind == Kind::Folder;
            if !names.insert(path.as_str().to_owned()) && !folder {
                return Err(at(Fault::Duplicate));
            }
            let what = match &record.kind {
                Kind::Folder => What::Folder,
                Kind::Symlink(_) => What::Link,
                Kind::Special => What::Special,
                Kind::File => What::File(place),
                Kind::Hard(to) => What::File(self.earlier(to, limits).map_err(at)?),
            };
            self.enter(&path, Found { place, what }).map_err(at)?;
        }
        Ok(())
    }

    fn enter(&mut self, path: &TreePath, found: Found) -> Result<(), Fault> {
        for parent in path.parents() {
            if self.0.get(parent).is_some_and(|known| !matches!(known.what, What::Folder)) {
                return Err(Fault::FolderAndFile);
            }
        }
        let folder = matches!(found.what, What::Folder);
        let key = path.as_str();
        if !folder {
            self.remove_below(key);
        } else if self.0.get(key).is_some_and(|known| matches!(known.what, What::Folder)) {
            return Ok(());
        }
        self.0.insert(key.to_owned(), found);
        Ok(())
    }

    /// Where the bytes of a file are that a hard link names.
    fn earlier(&self, to: &[u8], limits: &UnpackLimits) -> Result<Place, Fault> {
        // Some writers name it from the root of the system.
        let to = to.strip_prefix(b"/").unwrap_or(to);
        let path = TreePath::parse(to, limits)?;
        match self.0.get(path.as_str()).map(|found| &found.what) {
            Some(What::File(place)) => Ok(*place),
            _ => Err(Fault::HardLink),
        }
    }

    fn remove_below(&mut self, folder: &str) {
        if folder.is_empty() {
            self.0.clear();
            return;
        }
        let first = format!("{folder}/");
        let below: Vec<String> = self
            .0
            .range(first.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| path.starts_with(&first))
            .cloned()
            .collect();
        for path in below {
            self.0.remove(&path);
        }
    }
}

/// Reads every layer once more, and writes what is still seen.
fn write(
    layers: &[Layer],
    view: &View,
    limits: &UnpackLimits,
    sink: &mut Sink<'_>,
) -> Result<(), UnpackError> {
    let mut own: HashMap<Place, &str> = HashMap::new();
    let mut files: HashMap<Place, Vec<&str>> = HashMap::new();
    for (path, found) in &view.0 {
        match found.what {
            What::File(bytes) => files.entry(bytes).or_default().push(path),
            _ => drop(own.insert(found.place, path)),
        }
    }
    for (number, layer) in layers.iter().enumerate() {
        let mut index = 0;
        layer.each(layer.most(limits)?, &mut |record, content| {
            let at = |fault| UnpackError::new(&record.name, fault);
            // The root of the system was not counted in the first reading either.
            if TreePath::parse(&record.name, limits).is_err() {
                return Ok(());
            }
            let place = (number, index);
            index += 1;
            if let Some(paths) = files.get(&place) {
                return spread(record, content, paths, (limits, sink)).map_err(at);
            }
            if own.contains_key(&place) {
                return tarball::put(record, content, sink).map_err(at);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Writes a file, and copies of it where hard links are.
fn spread(
    record: &Record,
    content: &mut dyn Read,
    paths: &[&str],
    (limits, sink): (&UnpackLimits, &mut Sink<'_>),
) -> Result<(), Fault> {
    let parse = |path: &str| TreePath::parse(path.as_bytes(), limits);
    let Some((first, others)) = paths.split_first() else { return Ok(()) };
    let first = parse(first)?;
    let copied = sink.file(&first, record.mode, content)?;
    if copied != record.size {
        return Err(Fault::Broken { what: "the end of an entry is missing" });
    }
    others.iter().try_for_each(|other| sink.copy(&parse(other)?, &first))
}

/// A stream whose digest is known at its end.
struct Hashed<R> {
    inner: R,
    hasher: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}
