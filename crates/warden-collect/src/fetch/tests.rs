//! npm, pip and Git themselves, against registries and repositories of this machine.

mod attested;
mod image;
mod registry;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::store::{
    Check, Store,
    launch::{Interpreter, Launch, LaunchError, materialise},
};
use registry::{Registry, Reply, page, wheel, zipped};

/// A store, and a home without any configuration.
struct Place {
    home: TempDir,
    store: Store,
    env: BTreeMap<String, String>,
    programs: Programs,
    limits: FetchLimits,
    cancel: AtomicBool,
}

#[expect(clippy::disallowed_methods, reason = "a test is handed nothing")]
fn search_path() -> String {
    std::env::var("PATH").unwrap()
}

impl Place {
    fn new(registry: Option<&Registry>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(&home.path().join("store")).unwrap();
        let mut env = BTreeMap::from([
            ("PATH".to_owned(), search_path()),
            ("HOME".to_owned(), home.path().to_str().unwrap().to_owned()),
            ("PIP_CONFIG_FILE".to_owned(), "/dev/null".to_owned()),
        ]);
        if let Some(registry) = registry {
            env.insert("npm_config_registry".to_owned(), format!("{}/", registry.address));
            env.insert("PIP_INDEX_URL".to_owned(), format!("{}/simple/", registry.address));
        }
        let limits = FetchLimits { silence: Duration::from_secs(20), ..FetchLimits::default() };
        let cancel = AtomicBool::new(false);
        Self { home, store, env, programs: Programs::default(), limits, cancel }
    }

    fn with<T>(&self, run: impl FnOnce(&Fetcher<'_>) -> T) -> T {
        let writer = self.store.writer().unwrap();
        run(&Fetcher {
            store: &writer,
            programs: &self.programs,
            env: &self.env,
            limits: self.limits,
            unpack: UnpackLimits::default(),
            progress: &(),
            cancel: &self.cancel,
        })
    }

    fn fetch(&self, wanted: &Wanted) -> Result<Fetched, FetchError> {
        match self.with(|fetcher| fetcher.fetch(wanted))? {
            Obtained::Artifact(fetched) => Ok(*fetched),
            Obtained::DefinitionsOnly { url } => panic!("there is only {url}"),
        }
    }

    fn npm(&self, name: &str, version: &str) -> Result<Fetched, FetchError> {
        self.fetch(&Wanted::Npm { name: name.to_owned(), version: Some(version.to_owned()) })
    }

    fn pypi(&self, name: &str, version: &str) -> Result<Fetched, FetchError> {
        self.fetch(&Wanted::PyPi { name: name.to_owned(), version: Some(version.to_owned()) })
    }

    fn launch(&self, fetched: &Fetched) -> Result<Launch, LaunchError> {
        let writer = self.store.writer().unwrap();
        let launch = materialise(&writer, fetched, None, &UnpackLimits::default())?;
        assert_eq!(materialise(&writer, fetched, None, &UnpackLimits::default())?, launch);
        Ok(launch)
    }

    /// The first line that a server writes.
    fn first_line(&self, launch: &Launch) -> String {
        let interpreter = match launch.interpreter {
            Interpreter::Node => "node",
            Interpreter::Python { .. } => "python3",
        };
        let words = launch.command_line(&self.store, Check::Full, Path::new(interpreter)).unwrap();
        let mut child = Command::new(&words[0])
            .args(&words[1..])
            .env_clear()
            .envs(&self.env)
            .current_dir(self.home.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(child.wait().unwrap().success());
        line
    }
}

/// A server of npm with a dependency that has one itself.
fn honest() -> Registry {
    let registry = Registry::start();
    registry.publish(
        &json!({ "name": "@example/server", "version": "1.2.3", "license": "MIT",
                 "bin": { "server": "./dist/index.js" }, "dependencies": { "left": "^1.0.0" } }),
        &[("dist/index.js", "#!/usr/bin/env node\nconsole.log(require('left'))\n")],
    );
    registry.publish(
        &json!({ "name": "left", "version": "1.4.0", "dependencies": { "right": "2.0.0" },
                 "scripts": { "postinstall": "touch ran" } }),
        &[("index.js", "module.exports = 'left of ' + require('right')\n")],
    );
    registry.publish(
        &json!({ "name": "right", "version": "2.0.0" }),
        &[("index.js", "module.exports = 'right'\n")],
    );
    registry
}

#[test]
fn a_package_of_npm_is_fetched_with_its_tree_and_runs_from_the_store() {
    let registry = honest();
    let place = Place::new(Some(&registry));
    let fetched = place.npm("@example/server", "1.2.3").unwrap();
    assert_eq!((fetched.discrepancies.as_slice(), fetched.what), (&[][..], Kind::Npm));
    assert_eq!(fetched.gaps, [Gap::InstallScript { name: "left".to_owned() }]);
    let places: Vec<(&str, &str, bool)> = fetched
        .dependencies
        .iter()
        .map(|one| (one.place.as_str(), one.version.as_str(), one.archive.is_some()))
        .collect();
    assert_eq!(
        places,
        [("node_modules/left", "1.4.0", true), ("node_modules/right", "2.0.0", true)]
    );
    let left = &fetched.dependencies[0];
    assert!(left.install_script && left.integrity.as_deref().unwrap().starts_with("sha512-"));
    assert_eq!(left.requires, [("right".to_owned(), "2.0.0".to_owned())]);
    let facts = fetched.registry.as_ref().unwrap();
    assert_eq!(facts.published.as_deref(), Some("2024-02-03T00:00:00Z"));
    assert_eq!((facts.maintainers, facts.signatures, facts.versions), (Some(1), 1, Some(1)));
    assert_eq!(facts.tags.get("latest").map(String::as_str), Some("1.2.3"));
    // The same again gives the same, and a record is read as it was written.
    assert_eq!(place.npm("@example/server", "1.2.3").unwrap(), fetched);
    assert_eq!(Fetched::from_json(&fetched.to_json().unwrap()).unwrap(), fetched);
    let launch = place.launch(&fetched).unwrap();
    assert_eq!(launch.script, "node_modules/@example/server/dist/index.js");
    assert_eq!(place.first_line(&launch), "left of right\n");
    let manifest = place.store.manifest(launch.tree).unwrap();
    assert!(manifest.nodes().iter().all(|node| !node.path.ends_with("ran")), "no script ran");
}

#[test]
fn a_registry_that_lies_is_found_out() {
    let registry = honest();
    // Other bytes than it names.
    registry.change("/right/-/2.0.0.tgz", |_| {
        Reply::Whole(registry::package(&[("package.json".into(), "{}".into())]))
    });
    let told = Place::new(Some(&registry)).npm("@example/server", "1.2.3").unwrap_err();
    assert!(matches!(told, FetchError::Integrity { .. }), "{told}");

    // A manifest for people, and another one in the archive.
    let registry = honest();
    registry.edit("@example/server", |entry| {
        let version = &mut entry["versions"]["1.2.3"];
        version["dependencies"] = json!({ "right": "2.0.0" });
        version["scripts"] = json!({ "preinstall": "true" });
        version["bin"] = json!({ "server": "dist/other.js" });
    });
    let fetched = Place::new(Some(&registry)).npm("@example/server", "1.2.3").unwrap();
    let subjects: Vec<Subject> = fetched.discrepancies.into_iter().map(|one| one.subject).collect();
    let wanted = [
        Subject::Script("preinstall".into()),
        Subject::Dependency("left".into()),
        Subject::Dependency("right".into()),
        Subject::Program("server".into()),
    ];
    assert_eq!(subjects, wanted);

    // Another package altogether.
    let registry = honest();
    registry.edit("right", |entry| entry["versions"]["2.0.0"]["name"] = "wrong".into());
    let told = Place::new(Some(&registry)).npm("right", "2.0.0").unwrap_err();
    assert!(matches!(told, FetchError::Nonsense { step: Step::Look, .. }), "{told:?}");
}

#[test]
fn a_registry_that_stops_half_way_is_told() {
    for (path, step) in
        [(page("left"), Step::Resolve), ("/right/-/2.0.0.tgz".to_owned(), Step::Fetch)]
    {
        let registry = honest();
        registry.change(&path, |reply| match reply {
            Reply::Whole(bytes) | Reply::Half(bytes) => Reply::Half(bytes),
        });
        let mut place = Place::new(Some(&registry));
        place.limits.silence = Duration::from_millis(700);
        place.limits.step = Duration::from_secs(20);
        let started = Instant::now();
        let told = place.npm("@example/server", "1.2.3").unwrap_err();
        assert!(started.elapsed() < Duration::from_mins(2), "it does not wait for ever");
        match told {
            FetchError::Failed { step: at, .. } | FetchError::TookTooLong { step: at, .. } => {
                assert_eq!(at, step, "{path}");
            }
            other => panic!("{path}: {other:?}"),
        }
        assert_eq!(fs::read_dir(place.store.root().join("work")).unwrap().count(), 0);
    }
}

#[test]
fn what_a_registry_does_not_have_is_not_found() {
    let registry = honest();
    let place = Place::new(Some(&registry));
    for (name, version) in [("nothing", "1.0.0"), ("left", "9.9.9")] {
        let told = place.npm(name, version).unwrap_err();
        assert!(matches!(told, FetchError::NotFound { .. }), "{name}: {told:?}");
    }
    registry.edit("left", |entry| {
        entry["versions"]["1.4.0"]["dependencies"] = json!({ "missing": "1" });
    });
    let told = place.npm("left", "1.4.0").unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. }), "{told:?}");
    let told = place.pypi("nothing", "1.0").unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. }), "{told:?}");
}

#[test]
fn a_name_cannot_be_an_option_a_path_or_an_address() {
    let place = Place::new(None);
    for name in
        ["", "--help", "-g", "../a", "/etc", "a/b/c", "https://a.example", "@a", ".a", "a b"]
    {
        for told in [place.npm(name, "1.0.0"), place.pypi(name, "1.0")] {
            assert!(matches!(told, Err(FetchError::BadName(_))), "{name}: {told:?}");
        }
    }
    for version in ["", "-g", "1 || 2", "file:.", "1.0;x", "$(x)"] {
        for told in [place.npm("a", version), place.pypi("a", version)] {
            assert!(matches!(told, Err(FetchError::BadName(_))), "{version}: {told:?}");
        }
    }
    let commit = "0".repeat(40);
    for (repository, commit) in [
        ("--upload-pack=x", commit.as_str()),
        ("ext::sh -c x", &commit),
        ("a", "main"),
        ("a", "-x"),
    ] {
        let (repository, commit) = (repository.to_owned(), commit.to_owned());
        let told = place.fetch(&Wanted::Git { repository, commit });
        assert!(matches!(told, Err(FetchError::BadName(_))), "{told:?}");
    }
}

/// A server for Python with a dependency.
fn honest_index() -> Registry {
    let registry = Registry::start();
    let points = "[console_scripts]\nexample-server = example_server.main:run\n";
    let server = wheel(
        "example_server",
        "1.0",
        &["left-lib>=1.0"],
        &[
            ("example_server/__init__.py", ""),
            (
                "example_server/main.py",
                "from left_lib import word\n\n\ndef run():\n    print(word)\n",
            ),
            ("example_server-1.0.dist-info/entry_points.txt", points),
        ],
    );
    registry.publish_wheel("example-server", "1.0", &server);
    registry.put(
        "/simple/example-server/",
        Reply::Whole(index("example_server-1.0-py3-none-any.whl", &server)),
    );
    registry.put("/files/example_server-1.0-py3-none-any.whl", Reply::Whole(server));
    let left = wheel("left_lib", "1.5", &[], &[("left_lib.py", "word = 'left'\n")]);
    registry.put("/simple/left-lib/", Reply::Whole(index("left_lib-1.5-py3-none-any.whl", &left)));
    registry.put("/files/left_lib-1.5-py3-none-any.whl", Reply::Whole(left));
    registry
}

fn index(file: &str, bytes: &[u8]) -> Vec<u8> {
    let digest = Digest::of(bytes).to_string().replace(':', "=");
    format!(
        "<!DOCTYPE html><html><body><a href=\"/files/{file}#{digest}\">{file}</a></body></html>"
    )
    .into_bytes()
}

#[test]
fn a_package_for_python_is_fetched_with_its_tree_and_runs_from_the_store() {
    let registry = honest_index();
    let place = Place::new(Some(&registry));
    let fetched = place.pypi("example-server", "1.0").unwrap();
    assert_eq!(fetched.discrepancies, []);
    assert_eq!(fetched.gaps, [Gap::NoRegistryFacts]);
    assert!(fetched.integrity.as_deref().unwrap().starts_with("sha256:"));
    assert!(fetched.python.is_some());
    let [left] = fetched.dependencies.as_slice() else { panic!("{:?}", fetched.dependencies) };
    assert_eq!((left.name.as_str(), left.version.as_str()), ("left_lib", "1.5"));
    let launch = place.launch(&fetched).unwrap();
    assert_eq!(launch.script, "run/example-server.py");
    assert_eq!(place.first_line(&launch), "left\n");
}

#[test]
fn an_index_that_lies_is_found_out() {
    let registry = honest_index();
    let other = wheel("left_lib", "1.5", &[], &[("left_lib.py", "word = 'other'\n")]);
    registry.put("/files/left_lib-1.5-py3-none-any.whl", Reply::Whole(other));
    let told = Place::new(Some(&registry)).pypi("example-server", "1.0").unwrap_err();
    assert!(matches!(told, FetchError::Integrity { .. } | FetchError::Failed { .. }), "{told:?}");

    // Files that the wheel's own list does not have, or has otherwise.
    let registry = honest_index();
    let info = "left_lib-1.5.dist-info";
    let record = format!("left_lib.py,sha256=AAAA,4\ngone.py,sha256=AAAA,4\n{info}/RECORD,,\n");
    let path = format!("{info}/RECORD");
    let left = wheel("left_lib", "1.5", &[], &[("left_lib.py", "x"), (&path, &record)]);
    registry.put("/simple/left-lib/", Reply::Whole(index("left_lib-1.5-py3-none-any.whl", &left)));
    registry.put("/files/left_lib-1.5-py3-none-any.whl", Reply::Whole(left));
    let fetched = Place::new(Some(&registry)).pypi("left-lib", "1.5").unwrap();
    let subjects: Vec<Subject> = fetched.discrepancies.into_iter().map(|one| one.subject).collect();
    let named = |path: &str| Subject::File(path.to_owned());
    assert_eq!(
        subjects,
        [
            named("gone.py"),
            named(&format!("{info}/METADATA")),
            named(&format!("{info}/WHEEL")),
            named("left_lib.py")
        ]
    );
}

#[test]
fn a_source_distribution_is_not_built() {
    let registry = honest_index();
    let ran = tempfile::tempdir().unwrap();
    let setup = format!("open({:?}, 'w')\n", ran.path().join("ran"));
    let source = registry::package(&[("setup.py".into(), setup)]);
    registry.put("/simple/left-lib/", Reply::Whole(index("left_lib-1.5.tar.gz", &source)));
    registry.put("/files/left_lib-1.5.tar.gz", Reply::Whole(source));
    let place = Place::new(Some(&registry));
    let told = place.pypi("left-lib", "1.5").unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. }), "{told:?}");
    let fetched = place.pypi("example-server", "1.0").unwrap();
    assert!(
        matches!(fetched.gaps.as_slice(), [_, Gap::Unresolved { said }] if said.contains("left-lib")),
        "{:?}",
        fetched.gaps
    );
    assert!(matches!(place.launch(&fetched), Err(LaunchError::Unresolved { .. })));
    assert!(!ran.path().join("ran").exists());
}

/// Runs Git in a repository of the test.
fn git(folder: &Path, words: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@host.example"])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_commit_is_fetched_whole_and_nothing_of_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    git(root, &["init", "--quiet"]);
    fs::write(root.join("a.js"), "one\n").unwrap();
    fs::write(root.join("hidden.js"), "$Format:%H$\n").unwrap();
    fs::write(
        root.join(".gitattributes"),
        "hidden.js export-ignore export-subst\n*.js text eol=crlf\n",
    )
    .unwrap();
    fs::create_dir(root.join("hooks")).unwrap();
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "-m", "one"]);
    let first = git(root, &["rev-parse", "HEAD"]);
    fs::write(root.join("a.js"), "two\n").unwrap();
    git(root, &["update-index", "--add", "--cacheinfo", &format!("160000,{first},module")]);
    git(root, &["add", "a.js"]);
    git(root, &["commit", "--quiet", "-m", "two"]);
    let second = git(root, &["rev-parse", "HEAD"]);
    let place = Place::new(None);
    let wanted = |commit: &str| Wanted::Git {
        repository: root.to_str().unwrap().to_owned(),
        commit: commit.to_owned(),
    };
    let fetched = place.fetch(&wanted(&first)).unwrap();
    assert_eq!((fetched.version.as_deref(), fetched.gaps.as_slice()), (Some(&*first), &[][..]));
    let tree = place.store.tree(fetched.tree, Check::Full).unwrap().path;
    assert_eq!(fs::read_to_string(tree.join("a.js")).unwrap(), "one\n");
    // What the repository wants left out or changed is there as it is.
    assert_eq!(fs::read_to_string(tree.join("hidden.js")).unwrap(), "$Format:%H$\n");
    let fetched = place.fetch(&wanted(&second)).unwrap();
    assert_eq!(fetched.gaps, [Gap::Submodule { path: "module".to_owned() }]);
    let told = place.fetch(&wanted(&"1".repeat(40))).unwrap_err();
    assert!(matches!(told, FetchError::NotFound { .. } | FetchError::Failed { .. }), "{told:?}");
}

#[test]
fn a_folder_is_copied_and_what_is_left_out_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for path in [".git", "__pycache__", "node_modules/a", "src"] {
        fs::create_dir_all(root.join(path)).unwrap();
    }
    for (path, text) in [(".git/config", "x"), ("node_modules/a/i.js", "a"), ("src/m.py", "b")] {
        fs::write(root.join(path), text).unwrap();
    }
    let place = Place::new(None);
    let fetched = place.fetch(&Wanted::Folder(root.to_owned())).unwrap();
    let left = |path: &str, why: &str| Gap::LeftOut { path: path.into(), why: why.into() };
    assert_eq!(fetched.gaps, [left(".git", "history"), left("__pycache__", "cache")]);
    let manifest = place.store.manifest(fetched.tree).unwrap();
    let paths: Vec<&str> = manifest.nodes().iter().map(|node| node.path.as_str()).collect();
    assert_eq!(paths, ["node_modules", "node_modules/a", "node_modules/a/i.js", "src", "src/m.py"]);
    std::os::unix::fs::symlink("/etc/passwd", root.join("src/out")).unwrap();
    assert!(matches!(place.fetch(&Wanted::Folder(root.to_owned())), Err(FetchError::Store(_))));
}

#[test]
fn a_file_is_unpacked_as_its_name_says() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(None);
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        place.fetch(&Wanted::File(path))
    };
    let bundle = zipped(&[("manifest.json".into(), "{}".into())]);
    assert_eq!(file("a.mcpb", &bundle).unwrap().format, Some(Format::Bundle));
    let package = registry::package(&[("package.json".into(), "{}".into())]);
    let fetched = file("a.tgz", &package).unwrap();
    assert_eq!(fetched.format, Some(Format::Npm));
    assert!(matches!(fetched.gaps.as_slice(), [Gap::Unresolved { .. }]), "{:?}", fetched.gaps);
    assert!(matches!(file("a.mcpb", &package), Err(FetchError::Store(StoreError::Unpack(_)))));
    assert!(matches!(file("a.exe", &package), Err(FetchError::UnknownFile(_))));
    let remote = place.with(|fetcher| {
        fetcher.fetch(&Wanted::Remote("https://user:secret@host.example/mcp?key=1".into()))
    });
    let url = "https://host.example/mcp".to_owned();
    assert_eq!(remote.unwrap(), Obtained::DefinitionsOnly { url });
}

/// Runs a shell as if it were a program that fetches.
fn shell(place: &Place, script: &str) -> Result<ask::Said, FetchError> {
    place.with(|fetcher| {
        let job = Job { asker: fetcher, until: Instant::now() + fetcher.limits.total };
        let ask = ask::Ask {
            step: Step::Fetch,
            program: Path::new("sh"),
            args: vec!["-c".into(), script.into()],
            folder: place.home.path(),
            env: &[],
            without: "",
            input: &[],
        };
        ask::run(&ask, &job)
    })
}

#[test]
fn a_program_has_its_limits() {
    let mut place = Place::new(None);
    let said = shell(&place, "echo out; echo https://u:p@host.example/x?t=1 >&2").unwrap();
    assert!(said.ok);
    assert_eq!(
        (said.output.as_slice(), said.talk.as_str()),
        (&b"out\n"[..], "https://host.example/x")
    );
    assert!(!shell(&place, "exit 3").unwrap().ok);
    place.limits.output = 1000;
    assert!(matches!(shell(&place, "yes"), Err(FetchError::TooMuch(Step::Fetch))));
    place.limits.step = Duration::from_millis(300);
    let script = "sleep 1000 & echo $! > child; wait";
    let told = shell(&place, script);
    assert!(matches!(told, Err(FetchError::TookTooLong { step: Step::Fetch, .. })));
    let child = fs::read_to_string(place.home.path().join("child")).unwrap();
    let runs = || {
        let state = fs::read_to_string(format!("/proc/{}/stat", child.trim()));
        state.is_ok_and(|text| !text.contains(" Z "))
    };
    let started = Instant::now();
    while runs() {
        assert!(started.elapsed() < Duration::from_secs(20), "it was ended, too");
        std::thread::yield_now();
    }
    place.cancel.store(true, Ordering::Relaxed);
    assert!(matches!(shell(&place, "true"), Err(FetchError::Cancelled)));
    place.programs.npm = "/nowhere/npm".into();
    place.cancel.store(false, Ordering::Relaxed);
    assert!(matches!(place.npm("a", "1.0.0"), Err(FetchError::NoProgram { .. })));
}

#[test]
fn a_lock_file_names_places_and_nothing_else() {
    for (place, name) in [
        ("node_modules/a", Some("a")),
        ("node_modules/@s/a", Some("@s/a")),
        ("node_modules/a/node_modules/@s/b", Some("@s/b")),
        ("node_modules", None),
        ("node_modules/../a", None),
        ("../node_modules/a", None),
        ("packages/a", None),
        ("node_modules/a/b", None),
        ("node_modules/a/../../b", None),
        ("/node_modules/a", None),
    ] {
        assert_eq!(lock::installed_name(place), name, "{place}");
    }
    let lock = |entry: &str| format!("{{\"packages\":{{\"\":{{}},{entry}}}}}").into_bytes();
    assert!(lock::read(&lock("\"../x\":{}"), 9).is_err());
    assert!(matches!(lock::read(&lock("\"node_modules/a\":{}"), 1), Err(FetchError::TooMany(1))));
    assert!(lock::read(b"[]", 9).is_err());
    let one = lock::read(&lock("\"node_modules/a\":{\"os\":[\"!win32\"],\"cpu\":[\"x64\"]}"), 9);
    let one = one.unwrap().remove(0);
    assert!(one.is_for("linux", "x64"));
    assert!(!one.is_for("linux", "arm64") && !one.is_for("win32", "x64"));
}
