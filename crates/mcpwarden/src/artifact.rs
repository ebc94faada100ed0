//! What a command line would run, and what to call it.

use std::ffi::OsString;

use warden_collect::{artifact_digest, package};
use warden_model::{Hidden, Launch, Registry};
use warden_policy::Artifact;

use crate::World;

/// A command line as the collector reads them.
pub(crate) fn launch(command: &[OsString]) -> Launch {
    let words: Vec<_> = command.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (program, args) = words.split_first().map_or(("", &[][..]), |(p, args)| (p.as_str(), args));
    Launch {
        command: program.to_owned(),
        args: args.iter().map(|arg| Hidden::new(arg.as_str())).collect(),
        ..Launch::default()
    }
}

/// The name of a server that nobody named: that of its package, else of its program.
pub(crate) fn name_of(command: &[OsString]) -> String {
    let Launch { command, args, .. } = launch(command);
    let args: Vec<_> = args.iter().map(|arg| arg.reveal().to_owned()).collect();
    let package = package::of(&command, &args).filter(|found| found.registry != Registry::Local);
    let name = package.map_or(command, |package| package.name);
    let tail = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(&name);
    tail.split(['.', ':', '@']).next().unwrap_or(tail).to_owned()
}

/// The digest of what the command line would run, as far as it lies in files of this machine.
pub(crate) fn of(launch: &Launch, world: &World) -> Artifact {
    let path = world.env.get("PATH").map(String::as_str);
    match artifact_digest(launch, Some(&world.cwd), path) {
        warden_collect::Artifact::Known { digest, .. } => Artifact::Digest(digest),
        warden_collect::Artifact::Unknown(why) => Artifact::Unknown(why.name().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_a_name_is_called_by_its_package_or_program() {
        for (command, name) in [
            ("npx -y @modelcontextprotocol/server-memory@1.2.3", "server-memory"),
            ("uvx mcp-server-git", "mcp-server-git"),
            ("docker run -i --rm ghcr.io/acme/mail:1.2", "mail"),
            ("/opt/mail/bin/mail-server.sh --x", "mail-server"),
        ] {
            let words: Vec<OsString> = command.split(' ').map(OsString::from).collect();
            assert_eq!(name_of(&words), name, "{command}");
        }
    }
}
