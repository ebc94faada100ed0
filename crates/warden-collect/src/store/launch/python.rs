//! Wheels, laid out next to each other.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};

use warden_model::Digest;

use super::{Bench, Interpreter, Launch, LaunchError, incomplete, program::choose};
use crate::{
    fetch::wheel,
    store::{Format, Manifest, UnpackLimits, unpack::TreePath},
};

/// Where packages lie.
const PACKAGES: &str = "site-packages";

impl Bench<'_> {
    pub(super) fn python(&self, program: Option<&str>) -> Result<Launch, LaunchError> {
        if let Some(said) = self.fetched.unresolved() {
            return Err(LaunchError::Unresolved { said: said.to_owned() });
        }
        let main = self.fetched.archive.ok_or_else(|| incomplete(&self.fetched.name))?;
        let mut wheels = vec![(wheel::normal(&self.fetched.name), main)];
        for one in &self.fetched.dependencies {
            let archive = one.archive.ok_or_else(|| incomplete(&one.name))?;
            wheels.push((wheel::normal(&one.name), archive));
        }
        // The order decides whose file stays where two have the same.
        wheels.sort_unstable();
        let mut overlaps = Vec::new();
        let mut entry = None;
        for (name, archive) in wheels {
            let programs = self.add(archive, &mut overlaps)?;
            if archive == main {
                let usual = self.fetched.name.as_str();
                entry = Some((choose(&programs, program, usual)?, name));
            }
        }
        let (entry, name) = entry.ok_or_else(|| incomplete(&self.fetched.name))?;
        let script = self.starter(&entry, &name)?;
        overlaps.sort_unstable();
        overlaps.dedup();
        let tree = self.writer.put_tree(self.root)?;
        let version = self.fetched.python.clone();
        Ok(Launch { interpreter: Interpreter::Python { version }, script, tree, overlaps })
    }

    /// Unpacks a wheel, and gives the programs that it has.
    fn add(
        &self,
        archive: Digest,
        overlaps: &mut Vec<String>,
    ) -> Result<std::collections::BTreeMap<String, String>, LaunchError> {
        let parts = self.work.join("part");
        let mut file = self.writer.store().open_blob(archive)?;
        crate::store::unpack(&mut file, Format::Wheel, &parts, self.limits)?;
        let manifest = Manifest::of(&parts).map_err(crate::store::StoreError::from)?;
        let programs = wheel::info_folder(&manifest)
            .and_then(|info| wheel::about(&parts, info, "entry_points.txt"))
            .map(|text| wheel::programs(&text))
            .unwrap_or_default();
        for node in manifest.nodes() {
            let from = parts.join(&node.path);
            if let Some(place) = place(&node.path).filter(|_| from.is_file()) {
                self.put(&from, &place, overlaps)?;
            }
        }
        fs::remove_dir_all(&parts).map_err(LaunchError::io(&parts))?;
        Ok(programs)
    }

    fn put(&self, from: &Path, place: &str, overlaps: &mut Vec<String>) -> Result<(), LaunchError> {
        let to = self.root.join(place);
        if to.exists() {
            if same(from, &to)? {
                return Ok(());
            }
            let ending = to.extension().and_then(|ending| ending.to_str());
            if matches!(ending, Some("py" | "pyi" | "so" | "pyd" | "pyc" | "pth")) {
                return Err(LaunchError::Conflict(place.to_owned()));
            }
            overlaps.push(place.to_owned());
            return Ok(());
        }
        let folder = to.parent().unwrap_or(self.root);
        fs::create_dir_all(folder).map_err(LaunchError::io(folder))?;
        fs::rename(from, &to).map_err(LaunchError::io(&to))
    }

    /// Writes the script that calls an entry point.
    fn starter(&self, entry: &str, name: &str) -> Result<String, LaunchError> {
        let bad = || LaunchError::BadProgram(entry.to_owned());
        let (module, object) = entry.split_once(':').ok_or_else(bad)?;
        let (module, object) = (module.trim(), object.trim());
        if !is_dotted(module) || !is_dotted(object) {
            return Err(bad());
        }
        let first = object.split('.').next().unwrap_or(object);
        let text = format!(
            "import os\nimport site\nimport sys\n\n\
             root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\n\
             sys.path.append(os.path.join(root, \"{PACKAGES}\"))\n\
             site.setquit()\nsite.setcopyright()\n\
             sys.argv[0] = \"{name}\"\n\n\
             from {module} import {first}  # noqa: E402\n\n\
             if __name__ == \"__main__\":\n    sys.exit({object}())\n"
        );
        let script = format!("run/{name}.py");
        TreePath::parse(script.as_bytes(), &UnpackLimits::default()).map_err(|_| bad())?;
        let path = self.root.join(&script);
        let folder = self.root.join("run");
        fs::create_dir_all(&folder).map_err(LaunchError::io(&folder))?;
        fs::write(&path, text).map_err(LaunchError::io(&path))?;
        Ok(script)
    }
}

/// Where a file of a wheel belongs: `NAME.data` says so for some of them.
fn place(path: &str) -> Option<String> {
    let (first, rest) = path.split_once('/').unwrap_or(("", path));
    if first.strip_suffix(".data").is_none() {
        return Some(format!("{PACKAGES}/{path}"));
    }
    let (kind, rest) = rest.split_once('/')?;
    match kind {
        "purelib" | "platlib" => Some(format!("{PACKAGES}/{rest}")),
        "scripts" => Some(format!("bin/{rest}")),
        "data" => Some(format!("data/{rest}")),
        "headers" => Some(format!("include/{rest}")),
        _ => None,
    }
}

/// Names with dots between them, each one of Python.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

fn same(one: &Path, other: &Path) -> Result<bool, LaunchError> {
    let read = |path: &Path| {
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(LaunchError::io(path))?;
        file.take(1 << 30).read_to_end(&mut bytes).map_err(LaunchError::io(path))?;
        Ok::<_, LaunchError>(bytes)
    };
    Ok(read(one)? == read(other)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_a_wheel_have_their_places() {
        for (path, expected) in [
            ("a/b.py", Some("site-packages/a/b.py")),
            ("a.py", Some("site-packages/a.py")),
            ("a-1.data/purelib/a/c.py", Some("site-packages/a/c.py")),
            ("a-1.data/scripts/a", Some("bin/a")),
            ("a-1.data/strange/a", None),
        ] {
            assert_eq!(place(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn an_entry_point_is_names_and_nothing_else() {
        assert!(is_dotted("a.b_c.D1"));
        for wrong in ["", "a.", ".a", "a b", "a;b", "a()", "1a", "a.\n", "é"] {
            assert!(!is_dotted(wrong), "{wrong}");
        }
    }
}
