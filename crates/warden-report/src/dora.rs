//! The package of the register of information of DORA: xBRL-CSV (plain CSV) in an archive.
//!
//! The form is that of the EBA's filing rules 5.5 for the module DORA of framework 4.0. The same
//! register gives the same bytes: entries are sorted, and their times are all the same.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _, Write as _},
};

use serde_json::json;
use warden_govern::dora::{Filing, Register, check::Files, is_lei};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The most files that an archive may hold, and the most bytes that they may have together.
const MOST_FILES: usize = 64;
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A package: the name of its archive without `.zip`, and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name.
    pub name: String,
    /// The files, by their path in the archive.
    pub files: Files,
}

/// Why there is no package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPackage {
    /// `B_01.01` names no entity: the archive has its LEI in its name.
    #[error("the organisation has no LEI")]
    Lei,
    /// It names no country.
    #[error("the organisation has no country")]
    Country,
    /// No currency to report in.
    #[error("the organisation has no currency")]
    Currency,
}

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NoArchive {
    /// It is no ZIP archive.
    #[error("it is no ZIP archive")]
    Zip(#[from] zip::result::ZipError),
    /// It holds more than a package can.
    #[error("it holds more than {MOST_FILES} files or {MOST_BYTES} bytes")]
    TooLarge,
    /// A part cannot be read.
    #[error("a file in it cannot be read")]
    Read(#[from] std::io::Error),
}

impl Package {
    /// The package of a register.
    ///
    /// # Errors
    /// Where something is not known without which it would have no name.
    pub fn of(register: &Register, filing: &Filing) -> Result<Self, NoPackage> {
        let taxonomy = register.taxonomy;
        let first = |template: &str, column: &str| {
            let row = register.rows(template).first();
            row.map(|row| register.cell(template, row, column)).unwrap_or_default()
        };
        let lei =
            Some(first("B_01.01", "c0010")).filter(|lei| is_lei(lei)).ok_or(NoPackage::Lei)?;
        let word = |list: &str, code: &str| taxonomy.word(list, code);
        let country = word("country", first("B_01.01", "c0030")).ok_or(NoPackage::Country)?;
        let mut mine = register.rows("B_01.02").iter();
        let mine = mine.find(|row| register.cell("B_01.02", row, "c0010") == lei);
        let currency = mine.map(|row| register.cell("B_01.02", row, "c0100")).unwrap_or_default();
        let currency = word("currency", currency).ok_or(NoPackage::Currency)?;
        let scope = filing.scope.word();
        let name = format!(
            "{lei}.{scope}_{country}_{}_{}_{}_{}",
            taxonomy.filing("framework"),
            taxonomy.filing("module"),
            filing.period,
            filing.stamp,
        );
        let mut files = BTreeMap::new();
        let mut add =
            |path: &str, bytes: Vec<u8>| drop(files.insert(format!("{name}/{path}"), bytes));
        let package = json!({"documentInfo": {"documentType": taxonomy.filing("package_type")}});
        let report = json!({"documentInfo": {
            "documentType": taxonomy.filing("report_type"),
            "extends": [taxonomy.filing("extends")],
        }});
        add("META-INF/reportPackage.json", line(&package.to_string()));
        add("reports/report.json", line(&report.to_string()));
        let parameters = [
            ["name", "value"].map(ToOwned::to_owned),
            ["entityID".into(), format!("rs:{lei}.{scope}")],
            ["refPeriod".into(), filing.period.to_string()],
            ["baseCurrency".into(), format!("iso4217:{currency}")],
            ["decimalsInteger".into(), taxonomy.filing("decimals_integer").into()],
            ["decimalsMonetary".into(), taxonomy.filing("decimals_monetary").into()],
        ];
        add("reports/parameters.csv", table(parameters));
        let header = ["templateID", "reported"].map(ToOwned::to_owned);
        let reported = taxonomy.templates.iter().map(|one| [one.code.clone(), "true".into()]);
        add("reports/FilingIndicators.csv", table([header].into_iter().chain(reported)));
        for template in &taxonomy.templates {
            let header: Vec<_> =
                template.columns.iter().map(|column| column.code.clone()).collect();
            let rows = register.rows(&template.code).iter().cloned();
            add(&format!("reports/{}", template.file()), table([header].into_iter().chain(rows)));
        }
        Ok(Self { name, files })
    }

    /// The archive. Every entry has the first time that an archive can hold.
    #[must_use]
    pub fn zip(&self) -> Vec<u8> {
        // Writing into memory does not fail, and no entry is larger than an archive can hold.
        self.try_zip().unwrap_or_default()
    }

    fn try_zip(&self) -> Result<Vec<u8>, NoArchive> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        for (path, bytes) in &self.files {
            writer.start_file(path, options)?;
            writer.write_all(bytes)?;
        }
        Ok(writer.finish()?.into_inner())
    }
}

/// The files of an archive, by their path.
///
/// # Errors
/// What is no archive, or more than a package is.
pub fn unzip(bytes: &[u8]) -> Result<Files, NoArchive> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > MOST_FILES {
        return Err(NoArchive::TooLarge);
    }
    let mut files = Files::new();
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        let entry = archive.by_index(at)?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name()?.into_owned();
        let mut content = Vec::new();
        // One byte more than is left tells that there is more; what an entry says of itself may lie.
        entry.take(left + 1).read_to_end(&mut content)?;
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(length).ok_or(NoArchive::TooLarge)?;
        files.insert(path, content);
    }
    Ok(files)
}

/// A table: commas, UTF-8, quotes where they are needed.
fn table<R: IntoIterator<Item = String>>(rows: impl IntoIterator<Item = R>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        // Writing into memory does not fail.
        drop(out.write_record(row));
    }
    out.into_inner().unwrap_or_default()
}

fn line(text: &str) -> Vec<u8> {
    format!("{text}\n").into_bytes()
}

#[cfg(test)]
mod tests;
