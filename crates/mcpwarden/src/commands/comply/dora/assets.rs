//! The inventory of ICT assets.

use std::process::ExitCode;

use serde_json::json;
use warden_govern::{
    Estate,
    dora::assets::{Asset, assets as every},
    estate::Lookup,
};

use super::make::lines;
use crate::{Failure, output};

/// How the inventory is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For a spreadsheet
    Csv,
}

/// What stands where nobody knows.
const OPEN: &str = "not known";

const HEADER: &str = "id,name,version,location,machines,classification,critical,owner,functions,\
    recovery_hours,loss_hours,exposed,systems,agents,support_ends,in_register,because\n";

pub(super) fn assets(estate: &Estate, format: Format) -> Result<ExitCode, Failure> {
    let assets = every(&Lookup::new(estate));
    match format {
        Format::Text => output::print(&text(&assets))?,
        Format::Json => output::print(&format!("{:#}\n", json!({"assets": assets})))?,
        Format::Csv => {
            let rows = assets.iter().map(row);
            output::print(&rows.fold(HEADER.to_owned(), |table, row| table + &row))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn cells(asset: &Asset) -> [String; 17] {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| OPEN.into());
    let flag = |flag: Option<bool>| match flag {
        Some(true) => "yes".to_owned(),
        Some(false) => "no".to_owned(),
        None => OPEN.to_owned(),
    };
    let number = |number: Option<u32>| number.map_or_else(|| OPEN.into(), |one| one.to_string());
    let list = |all: &[String]| all.join("; ");
    [
        asset.id.clone(),
        asset.name.clone(),
        text(&asset.version),
        text(&asset.location),
        list(&asset.machines),
        asset.classification.map_or_else(|| OPEN.into(), |class| class.name().into()),
        flag(asset.critical),
        text(&asset.owner),
        list(&asset.functions),
        number(asset.recovery_hours),
        number(asset.loss_hours),
        flag(asset.exposed),
        list(&asset.systems),
        list(&asset.agents),
        asset.support_ends.map_or_else(|| OPEN.into(), |day| day.to_string()),
        flag(asset.in_register),
        asset.because.clone(),
    ]
}

fn row(asset: &Asset) -> String {
    let quote = |cell: &String| {
        // A spreadsheet computes what begins like this; a cell of ours is only read.
        let plain = cell.trim_start_matches(['=', '+', '-', '@', '\t']);
        if plain.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", plain.replace('"', "\"\""))
        } else {
            plain.to_owned()
        }
    };
    cells(asset).iter().map(quote).collect::<Vec<_>>().join(",") + "\n"
}

fn text(assets: &[Asset]) -> String {
    let mut text = String::new();
    for asset in assets {
        let [_, _, version, location, _, class, critical, owner, functions, recovery, ..] =
            cells(asset);
        let [.., exposed, _, agents, support, register, because] = cells(asset);
        text.push_str(&lines("", &format!("{} ({})", asset.id, asset.name)));
        for (word, said) in [
            ("version", version),
            ("location", location),
            ("classification", class),
            ("critical", critical),
            ("owner", owner),
            ("functions", functions),
            ("recovery hours", recovery),
            ("exposed", exposed),
            ("agents", agents),
            ("supported until", support),
            ("in the register", format!("{register}: {because}")),
        ] {
            let said = if said.is_empty() { OPEN.to_owned() } else { said };
            text.push_str(&lines(&format!("  {word}: "), &said));
        }
    }
    let inside = assets.iter().filter(|asset| asset.in_register == Some(true)).count();
    let open = assets.iter().filter(|asset| asset.in_register.is_none()).count();
    text.push_str(&format!(
        "{} assets: {inside} in the register of information, {open} not decided\n",
        assets.len()
    ));
    text
}
