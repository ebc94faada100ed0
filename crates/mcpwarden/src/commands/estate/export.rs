//! Servers for the database of configuration items (CMDB) of an organisation.

use std::path::PathBuf;

use clap::ValueEnum;
use warden_govern::{
    cmdb::{Classes, Item, csv, items, payload},
    estate::Lookup,
};

use crate::{
    Failure, World,
    estates::From,
    governed::{json, put},
    output,
};

/// Write every server as a configuration item, for a CMDB
///
/// `servicenow` is the payload of the Identification and Reconciliation Engine: post it to
/// `/api/now/identifyreconcile`. `csv` has the same columns. Each server has its class, its owner,
/// who has installed it, and the business processes that use it; what nobody has said is named in
/// `u_not_known`. Nothing is sent anywhere. `mcpwarden estate build --cmdb` reads both again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  mcpwarden estate export --estate estate.json --output payload.json
  mcpwarden estate export --estate estate.json --format csv --output servers.csv
  mcpwarden estate export --class cmdb_ci_appl

Exit codes:
  0         done
  1 to 4    it could not be done: internal, usage, configuration, input")]
pub(super) struct Args {
    #[command(flatten)]
    from: From,

    /// In which form
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Form::Servicenow)]
    format: Form,

    /// The class of MCP servers in the database
    #[arg(long, value_name = "CLASS", default_value = "u_cmdb_ci_mcp_server")]
    class: String,

    /// The class of business processes in the database
    #[arg(long, value_name = "CLASS", default_value = "cmdb_ci_business_process")]
    process_class: String,

    /// Write it to a file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A form of configuration items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The payload of ServiceNow's Identification and Reconciliation Engine
    Servicenow,
    /// A table
    Csv,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let estate = self.from.load(world)?;
        let items = items(&Lookup::new(&estate));
        let classes = Classes { server: self.class, process: self.process_class };
        let text = match self.format {
            Form::Servicenow => json(&payload(&items, &classes, estate.as_of))?,
            Form::Csv => csv(&items, &classes),
        };
        match &self.output {
            Some(file) => put(&world.cwd.join(file), &text)?,
            None => output::print(&text)?,
        }
        output::tell(&told(&items));
        Ok(())
    }
}

/// How many items there are, and of how many something is missing.
fn told(items: &[Item]) -> String {
    let of = |what: &str| {
        let lacks = |item: &&Item| {
            item.values.get("u_not_known").is_some_and(|all| all.split("; ").any(|it| it == what))
        };
        items.iter().filter(lacks).count()
    };
    let parts = ["owner", "installing user", "business process"]
        .map(|what| format!("without {what}: {}", of(what)));
    format!("servers: {}; {}\n", items.len(), parts.join(", "))
}
