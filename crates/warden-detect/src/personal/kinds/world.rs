//! Identifiers of the United Kingdom, the United States and India.

use super::{
    Evidence::{CheckDigits, Structure},
    PersonalKind, ROW, Word,
    words::{NATIONAL, SOCIAL, TAX},
};
use crate::personal::{
    DataClass::{Confidential, Regulated},
    elsewhere,
};

/// The rows.
pub(super) static KINDS: &[PersonalKind] = &[
    PersonalKind {
        id: "gb-nino",
        title: "National Insurance number",
        country: "GB",
        class: Regulated,
        word: Word::Sometimes,
        source: "HMRC manual NIM39110",
        forms: &["^aa dd dd dd a", "?aadddddda", "^aa-dd-dd-dd-a", "?aadddddd a", "?aa dddddd a"],
        check: elsewhere::nino,
        words: &["nino", "ni number", "ni no", "national insurance", "nin"],
        also: &[NATIONAL, SOCIAL],
        ..ROW
    },
    PersonalKind {
        id: "gb-nhs-number",
        title: "NHS number",
        country: "GB",
        class: Regulated,
        evidence: CheckDigits,
        word: Word::Always,
        source: "NHS data dictionary: modulus 11",
        forms: &["?dddddddddd", "?ddd ddd dddd", "?ddd-ddd-dddd"],
        check: elsewhere::nhs,
        words: &["nhs", "nhs number", "nhs no", "patient*", "health service"],
        ..ROW
    },
    PersonalKind {
        id: "gb-utr",
        title: "unique taxpayer reference",
        country: "GB",
        class: Confidential,
        evidence: CheckDigits,
        word: Word::Always,
        source: "HMRC: modulus 11, weights 6 to 2",
        forms: &["?dddddddddd", "?ddddd ddddd"],
        check: elsewhere::utr,
        words: &["utr", "hmrc", "self assessment", "unique taxpayer*"],
        also: &[TAX],
        ..ROW
    },
    PersonalKind {
        id: "us-ssn",
        title: "Social Security number",
        country: "US",
        class: Regulated,
        evidence: Structure,
        word: Word::Sometimes,
        source: "SSA: areas, groups and serials that are not given out",
        forms: &["ddd-dd-dddd", "?ddd dd dddd", "?ddd.dd.dddd", "?ddddddddd"],
        check: elsewhere::ssn,
        words: &["ssn", "ssns", "social security", "ss number", "soc sec", "ssn tin"],
        ..ROW
    },
    PersonalKind {
        id: "us-itin",
        title: "individual taxpayer identification number",
        country: "US",
        class: Regulated,
        word: Word::Sometimes,
        source: "IRS Publication 1915",
        forms: &["ddd-dd-dddd", "?ddd dd dddd", "?ddddddddd"],
        check: elsewhere::itin,
        words: &["itin"],
        also: &[TAX],
        ..ROW
    },
    PersonalKind {
        id: "us-ein",
        title: "employer identification number",
        country: "US",
        class: Confidential,
        word: Word::Always,
        source: "IRS: prefixes of campuses",
        forms: &["?dd-ddddddd", "?ddddddddd"],
        check: elsewhere::ein,
        words: &["ein", "fein", "employer id*", "federal tax id*", "irs"],
        ..ROW
    },
    PersonalKind {
        id: "us-routing-number",
        title: "bank routing number",
        country: "US",
        class: Confidential,
        evidence: CheckDigits,
        word: Word::Always,
        source: "American Bankers Association: weights 3, 7 and 1",
        forms: &["?ddddddddd"],
        check: elsewhere::routing,
        words: &["routing number", "routing no", "aba", "routing", "rtn"],
        ..ROW
    },
    PersonalKind {
        id: "us-npi",
        title: "national provider identifier",
        country: "US",
        class: Confidential,
        evidence: CheckDigits,
        word: Word::Always,
        source: "45 CFR 162.406, Luhn",
        forms: &["?dddddddddd"],
        check: elsewhere::npi,
        words: &["npi", "provider identifier", "national provider"],
        ..ROW
    },
    PersonalKind {
        id: "us-medicare",
        title: "Medicare beneficiary identifier",
        country: "US",
        class: Regulated,
        word: Word::Always,
        source: "CMS: format of the MBI",
        forms: &["?daxdaxdaadd", "?daxd-axd-aadd"],
        check: elsewhere::medicare,
        words: &["medicare", "mbi", "beneficiary"],
        ..ROW
    },
    PersonalKind {
        id: "in-aadhaar",
        title: "Aadhaar number",
        country: "IN",
        class: Regulated,
        evidence: CheckDigits,
        word: Word::Sometimes,
        source: "UIDAI: Verhoeff",
        forms: &["?dddddddddddd", "dddd dddd dddd", "dddd-dddd-dddd"],
        check: elsewhere::aadhaar,
        words: &["aadhaar*", "aadhar*", "adhaar", "uidai", "uid", "आधार"],
        also: &[NATIONAL],
        ..ROW
    },
    PersonalKind {
        id: "in-pan",
        title: "permanent account number",
        country: "IN",
        class: Regulated,
        word: Word::Always,
        source: "Income-tax Act, section 139A",
        forms: &["?aaaaadddda"],
        check: elsewhere::pan,
        words: &["pan", "pan card", "permanent account", "income tax", "पैन"],
        also: &[TAX],
        ..ROW
    },
    PersonalKind {
        id: "in-gstin",
        title: "goods and services tax identification number",
        country: "IN",
        class: Confidential,
        evidence: CheckDigits,
        word: Word::Sometimes,
        source: "GSTN: check character in base 36",
        forms: &["^ddaaaaaddddaxax"],
        check: elsewhere::gstin,
        words: &["gst", "gstin"],
        also: &[TAX],
        ..ROW
    },
];
