//! Words that tell of more than one kind: what people write before a number of any state.

/// Numbers that stand for a person.
pub(super) const NATIONAL: &[&str] = &[
    "national id*",
    "national number",
    "nationality number",
    "identity number",
    "identity card",
    "identity no",
    "identification number",
    "id card",
    "personal id*",
    "personal number",
    "personal code",
    "citizen id*",
    "citizen number",
    "civil registration",
    "population register",
    "government id*",
    "person number",
    "kennitala",
];

/// Numbers that a tax office gives out.
pub(super) const TAX: &[&str] = &[
    "tax id*",
    "tax number",
    "tax no",
    "tax code",
    "tax payer*",
    "tax reference",
    "fiscal code",
    "fiscal number",
    "vat number",
    "vat id",
    "vat no",
    "tin number",
];

/// Numbers of social security.
pub(super) const SOCIAL: &[&str] = &[
    "social security",
    "social insurance",
    "insurance number",
    "insurance no",
    "health insurance",
    "health number",
    "health card",
    "pension number",
];

/// Crypto currencies.
pub(super) const CRYPTO: &[&str] = &[
    "wallet*",
    "crypto*",
    "blockchain",
    "deposit address",
    "payout address",
    "donat*",
    "usdt",
    "erc20",
    "send to",
    "address",
];
