//! What is known of one server.

use serde_json::{Value, json};
use warden_govern::{
    assess::{asked, review},
    estate::Lookup,
};

use super::{Format, Known, List, pretty, say, server};
use crate::{Failure, World, output};

/// Show the questions of a server: answers, evidence, what was seen, and how each stands
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server, as the estate names it
    #[arg(value_name = "SERVER")]
    server: String,

    /// Which questions
    #[arg(long, value_enum, default_value_t = List::Merged, value_name = "SET")]
    set: List,

    /// For whom
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    #[command(flatten)]
    known: Known,
}

impl Args {
    pub(super) fn run(self, world: &World) -> Result<(), Failure> {
        let (estate, day) = self.known.load(world)?;
        let of = server(&estate, &self.server)?;
        let lookup = Lookup::new(&estate);
        let review = review(of, &lookup, day);
        let all = asked(self.set.into(), of, &lookup, day);
        if self.format == Format::Json {
            let mut value = say::review_json(&review);
            if let Value::Object(members) = &mut value {
                let rows = all.iter().map(say::asked_json).collect::<Vec<_>>();
                members.insert("questions".into(), json!(rows));
                members.insert("as_of".into(), json!(day));
                members.insert("estate".into(), json!(estate.digest().to_string()));
                members.insert("version".into(), json!(1));
            }
            return output::print(&pretty(&value)?);
        }
        let mut out = say::review(&review);
        let mut group = "";
        let mut rows: Vec<_> = all.iter().collect();
        // The groups of the merged list do not follow each other; each is shown once.
        let place = |group: &str| all.iter().position(|one| one.question.group == group);
        rows.sort_by_key(|one| place(one.question.group));
        for row in rows {
            if row.question.group != group {
                group = row.question.group;
                out.push_str(&format!("\n{group}\n"));
            }
            out.push_str(&say::asked(row));
        }
        output::print(&out)
    }
}
