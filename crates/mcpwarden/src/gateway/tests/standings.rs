//! How what is configured stands to what was approved.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use warden_model::Digest;
use warden_policy::{Approval, Artifact, Pin, Standing};
use warden_proxy::gateway::settings::{Reach, Settings};

use super::{watch, world};
use crate::{
    World,
    gateway::{Config, Lasting, artifact, read, settings},
    paths::Paths,
    pins,
};

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().expect("a folder can be made"));
        home.write("conf/server.sh", "echo one");
        home.write("conf/bin/run", "#!/bin/sh\n");
        home
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("folders can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn world(&self) -> World {
        let state = self.0.path().join("state").display().to_string();
        let mut world = world(&[("MCPWARDEN_HOME", &state), ("PATH", "/usr/bin:/bin")]);
        // Somewhere else than the configuration.
        world.cwd = self.0.path().to_owned();
        world
    }

    fn config(&self, server: &str) -> Config {
        self.write("conf/gateway.toml", &format!("[[server]]\nname = \"a\"\n{server}\n"));
        read(Path::new("conf/gateway.toml"), &self.world()).expect("it is well formed")
    }

    fn approve(&self, artifact: Artifact) {
        let pin = Pin {
            server: "a".into(),
            approval: Approval { by: "ann".into(), at: "then".into(), reason: String::new() },
            artifact,
            instructions: None,
            asks: std::collections::BTreeSet::new(),
            definitions: Vec::new(),
        };
        pins::store(&self.paths(), &pin).expect("it can be stored");
    }

    fn paths(&self) -> Paths {
        Paths::of(&self.world()).expect("it says where")
    }

    fn settings(&self, config: &Config) -> Settings {
        let lasting = Lasting::passing().expect("there is randomness");
        settings(config, &self.world(), (&self.paths(), &watch(&self.paths()), &lasting))
            .expect("it can be used")
    }

    fn standing(&self, config: &Config) -> Standing {
        self.settings(config).servers.first().expect("there is one").bundle.artifact
    }
}

const SCRIPT: &str = "command = [\"sh\", \"server.sh\"]";

#[test]
fn a_program_that_is_the_approved_one_is_approved_wherever_the_gateway_starts() {
    let home = Home::new();
    let config = home.config(SCRIPT);
    assert_eq!(home.standing(&config), Standing::CouldNotTell, "nobody has approved it");
    home.approve(artifact(&config.servers[0], &home.world()));
    assert_eq!(home.standing(&config), Standing::Approved);
}

#[test]
fn a_program_that_has_changed_has_drifted() {
    let home = Home::new();
    let config = home.config(SCRIPT);
    let Artifact::Digest(before) = artifact(&config.servers[0], &home.world()) else {
        panic!("a script has a digest")
    };
    home.approve(Artifact::Digest(before));
    home.write("conf/server.sh", "echo two");
    let Artifact::Digest(after) = artifact(&config.servers[0], &home.world()) else {
        panic!("a script has a digest")
    };
    let drifted = Standing::Drifted { pinned: before, served: Some(after) };
    assert_eq!(home.standing(&config), drifted);
    let gone = home.config("command = [\"bin/gone\"]");
    assert_eq!(home.standing(&gone), Standing::Drifted { pinned: before, served: None });
}

#[test]
fn a_url_is_bound_without_its_query() {
    let home = Home::new();
    let url = |url: &str| home.config(&format!("url = \"{url}\""));
    let config = url("https://a.example/mcp?key=hunter2#part");
    let found = artifact(&config.servers[0], &home.world());
    assert_eq!(found, Artifact::Unknown("remote https://a.example/mcp".into()));
    home.approve(found);
    assert_eq!(home.standing(&config), Standing::Approved);
    assert_eq!(home.standing(&url("https://a.example/mcp?key=other")), Standing::Approved);
    assert_eq!(home.standing(&url("https://b.example/mcp")), Standing::Unknown);
}

#[test]
fn an_approval_of_a_program_is_none_of_a_url() {
    let home = Home::new();
    home.approve(Artifact::Digest(Digest::of(b"program")));
    let config = home.config("url = \"https://a.example/mcp\"");
    let pinned = Digest::of(b"program");
    assert_eq!(home.standing(&config), Standing::Drifted { pinned, served: None });
}

#[test]
fn relative_paths_begin_at_the_configuration() {
    let home = Home::new();
    home.write("conf/secrets/token", "hunter2\n");
    let conf = home.0.path().join("conf");
    let config =
        home.config("command = [\"bin/run\", \"x\"]\nenv = { T = \"${file:secrets/token}\" }");
    let settings = home.settings(&config);
    let Reach::Stdio(reach) = &settings.servers[0].reach else { panic!("it is a program") };
    assert_eq!(reach.command, [conf.join("bin/run").into_os_string(), "x".into()]);
    assert_eq!(reach.folder.as_deref(), Some(&*conf));
    let token = reach.environment.get(std::ffi::OsStr::new("T")).expect("it is there");
    assert_eq!(token.reveal(), "hunter2");
    assert!(!format!("{settings:?}").contains("hunter2"));
    let config = home.config("command = [\"sh\"]\nfolder = \"bin\"");
    let settings = home.settings(&config);
    let Reach::Stdio(reach) = &settings.servers[0].reach else { panic!("it is a program") };
    assert_eq!(reach.folder.as_deref(), Some(&*conf.join("bin")));
}

#[test]
fn a_program_is_looked_for_where_it_will_be() {
    let home = Home::new();
    let path = home.0.path().join("conf/bin").display().to_string();
    let found = |server: &str| artifact(&home.config(server).servers[0], &home.world());
    let here = found("command = [\"bin/run\"]");
    assert!(matches!(here, Artifact::Digest(_)), "{here:?}");
    let env = format!("command = [\"run\"]\nenv = {{ PATH = \"{path}\" }}");
    let run = home.0.path().join("conf/bin/run");
    fs::set_permissions(run, fs::Permissions::from_mode(0o755)).expect("it is ours");
    assert_eq!(found(&env), here);
}
