//! Every kind of credential that we know, by field.
//!
//! Where two rows match the same text the earlier one names it, so a row that is part of another's
//! shape (`sk-ant-` of `sk-`) stands first, and shapes that say little stand last. The structures
//! are those that the issuers document, or that their tokens are seen to have.

mod ai;
mod build;
mod chat;
mod cloud;
mod code;
mod data;
mod generic;
mod hosting;
mod identity;
mod keys;
mod mail;
mod microsoft;
mod monitoring;
mod payment;
mod services;
mod work;

use super::kind::SecretKind;

const PARTS: &[&[SecretKind]] = &[
    keys::KINDS,
    microsoft::KINDS,
    cloud::KINDS,
    hosting::KINDS,
    code::KINDS,
    build::KINDS,
    chat::KINDS,
    identity::KINDS,
    payment::KINDS,
    data::KINDS,
    monitoring::KINDS,
    mail::KINDS,
    work::KINDS,
    services::KINDS,
    ai::KINDS,
    generic::KINDS,
];

/// How many there are.
const COUNT: usize = {
    let mut count = 0;
    let mut part = 0;
    while part < PARTS.len() {
        count += PARTS[part].len();
        part += 1;
    }
    count
};

/// Every kind of credential that is known, as one table.
pub static SECRETS: &[SecretKind] = &{
    let mut all = [PARTS[0][0]; COUNT];
    let (mut part, mut at) = (0, 0);
    while part < PARTS.len() {
        let mut row = 0;
        while row < PARTS[part].len() {
            all[at] = PARTS[part][row];
            row += 1;
            at += 1;
        }
        part += 1;
    }
    all
};
