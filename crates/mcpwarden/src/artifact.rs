//! What a command line would run, and what to call it.

use std::{ffi::OsString, path::Path};

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
///
/// What is fetched at each start has none; then the package that is asked for stands for it, so
/// that at least another package is not taken for it.
pub(crate) fn of(launch: &Launch, world: &World) -> Artifact {
    of_at(launch, &world.cwd, world.env.get("PATH").map(String::as_str))
}

/// The same for what starts in another folder, and with another search path.
pub(crate) fn of_at(launch: &Launch, folder: &Path, path: Option<&str>) -> Artifact {
    match artifact_digest(launch, Some(folder), path) {
        warden_collect::Artifact::Known { digest, .. } => Artifact::Digest(digest),
        warden_collect::Artifact::Unknown(why) => Artifact::Unknown(unknown(why.name(), launch)),
    }
}

fn unknown(why: &str, Launch { command, args, .. }: &Launch) -> String {
    let args: Vec<_> = args.iter().map(|arg| arg.reveal().to_owned()).collect();
    match package::of(command, &args) {
        Some(package) => {
            let version = package.version.as_deref().unwrap_or("newest");
            format!("{why} {}:{}@{version}", package.registry.name(), package.name)
        }
        None => why.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_package_is_not_taken_for_the_approved_one() {
        let of = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            unknown("fetched", &launch(&words))
        };
        assert_eq!(of("npx -y @a/b@1.2 --x"), "fetched npm:@a/b@1.2");
        assert_eq!(of("npx -y @a/b@1.2 --x"), of("npx @a/b@1.2 --y"));
        assert_ne!(of("npx -y @a/b@1.2"), of("npx -y @a/b@1.3"));
        assert_ne!(of("uvx b"), of("npx b"));
    }

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
