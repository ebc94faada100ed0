//! A policy as a whole: begin, check, format, test.

use std::{fs, path::PathBuf, process::ExitCode};

use clap::ValueEnum;
use serde_json::json;
use warden_policy::access::{Expect, Pack, built_in, read_cases};
use warden_report::printable;

use super::{Folder, OTHERWISE, load, told};
use crate::{Failure, Kind, World, files, output};

/// For whom rules are.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// One person at one machine
    Laptop,
    /// A team behind one gateway
    Team,
    /// Regulated data in production
    Regulated,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// For whom
    #[arg(value_enum)]
    which: Which,

    /// The folder; files that are there stay as they are, and nothing is written then
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl Init {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let pack = match self.which {
            Which::Laptop => Pack::Laptop,
            Which::Team => Pack::Team,
            Which::Regulated => Pack::Regulated,
        };
        let dir = world.cwd.join(&self.dir);
        let pack = built_in(pack);
        let all = [
            ("policy.toml", pack.directory),
            ("rules.cedar", pack.rules),
            ("cases.toml", pack.cases),
        ];
        if let Some((name, _)) = all.iter().find(|(name, _)| dir.join(name).exists()) {
            let what = format!("`{}` is there already", self.dir.join(name).display());
            return Err(Failure::new(Kind::Usage, what).hint("name a folder without a policy"));
        }
        let failed = |error| {
            let what = format!("cannot write to `{}`", self.dir.display());
            Failure::new(Kind::Usage, what).caused_by(error)
        };
        fs::create_dir_all(&dir).map_err(failed)?;
        for (name, text) in all {
            files::put(&dir.join(name), text.as_bytes()).map_err(failed)?;
        }
        output::print(&format!(
            "wrote policy.toml, rules.cedar and cases.toml to {}\n\
             next: name people, agents and servers in policy.toml, then\n\
             `mcpwarden policy check DIR` and `mcpwarden policy test DIR`\n",
            printable(&self.dir.to_string_lossy()),
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    folder: Folder,
}

impl Check {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let (count, digest) = (policy.rules.all().len(), policy.rules.digest());
        let (agents, users) = (policy.directory.agents().count(), policy.directory.users().count());
        let roles = policy.directory.role_names().count();
        let text = if self.folder.json {
            let value = json!({
                "rules": count,
                "roles": roles,
                "agents": agents,
                "users": users,
                "digest": digest.to_string(),
            });
            format!("{value}\n")
        } else {
            let counts = [(count, "rule"), (roles, "role"), (agents, "agent"), (users, "user")];
            let counts = counts.map(|(count, noun)| output::counted(count, noun));
            format!("the policy is fine: {}\n{digest}\n", counts.join(", "))
        };
        output::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Format {
    /// The folder with `*.cedar`
    #[arg(value_name = "DIR")]
    dir: PathBuf,

    /// Change nothing; the exit code is 13 if something would be changed
    #[arg(long)]
    check: bool,
}

impl Format {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let mut changed = false;
        for file in load::rule_files(&world.cwd.join(&self.dir))? {
            let text = load::text(&file)?;
            let config = cedar_policy_formatter::Config::default();
            let laid_out = cedar_policy_formatter::policies_str_to_pretty(&text, &config);
            let laid_out = laid_out.map_err(|error| {
                let what = format!("cannot lay out `{}`: {error}", file.display());
                Failure::new(Kind::Config, what).hint("`mcpwarden policy check DIR` says more")
            })?;
            if laid_out == text {
                continue;
            }
            changed = true;
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let verb = if self.check { "would change" } else { "changed" };
            output::print(&format!("{verb} {}\n", printable(&name)))?;
            if !self.check {
                files::put(&file, laid_out.as_bytes()).map_err(|error| {
                    let what = format!("cannot write `{}`", file.display());
                    Failure::new(Kind::Usage, what).caused_by(error)
                })?;
            }
        }
        let otherwise = changed && self.check;
        Ok(if otherwise { ExitCode::from(OTHERWISE) } else { ExitCode::SUCCESS })
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Test {
    #[command(flatten)]
    folder: Folder,

    /// The cases; `cases.toml` of the folder without
    #[arg(value_name = "CASES")]
    cases: Option<PathBuf>,
}

impl Test {
    pub(super) fn run(self, world: &World) -> Result<ExitCode, Failure> {
        let policy = load::policy(world, &self.folder.dir)?;
        let file = self.cases.unwrap_or_else(|| self.folder.dir.join("cases.toml"));
        let text = load::text(&world.cwd.join(&file))?;
        let cases = read_cases(&text, &policy.directory).map_err(|problem| {
            Failure::new(Kind::Config, format!("these are no cases: `{}`", file.display()))
                .caused_by(problem)
        })?;
        let failed: Vec<_> = cases
            .iter()
            .filter_map(|case| policy.rules.fails(case).map(|verdict| (case, verdict)))
            .collect();
        let out = if self.folder.json {
            let each = failed.iter().map(|(case, verdict)| {
                json!({
                    "case": case.name,
                    "expect": case.expect.name(),
                    "rule": case.rule.as_deref(),
                    "got": told::json(verdict),
                })
            });
            let each: Vec<_> = each.collect();
            format!("{}\n", json!({ "cases": cases.len(), "failed": each }))
        } else {
            let mut out = String::new();
            for (case, verdict) in &failed {
                let by = case.rule.as_deref().map(|rule| format!(" by {rule}"));
                let wanted = format!("{}{}", case.expect.name(), by.unwrap_or_default());
                let got = format!("{} ({})", Expect::of(verdict).name(), told::line(verdict));
                out.push_str(&format!("failed: {}\n", printable(&case.name)));
                out.push_str(&told::wrapped(&format!("wanted {wanted}"), 2));
                out.push_str(&told::wrapped(&format!("got {got}"), 2));
            }
            let count = output::counted(cases.len(), "case");
            out.push_str(&format!("{count}, {} failed\n", failed.len()));
            out
        };
        output::print(&out)?;
        Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(OTHERWISE) })
    }
}
