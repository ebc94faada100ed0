//! The catalog as a table of 80 columns.

use warden_report::catalog::{Catalog, Listed};

/// The columns of name and version.
const NAME: usize = 28;
const VERSION: usize = 12;

/// Everything in the catalog, also what is deleted.
pub(super) fn table(catalog: &Catalog) -> String {
    let rows: Vec<String> = catalog.all().map(row).collect();
    if rows.is_empty() {
        return "No server is in the catalog.\n".to_owned();
    }
    let head =
        format!("{:<NAME$}  {:<VERSION$}  level  score  until       status\n", "name", "version");
    head + &rows.concat()
}

fn row(one: Listed<'_>) -> String {
    let entry = one.entry;
    let certificate = &entry.certificate;
    let until = certificate.expires.to_string();
    let until = until.split('T').next().unwrap_or_default();
    let facts = format!(
        "{:>5}  {:>5}  {until}  {}\n",
        certificate.level,
        certificate.score,
        entry.status.name()
    );
    // Names are never cut: two could look the same.
    let (name, version) = (entry.name.as_str(), entry.version.as_str());
    if name.len() <= NAME && version.len() <= VERSION {
        return format!("{name:<NAME$}  {version:<VERSION$}  {facts}");
    }
    format!("{name} {version}\n{:<NAME$}  {:<VERSION$}  {facts}", "", "")
}
