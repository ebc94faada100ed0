//! The part of a command line that says who signs.

use std::path::PathBuf;

use super::{Opened, Secret, Source, Spec, settings::settings, signer};
use crate::{Failure, Kind, World, paths::Paths};

/// Who signs, for commands that sign.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Who signs")]
pub(crate) struct SignerArgs {
    /// `machine`, `file:PATH`, `pkcs11:token=…;object=…?module-path=…` or `command:PROGRAM …`;
    /// otherwise what `signer.toml` says, with the passphrase that it names, otherwise the key of
    /// this machine
    #[arg(long, value_name = "SPEC")]
    signer: Option<String>,

    #[command(flatten)]
    beside: BesideArgs,
}

impl SignerArgs {
    /// Who is to sign.
    ///
    /// # Errors
    /// What does not fit together.
    pub(crate) fn source(&self, world: &World, paths: &Paths) -> Result<Source, Failure> {
        let usage = |why: String| Failure::new(Kind::Usage, "cannot tell who signs").hint(why);
        let source = match &self.signer {
            Some(words) => Source::of(Spec::parse(words, &world.cwd).map_err(usage)?),
            None => settings(paths)?,
        };
        self.beside.added(source, world).map_err(usage)
    }

    /// Whether it is the configuration that says who signs.
    pub(crate) const fn is_configured(&self) -> bool {
        self.signer.is_none()
    }

    /// Who signs, made ready.
    ///
    /// # Errors
    /// Why nobody does.
    pub(crate) fn open(&self, world: &World, paths: &Paths) -> Result<Opened, Failure> {
        let source = self.source(world, paths)?;
        Ok(Opened { signer: signer(&source, world, paths)?, spec: source.spec })
    }
}

/// Who acts, for commands of people. What `signer.toml` says is for certificates, and not asked.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Who acts")]
pub(crate) struct PersonArgs {
    /// The key of the person who does this, in a file; otherwise that of this machine, which is one
    /// person
    #[arg(long, value_name = "FILE", conflicts_with = "signer")]
    key: Option<PathBuf>,

    /// The key of the person who does this, where it is in no plain file: `file:PATH`,
    /// `pkcs11:token=…;object=…?module-path=…` or `command:PROGRAM …`
    #[arg(long, value_name = "SPEC")]
    signer: Option<String>,

    #[command(flatten)]
    beside: BesideArgs,
}

impl PersonArgs {
    /// Who acts, made ready.
    ///
    /// # Errors
    /// Why nobody does.
    pub(crate) fn open(&self, world: &World, paths: &Paths) -> Result<Opened, Failure> {
        let usage = |why: String| Failure::new(Kind::Usage, "cannot tell who signs").hint(why);
        let spec = match (&self.key, &self.signer) {
            (Some(file), _) => Spec::File(world.cwd.join(file)),
            (None, Some(words)) => Spec::parse(words, &world.cwd).map_err(usage)?,
            (None, None) => Spec::Machine,
        };
        let source = self.beside.added(Source::of(spec), world).map_err(usage)?;
        Ok(Opened { signer: signer(&source, world, paths)?, spec: source.spec })
    }
}

/// What a command line says beside who signs. It stands under the heading of who asks for it, and
/// next to a `--signer` of theirs.
#[derive(Clone, Debug, Default, clap::Args)]
struct BesideArgs {
    /// The public key that the signatures of `command:` have to fit, in PEM form
    #[arg(long, value_name = "FILE", requires = "signer")]
    signer_key: Option<PathBuf>,

    /// The file with the passphrase of a key in a file, or the PIN of `pkcs11:`; otherwise whoever
    /// sits at the terminal is asked
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    /// The variable with the passphrase or PIN; its name begins with `MCPWARDEN_SECRET_`
    #[arg(long, value_name = "NAME", conflicts_with = "passphrase_file")]
    passphrase_env: Option<String>,
}

impl BesideArgs {
    /// Adds it to what is known already.
    fn added(&self, mut source: Source, world: &World) -> Result<Source, String> {
        if let Some(file) = &self.passphrase_file {
            source.secret = Secret::File(world.cwd.join(file));
        }
        if let Some(name) = &self.passphrase_env {
            source.secret = Secret::variable(name)?;
        }
        if let Some(file) = &self.signer_key {
            source.key = Some(world.cwd.join(file));
        }
        source.check()
    }
}
