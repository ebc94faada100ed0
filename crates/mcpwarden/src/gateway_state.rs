//! What a gateway keeps beside its ledger, as whoever operates it sees it from outside.

use std::path::{Path, PathBuf};

use tokio::runtime::Runtime;
use warden_policy::Time;
use warden_proxy::store::{FolderStore, Space};

use crate::{Failure, Kind, World, paths::Paths};

/// Which gateway it is about.
#[derive(Debug, clap::Args)]
pub(crate) struct StateArgs {
    /// The state folder of the gateway; otherwise the one of this user
    #[arg(long, global = true, value_name = "DIR")]
    state: Option<PathBuf>,
}

/// The state of a gateway.
#[derive(Debug)]
pub(crate) struct GatewayState {
    pub(crate) store: FolderStore,
    runtime: Runtime,
}

impl StateArgs {
    /// Opens the state, to look at it.
    ///
    /// # Errors
    /// When there is none, or it cannot be used.
    pub(crate) fn open(&self, world: &World) -> Result<GatewayState, Failure> {
        let folder = self.folder(world)?;
        if !folder.is_dir() {
            let message = format!("no gateway keeps its state in `{}`", folder.display());
            return Err(Failure::new(Kind::Input, message)
                .hint("name the folder with `--state`, as the gateway's configuration does"));
        }
        GatewayState::at(&folder)
    }

    /// Opens the state, to change it. That of this user is made if there is none yet; a folder that
    /// was named has to be there, or a slip of the pen would stop nothing and look as if it had.
    ///
    /// # Errors
    /// When it cannot be used.
    pub(crate) fn open_or_make(&self, world: &World) -> Result<GatewayState, Failure> {
        if self.state.is_some() {
            return self.open(world);
        }
        GatewayState::at(&self.folder(world)?)
    }

    /// What to say when something was stopped without naming the gateway: one that keeps its state
    /// elsewhere does not see it, and nothing else would show that.
    ///
    /// # Errors
    /// When the folder of this user cannot be told.
    pub(crate) fn note(&self, world: &World) -> Result<Option<String>, Failure> {
        if self.state.is_some() {
            return Ok(None);
        }
        let folder = self.folder(world)?;
        Ok(Some(format!(
            "note: kept in `{}`. A gateway whose configuration has another `state` does not see \
             it: name that folder with `--state`.\n",
            folder.display()
        )))
    }

    fn folder(&self, world: &World) -> Result<PathBuf, Failure> {
        match &self.state {
            Some(folder) => Ok(world.cwd.join(folder)),
            None => Ok(Paths::of(world)?.gateway_state()),
        }
    }
}

impl GatewayState {
    fn at(folder: &Path) -> Result<Self, Failure> {
        let failed = || {
            let message = format!("cannot use the state in `{}`", folder.display());
            Failure::new(Kind::Input, message)
        };
        let store = FolderStore::open(folder).map_err(|error| {
            failed().caused_by(error).hint("it belongs to the user that the gateway runs as")
        })?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed().caused_by(error))?;
        Ok(Self { store, runtime })
    }

    /// Waits for something that the store is asked.
    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// The one key that begins like this.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub(crate) fn key(&self, space: Space, begins: &str) -> Result<String, Failure> {
        let keys = self.store.keys(space).map_err(|away| unreadable().caused_by(away))?;
        let mut found = keys.into_iter().filter(|key| key.starts_with(begins));
        match (found.next(), found.next()) {
            (Some(key), None) if !begins.is_empty() => Ok(key),
            (None, _) => Err(Failure::new(Kind::Input, format!("there is no `{begins}`"))),
            (Some(_), _) => {
                let message = format!("`{begins}` may be more than one");
                Err(Failure::new(Kind::Input, message).hint("write more of it"))
            }
        }
    }
}

/// What is kept cannot be read.
pub(crate) fn unreadable() -> Failure {
    Failure::new(Kind::Input, "what the gateway keeps cannot be read")
        .hint("a gateway that cannot read it lets nothing through")
}

/// The time now, as it is kept.
pub(crate) fn now(world: &World) -> Time {
    Time::from_micros(world.now().as_microsecond())
}

/// A value as JSON for other programs.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::new(Kind::Internal, "it cannot be written").caused_by(error))?;
    crate::output::print(&format!("{text}\n"))
}
