//! What a name stands for.

use std::{collections::BTreeMap, fs, io, path::PathBuf};

use serde_json::{Map, Value};
use warden_model::Digest;

use super::{Store, StoreError, Thing, Writer, hex, place};

/// The most that is read of a record.
const MOST: u64 = 64 << 20;

/// What a record says it is.
const SCHEMA: &str = "mcpwarden store ref 1";

/// What a name stands for: things in the store, which are kept as long as the record is, and
/// anything else that is to be remembered with them.
#[derive(Clone, Debug, PartialEq)]
pub struct RefRecord {
    /// Blobs that belong to it, by what they are to it.
    pub blobs: BTreeMap<String, Digest>,
    /// Trees that belong to it.
    pub trees: BTreeMap<String, Digest>,
    /// The rest.
    pub about: Value,
}

impl Default for RefRecord {
    fn default() -> Self {
        Self { blobs: BTreeMap::new(), trees: BTreeMap::new(), about: Value::Null }
    }
}

impl RefRecord {
    fn write(&self, name: &str) -> Vec<u8> {
        let digests = |all: &BTreeMap<String, Digest>| {
            let members =
                all.iter().map(|(role, digest)| (role.clone(), digest.to_string().into()));
            Value::Object(members.collect())
        };
        let mut members = Map::new();
        members.insert("schema".into(), SCHEMA.into());
        members.insert("name".into(), name.into());
        members.insert("blobs".into(), digests(&self.blobs));
        members.insert("trees".into(), digests(&self.trees));
        members.insert("about".into(), self.about.clone());
        let text = Value::Object(members).to_string();
        format!("{}\n{text}\n", Digest::of(text.as_bytes())).into_bytes()
    }

    /// Reads a record and its name. Nothing if it is not exactly what was written.
    fn read(bytes: &[u8]) -> Option<(String, Self)> {
        let (sum, text) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        let text = text.strip_suffix('\n')?;
        if sum.parse() != Ok(Digest::of(text.as_bytes())) {
            return None;
        }
        let mut value: Value = serde_json::from_str(text).ok()?;
        if value.get("schema")?.as_str()? != SCHEMA {
            return None;
        }
        let digests = |key: &str| -> Option<BTreeMap<String, Digest>> {
            let members = value.get(key)?.as_object()?.iter();
            members.map(|(role, text)| Some((role.clone(), text.as_str()?.parse().ok()?))).collect()
        };
        let (blobs, trees) = (digests("blobs")?, digests("trees")?);
        let name = value.get("name")?.as_str()?.to_owned();
        let about = value.get_mut("about")?.take();
        Some((name, Self { blobs, trees, about }))
    }
}

impl Store {
    fn ref_path(&self, name: &str) -> PathBuf {
        self.root().join("refs").join(hex(Digest::of(name.as_bytes())))
    }

    /// What a name stands for.
    ///
    /// # Errors
    /// When there is no such name, or its record is damaged.
    pub fn reference(&self, name: &str) -> Result<RefRecord, StoreError> {
        let path = self.ref_path(name);
        let (found, record) = read_ref(&path, name)?;
        if found == name { Ok(record) } else { Err(damaged(path, name)) }
    }

    /// Every name with its record, in the order of the names.
    ///
    /// # Errors
    /// When one of them is damaged.
    pub fn references(&self) -> Result<BTreeMap<String, RefRecord>, StoreError> {
        let folder = self.root().join("refs");
        let mut all = BTreeMap::new();
        for entry in fs::read_dir(&folder).map_err(StoreError::io(&folder))? {
            let path = entry.map_err(StoreError::io(&folder))?.path();
            let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let file = file.unwrap_or_default();
            // What was not finished when its writer ended.
            if file.starts_with(".tmp") {
                continue;
            }
            let (name, record) = read_ref(&path, &file)?;
            if path != self.ref_path(&name) {
                return Err(damaged(path, &name));
            }
            all.insert(name, record);
        }
        Ok(all)
    }
}

/// Reads a record with its name.
fn read_ref(path: &std::path::Path, name: &str) -> Result<(String, RefRecord), StoreError> {
    let size = match path.metadata() {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(StoreError::Missing { kind: Thing::Ref, name: name.to_owned() });
        }
        Err(error) => return Err(StoreError::io(path)(error)),
    };
    if size > MOST {
        return Err(damaged(path.to_owned(), name));
    }
    let bytes = fs::read(path).map_err(StoreError::io(path))?;
    RefRecord::read(&bytes).ok_or_else(|| damaged(path.to_owned(), name))
}

fn damaged(place: PathBuf, name: &str) -> StoreError {
    let what = "is not the record that was written".to_owned();
    StoreError::Damaged { kind: Thing::Ref, name: name.to_owned(), place, what }
}

impl Writer<'_> {
    /// Has a name stand for something, from now on.
    ///
    /// # Errors
    /// When something that the record names is not there, or it cannot be stored.
    pub fn set_reference(&self, name: &str, record: &RefRecord) -> Result<(), StoreError> {
        let store = self.store();
        for (kind, digests) in [(Thing::Blob, &record.blobs), (Thing::Tree, &record.trees)] {
            for digest in digests.values() {
                let there = match kind {
                    Thing::Tree => store.has_tree(*digest),
                    Thing::Blob | Thing::Ref => store.has_blob(*digest),
                };
                if !there {
                    return Err(StoreError::Missing { kind, name: digest.to_string() });
                }
            }
        }
        let path = store.ref_path(name);
        place::put(&path, &record.write(name)).map_err(StoreError::io(&path))
    }

    /// Forgets a name. What it stood for is kept until somebody clears away. Says whether there
    /// was one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove_reference(&self, name: &str) -> Result<bool, StoreError> {
        let path = self.store().ref_path(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(StoreError::io(&path)(error)),
        }
    }
}
