use std::{fs, os::unix::fs::PermissionsExt};

use warden_model::Hidden;

use super::*;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("bin/server", "binary");
        place.write("lib/node_modules/@s/p/index.js", "code");
        place.write("lib/node_modules/@s/p/lib/a.js", "a");
        place.write("lib/node_modules/@s/p/node_modules/q/q.js", "other package");
        place.write("work/server.py", "script");
        fs::create_dir_all(place.at("lib/empty")).unwrap();
        std::os::unix::fs::symlink("../lib/node_modules/@s/p/index.js", place.at("bin/tool"))
            .unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.at(name).parent().unwrap()).unwrap();
        fs::write(self.at(name), text).unwrap();
        fs::set_permissions(self.at(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, line: &str) -> Artifact {
        let mut words = line.split(' ');
        let command = words.next().unwrap().to_owned();
        let args = words.map(Hidden::from).collect();
        let launch = Launch { command, args, ..Launch::default() };
        artifact_digest(&launch, Some(&self.at("work")), self.at("bin").to_str())
    }

    #[track_caller]
    fn files(&self, line: &str, expected: &[&str]) -> Digest {
        let Artifact::Known { digest, files } = self.run(line) else {
            panic!("{line}: {:?}", self.run(line))
        };
        let root = format!("{}/", slashes(&self.at("")));
        let found: Vec<_> =
            files.iter().map(|file| file.path.replace(root.trim_end_matches('/'), "")).collect();
        let expected: Vec<_> = expected.iter().map(|name| format!("/{name}")).collect();
        assert_eq!(found, expected, "{line}");
        digest
    }
}

#[test]
fn programs_scripts_and_packages_are_hashed() {
    let place = Place::new();
    place.files("server --x", &["bin/server"]);
    place.files("python3.12 server.py", &["work/server.py"]);
    place.files("server server.py", &["bin/server", "work/server.py"]);
    place.files("env A=1 python server.py", &["work/server.py"]);
}

#[test]
fn a_file_of_a_package_stands_for_the_whole_package() {
    let place = Place::new();
    let package = ["lib/node_modules/@s/p/index.js", "lib/node_modules/@s/p/lib/a.js"];
    let linked = place.files("tool", &package);
    let script = format!("node {}", slashes(&place.at("lib/node_modules/@s/p/index.js")));
    assert_eq!(place.files(&script, &package), linked);
    place.write("lib/node_modules/@s/p/node_modules/q/q.js", "changed");
    assert_eq!(place.files("tool", &package), linked);
    place.write("lib/node_modules/@s/p/lib/a.js", "changed");
    assert_ne!(place.files("tool", &package), linked);
}

#[test]
fn the_digest_does_not_depend_on_where_it_is_installed() {
    let (one, other) = (Place::new(), Place::new());
    let package = ["lib/node_modules/@s/p/index.js", "lib/node_modules/@s/p/lib/a.js"];
    assert_eq!(one.files("tool", &package), other.files("tool", &package));
}

#[test]
fn what_cannot_be_told_says_why() {
    let place = Place::new();
    for (line, reason) in [
        ("npx -y p@1.0.0", Untold::Fetched),
        ("uvx p", Untold::Fetched),
        ("docker run i", Untold::Fetched),
        ("env A=1 npx p", Untold::Fetched),
        ("nothing", Untold::NoCommand),
        ("python -m x", Untold::NoFile),
    ] {
        assert_eq!(place.run(line), Artifact::Unknown(reason), "{line}");
    }
    std::os::unix::fs::symlink("/etc/hostname", place.at("lib/node_modules/@s/p/out")).unwrap();
    assert_eq!(place.run("tool"), Artifact::Unknown(Untold::Unreadable));
}
