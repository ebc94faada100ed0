//! The part of a scan that is about source code.

use std::path::{Path, PathBuf};

use warden_collect::{Machine, SourceLimits, collect_source};
use warden_model::Unread;
use warden_scan::TreeScan;

use crate::{
    Failure, World,
    analyse::{self, Cache},
    commands::this_program,
    progress::Bar,
};

/// How source code is analysed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Source code")]
pub(super) struct SourceArgs {
    /// Leave source code out
    #[arg(long)]
    no_source: bool,

    /// Also list the servers that agents in the source code of the targets start or reach
    ///
    /// Calls of the official libraries and of frameworks in Python, JavaScript and TypeScript are
    /// known. Each server is listed and judged as if a client had it in its configuration.
    #[arg(long, requires = "targets", conflicts_with = "no_source")]
    pub(super) sources: bool,

    /// How many threads analyse source code; as many as there are processors without it
    ///
    /// The result is the same.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    threads: usize,

    /// Where results of source code that has not changed are kept
    ///
    /// Without it, in `mcpwarden` below `XDG_CACHE_HOME`, or below `.cache` in your home
    /// directory. An entry is named by the digest of this program and of every file of the tree,
    /// and holds what was found.
    #[arg(long, value_name = "DIR")]
    cache: Option<PathBuf>,

    /// Analyse everything anew, and keep nothing
    #[arg(long, conflicts_with = "cache")]
    no_cache: bool,
}

/// What came of the source code of all targets.
#[derive(Debug, Default)]
pub(super) struct Analysed {
    pub(super) trees: Vec<TreeScan>,
    pub(super) unread: Vec<Unread>,
}

impl SourceArgs {
    /// Collects and analyses the source code of every target.
    ///
    /// # Errors
    /// When this program cannot find itself.
    pub(super) fn analyse(
        &self,
        targets: &[PathBuf],
        machine: &Machine,
        (world, bar): (&World, &Bar),
    ) -> Result<Analysed, Failure> {
        let mut all = Analysed::default();
        if self.no_source || targets.is_empty() {
            return Ok(all);
        }
        let program = this_program()?;
        let cache = self.folder(world).and_then(|folder| Cache::of(&folder, &program));
        let words = [program.into_os_string(), analyse::ANALYSE.into()];
        for target in targets {
            let found = collect_source(target, machine, &SourceLimits::default(), bar);
            all.unread.extend(found.unread);
            if let Some(tree) = found.tree {
                bar.analysing(tree.files.len());
                all.trees.extend(analyse::in_parts(tree, &words, self.threads, cache.as_ref()));
            }
        }
        Ok(all)
    }

    /// Where results are kept, if they are.
    fn folder(&self, world: &World) -> Option<PathBuf> {
        if self.no_cache {
            return None;
        }
        let given = self.cache.as_ref().map(|folder| world.cwd.join(folder));
        given.or_else(|| {
            let xdg = world.env.get("XDG_CACHE_HOME").map(PathBuf::from);
            let base = xdg.filter(|path| path.is_absolute());
            let base = base.or_else(|| Some(world.home.as_ref()?.join(".cache")))?;
            Some(base.join("mcpwarden"))
        })
    }
}

/// Whether a target is source code and nothing else, so that nobody looks for servers in it.
pub(super) fn is_source_alone(target: &Path) -> bool {
    warden_collect::is_source(target)
}
