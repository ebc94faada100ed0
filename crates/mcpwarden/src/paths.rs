//! Where the program keeps what is its own.

use std::path::{Path, PathBuf};

use warden_model::Digest;

use crate::{Failure, Kind, World};

/// The folder of our own, and what is in it. Nothing here is made before somebody writes to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Paths {
    state: PathBuf,
}

impl Paths {
    /// `$MCPWARDEN_HOME`, else `$XDG_STATE_HOME/mcpwarden`, else `~/.local/state/mcpwarden`.
    ///
    /// # Errors
    /// When none of them is known, or `MCPWARDEN_HOME` is relative: clients start us in folders
    /// of their own choice, and the ledger would be scattered over them.
    pub(crate) fn of(world: &World) -> Result<Self, Failure> {
        let variable = |name| world.env.get(name).filter(|value| !value.is_empty());
        if let Some(state) = variable("MCPWARDEN_HOME").map(PathBuf::from) {
            return if state.is_absolute() {
                Ok(Self { state })
            } else {
                let message = format!("`MCPWARDEN_HOME` is a relative path: `{}`", state.display());
                Err(Failure::new(Kind::Config, message).hint("set it to an absolute path"))
            };
        }
        // The specification says that a relative path here counts as none.
        let xdg = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let base = xdg.or_else(|| Some(world.home.as_ref()?.join(".local/state")));
        base.map(|base| Self { state: base.join("mcpwarden") }).ok_or_else(|| {
            Failure::new(Kind::Config, "cannot tell where your home directory is")
                .hint("set `MCPWARDEN_HOME` to the folder that is to hold pins and ledger")
        })
    }

    /// A folder that a test has chosen.
    #[cfg(test)]
    pub(crate) fn at(state: PathBuf) -> Self {
        Self { state }
    }

    /// The folder itself.
    pub(crate) fn state(&self) -> PathBuf {
        self.state.clone()
    }

    /// The directory of the ledger.
    pub(crate) fn ledger(&self) -> PathBuf {
        self.state.join("ledger")
    }

    /// What the gateway keeps beside its ledger: sessions, limits, holds, stops and grants.
    pub(crate) fn gateway_state(&self) -> PathBuf {
        self.state.join("gateway")
    }

    /// What was approved.
    pub(crate) fn pins(&self) -> PathBuf {
        self.state.join("pins")
    }

    /// What was approved with a key that was stolen: for people to look at, and for nothing else.
    pub(crate) fn pins_of(&self, key: &str) -> PathBuf {
        let id: String = key.trim_start_matches("sha256:").chars().take(16).collect();
        self.state.join(format!("pins-{id}"))
    }

    /// What was approved of a server.
    pub(crate) fn pin(&self, server: &str) -> PathBuf {
        self.pins().join(file_of(server))
    }

    /// The key that approvals are signed with.
    pub(crate) fn key(&self) -> PathBuf {
        self.state.join("key.pk8")
    }

    /// Who signs certificates, revocations and advisories, if not that key.
    pub(crate) fn signer(&self) -> PathBuf {
        self.state.join("signer.toml")
    }

    /// Public keys that were published, and keys of this machine that another took the place of.
    pub(crate) fn keys(&self) -> PathBuf {
        self.state.join("keys")
    }

    /// Which keys sign the log, once there was another than the first.
    pub(crate) fn log_keys(&self) -> PathBuf {
        self.state.join("log-keys.json")
    }

    /// The key that verifies them, for those who check.
    pub(crate) fn public_key(&self) -> PathBuf {
        self.state.join("key.pub")
    }

    /// Certificates, one signed file for each server.
    pub(crate) fn certificates(&self) -> PathBuf {
        self.state.join("certificates")
    }

    /// The certificate of a server.
    pub(crate) fn certificate(&self, server: &str) -> PathBuf {
        self.certificates().join(file_of(server))
    }

    /// The transparency log.
    pub(crate) fn log(&self) -> PathBuf {
        self.state.join("log")
    }

    /// What was fetched and what is started, named by digests.
    pub(crate) fn store(&self) -> PathBuf {
        self.state.join("store")
    }

    /// The keys that are trusted.
    pub(crate) fn trust(&self) -> PathBuf {
        self.state.join("trust.json")
    }

    /// The authorities and logs that are trusted to say where a package was built.
    pub(crate) fn provenance_root(&self) -> PathBuf {
        self.state.join("provenance-root.json")
    }

    /// What was revoked or held back.
    pub(crate) fn revocations(&self) -> PathBuf {
        self.state.join("revocations.json")
    }

    /// Bundles that count here, with the highest number that was seen of each.
    pub(crate) fn bundles(&self) -> PathBuf {
        self.state.join("bundles")
    }

    /// The bundle that was installed.
    pub(crate) fn installed_bundle(&self) -> PathBuf {
        self.bundles().join("installed.jsonl")
    }

    /// Which list of what is revoked was the newest: of this machine, or from this file.
    pub(crate) fn revocations_seen(&self, file: Option<&Path>) -> PathBuf {
        let folder = self.state.join("revocations-seen");
        let name = file.map(|file| file_of(&file.display().to_string()));
        folder.join(name.as_deref().unwrap_or("own.json")).with_extension("seen")
    }

    /// The last good copy of the bundle in this file.
    pub(crate) fn bundle_from(&self, file: &Path) -> PathBuf {
        let name = file_of(&file.display().to_string());
        self.bundles().join(name).with_extension("jsonl")
    }

    /// Approvals by named people, one signed file for each server.
    pub(crate) fn approvals(&self) -> PathBuf {
        self.state.join("approvals")
    }

    /// The approval of a server.
    pub(crate) fn approval(&self, server: &str) -> PathBuf {
        self.approvals().join(file_of(server))
    }

    /// The moratorium that was issued here, if one was.
    pub(crate) fn moratorium(&self) -> PathBuf {
        self.state.join("moratorium.json")
    }

    /// Who may approve, and how many of them it takes.
    pub(crate) fn approval_policy(&self) -> PathBuf {
        self.state.join("approval.toml")
    }

    /// What was answered about servers and decided of them, one signed file for each time.
    pub(crate) fn assessments(&self) -> PathBuf {
        self.state.join("assessments")
    }

    /// The files that vendors have shown, by their digests.
    pub(crate) fn assessment_evidence(&self) -> PathBuf {
        self.assessments().join("evidence")
    }

    /// The forms that were made for vendors.
    pub(crate) fn assessment_forms(&self) -> PathBuf {
        self.assessments().join("forms")
    }

    /// The database of advisories.
    pub(crate) fn advisories(&self) -> PathBuf {
        self.state.join("advisories.db")
    }

    /// What is needed to put wrapped configurations back.
    pub(crate) fn wraps(&self) -> PathBuf {
        self.state.join("wraps")
    }
}

/// The file of a server: its name as far as a file may have it, and a digest of the whole name.
fn file_of(server: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    let slug: String = server.chars().take(40).map(plain).collect();
    let digest = Digest::of(server.as_bytes()).hex();
    let tail: String = digest.iter().take(12).map(|digit| char::from(*digit)).collect();
    format!("{slug}-{tail}.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cli::Color, machine::Terminal};

    fn world(home: Option<&str>, env: &[(&str, &str)]) -> World {
        World {
            env: env.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            secrets: std::collections::BTreeMap::new(),
            home: home.map(PathBuf::from),
            cwd: "/somewhere".into(),
            terminal: Terminal { stdin: false, stdout: false, stderr: false, columns: 80 },
            color: Color::Never,
        }
    }

    #[track_caller]
    fn check(home: Option<&str>, env: &[(&str, &str)], ledger: Option<&str>) {
        let found = Paths::of(&world(home, env)).map(|paths| paths.ledger());
        assert_eq!(found.ok(), ledger.map(PathBuf::from), "{home:?} {env:?}");
    }

    #[test]
    fn the_ledger_is_where_the_person_wants_state_to_be() {
        let at_home = Some("/h/.local/state/mcpwarden/ledger");
        check(Some("/h"), &[], at_home);
        check(Some("/h"), &[("XDG_STATE_HOME", "")], at_home);
        check(Some("/h"), &[("XDG_STATE_HOME", "relative")], at_home);
        check(Some("/h"), &[("XDG_STATE_HOME", "/s")], Some("/s/mcpwarden/ledger"));
        let both = [("XDG_STATE_HOME", "/s"), ("MCPWARDEN_HOME", "/m")];
        check(Some("/h"), &both, Some("/m/ledger"));
        check(None, &[("MCPWARDEN_HOME", "/m")], Some("/m/ledger"));
    }

    #[test]
    fn a_place_that_depends_on_where_we_are_started_is_refused() {
        check(Some("/h"), &[("MCPWARDEN_HOME", "m")], None);
        check(None, &[], None);
    }
}
