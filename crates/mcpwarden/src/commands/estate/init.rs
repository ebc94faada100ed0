//! A folder of empty tables, each with its columns.

use std::{fs, path::Path};

use crate::{Failure, Kind, output};

/// The tables that people keep, with their columns.
const TABLES: &[(&str, &str)] = &[
    ("people.csv", "id,name,roles,is_group"),
    ("qualifications.csv", "person,certificate,issuer,areas,issued,expires,equivalent_by"),
    ("systems.csv", "id,name,kind,data,environment,owner"),
    ("processes.csv", "id,name,critical,owner,function,recovery_hours,loss_hours"),
    (
        "vendors.csv",
        "id,name,relation,lei,country,contract,storage_country,processing_country,transfer",
    ),
    (
        "agents.csv",
        "id,name,client,machine,owner,process,data,environment,domain,purpose,subjects,\
         personal_data,recipients,retention_days,overseer,reviewed,review_until,review_outcome,\
         factors",
    ),
    (
        "servers.csv",
        "id,name,publisher,vendor,owner,processes,data,environment,remote,service,support_ends,\
         network",
    ),
    (
        "scenarios.csv",
        "id,title,dimension,owner,source,at,frequency,susceptibility,\
      residual_susceptibility,primary_loss,secondary_probability,secondary_loss,exposed,controls,\
      card,impact,detection,treatment,due",
    ),
    ("assessments.csv", "server,state,opened,decided,reviewer,interval_days,next"),
    ("answers.csv", "server,question,state,source,by,text,items,evidence,at,expires,bound_to"),
    ("evidence.csv", "id,kind,name,digest,at,expires"),
    ("reviews.csv", "agent,domain,status,score,by,evidence"),
    ("tools.csv", "server,name,effect,effect_by,capabilities,systems,data,untrusted,egress"),
    ("waivers.csv", "id,subject,owner,role,reason,from,until"),
    ("controls.csv", "measure,name,since,seen,owner"),
    ("playbooks.csv", "id,scenario,owner,updated"),
    ("tasks.csv", "task,owner,done"),
    ("deliverables.csv", "kind,at,time,person,digest"),
    ("shadows.csv", "endpoint,seen,user"),
];

const ORGANISATION: &str = "\
# Who answers for all of it. What is not known is left out; nothing is guessed.
[organisation]
# name = \"Example Bank\"
# lei = \"\"                       # ISO 17442, 20 characters
# country = \"DE\"
# currency = \"EUR\"
# entity_type = \"credit-institution\"  # as in the register of information of DORA
# authority = \"BaFin\"
# essential = false               # an essential or important entity under NIS2
# appetite = 250000               # what may be lost in a year, in whole units
# shadow_premium = 600000         # what an incident costs more with AI that nobody registered
# programme_from = 2026-09-01
# target_maturity = 3
# target_by = 2027-03-31
# least_level = 2                 # the certification level that a server needs
# time_zone = \"Europe/Berlin\"
# holidays = [2026-12-25, 2026-12-26]
";

/// Makes the folder.
///
/// # Errors
/// When there is something in it already, or it cannot be made.
pub(super) fn init(folder: &Path) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Kind::Usage, format!("cannot make `{}`", folder.display())).caused_by(error)
    };
    fs::create_dir_all(folder).map_err(cannot)?;
    if fs::read_dir(folder).map_err(cannot)?.next().is_some() {
        let message = format!("`{}` has something in it already", folder.display());
        return Err(Failure::new(Kind::Usage, message).hint("name a folder that is empty"));
    }
    fs::write(folder.join("estate.toml"), ORGANISATION).map_err(cannot)?;
    for (name, columns) in TABLES {
        fs::write(folder.join(name), format!("{columns}\n")).map_err(cannot)?;
    }
    output::print(&format!(
        "{} empty tables in `{}`: fill in what you know, and leave out what you do not\n",
        TABLES.len(),
        folder.display()
    ))
}

#[cfg(test)]
mod tests {
    use warden_govern::estate::read::Draft;

    use super::*;

    #[test]
    fn every_empty_table_is_read() {
        let mut draft = Draft::default();
        draft.add_file("estate.toml", ORGANISATION.as_bytes());
        for (name, columns) in TABLES {
            draft.add_file(name, format!("{columns}\n").as_bytes());
        }
        draft.finish(jiff::Timestamp::UNIX_EPOCH).unwrap();
    }

    #[test]
    fn every_column_is_one_of_its_table() {
        for (name, columns) in TABLES {
            for column in columns.split(',') {
                let mut draft = Draft::default();
                draft.add_file(name, format!("{column}\n?\n").as_bytes());
                let problems = draft.finish(jiff::Timestamp::UNIX_EPOCH).err().unwrap_or_default();
                let unknown = problems.iter().any(|told| told.why.contains("unknown field"));
                assert!(!unknown, "{name}: {column}");
            }
        }
    }
}
