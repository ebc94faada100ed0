//! `mcpwarden gateway`, with everything on and without inspection.

use std::path::Path;
use std::process::{Command, Stdio};

use super::cells::{TOOLS, Upstream};
use super::contenders::Setup;
use super::programs::{Prepared, free_port};
use crate::shell::{self, Failure};

/// Pin, policy, inspection of arguments and answers, and ledger.
pub(super) fn everything(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream, true)
}

/// The same without inspection of content; pin, policy and ledger stay on.
pub(super) fn without_inspection(setup: &Setup, upstream: Upstream) -> Result<Prepared, Failure> {
    prepare(setup, upstream, false)
}

fn prepare(setup: &Setup, upstream: Upstream, content: bool) -> Result<Prepared, Failure> {
    let warden = setup.warden.as_ref().ok_or_else(|| Failure("`mcpwarden` is not built".into()))?;
    let kind = if content { "ours" } else { "off" };
    let folder = setup.folder.join(format!("{kind}-{}", upstream.name()));
    let (home, file) = (folder.join("home"), folder.join("gateway.toml"));
    // What an earlier run has recorded is in nobody's way, but would fill the disk.
    if home.exists() {
        std::fs::remove_dir_all(&home)
            .map_err(|error| Failure(format!("{}: {error}", home.display())))?;
    }
    let port = free_port()?;
    let program = || {
        let mock = setup.mock.display();
        format!("command = [\"{mock}\", \"--stdio\", \"--tools\", \"{TOOLS}\"]")
    };
    let server = setup.server(upstream).map_or_else(program, |url| format!("url = \"{url}\""));
    let text = format!(
        "listen = \"127.0.0.1:{port}\"\nnames = \"plain\"\n\n[inspect]\ncontent = {content}\n\n\
         [limits]\nconnections = 24576\n\n[[server]]\nname = \"mock\"\n{server}\nshare = \"all\"\n\
         requests = 1024\n"
    );
    shell::write(&file, &text)?;
    approve(warden, &home, &file)?;
    let arguments = ["gateway".into(), "--config".into(), file.into()];
    Ok(Prepared {
        program: warden.clone(),
        arguments: arguments.into_iter().collect(),
        environment: vec![("MCPWARDEN_HOME", home.into())],
        port,
    })
}

/// Approves the server as it is.
fn approve(warden: &Path, home: &Path, file: &Path) -> Result<(), Failure> {
    let mut approve = Command::new(warden);
    approve.args(["approve", "--yes", "--config"]).arg(file).arg("mock");
    approve.env("MCPWARDEN_HOME", home).stdout(Stdio::null());
    shell::run(&mut approve)
}
