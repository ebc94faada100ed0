//! Who and where: the organisation, its people, machines, systems, business processes and vendors.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use warden_model::DataClass;

use crate::word::{self, words};

/// The organisation that answers for everything in the estate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// Its legal entity identifier (ISO 17442), 20 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The currency that it reports in, ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What it accepts to lose in a year through agents, in whole units of its currency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appetite: Option<u64>,
    /// What an incident costs more where much AI is used that nobody has registered, in whole units
    /// of its currency. Where it reports in US dollars and has none, the published figure counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow_premium: Option<u64>,
    /// The first day of its programme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub programme_from: Option<Date>,
    /// The maturity tier that it wants to reach, 1 to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_maturity: Option<u8>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_by: Option<Date>,
    /// The certification level that a server needs, 0 to 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least_level: Option<u8>,
    /// The IANA time zone that regulatory clocks are read in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// What kind of financial entity it is, as the register of information of DORA has it, for
    /// example `credit-institution`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    /// The authority that it reports to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// Whether it is an essential or important entity (NIS2 Art. 3); none if nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub essential: Option<bool>,
    /// The bank holidays of its Member State.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Date>,
}

/// A person, never a group: somebody who can be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Person {
    /// The identifier, as others name this person.
    pub id: String,
    /// The name.
    pub name: String,
    /// What the person is, for example `ciso`, `risk-owner`, `engineer`.
    pub roles: Vec<String>,
    /// Whether this is an address that several read. Nobody is accountable then.
    pub is_group: bool,
}

words! {
    /// The five areas that certified staff has to cover.
    Skill, "skill" {
        /// Who is who.
        Authentication = "authentication",
        /// Who may do what.
        Authorisation = "authorisation",
        /// What a text may make an agent do.
        InjectionDefence = "injection-defence",
        /// What a server may do to its machine.
        ServerHardening = "server-hardening",
        /// What to do when it happened.
        IncidentResponse = "incident-response",
    }
}

/// A certificate of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    /// The person.
    pub person: String,
    /// The certificate, for example `CMCPSE`.
    pub certificate: String,
    /// Who issued it.
    pub issuer: String,
    /// What it covers.
    pub areas: Vec<Skill>,
    /// Since when.
    pub issued: Date,
    /// Until when; none if it does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// Whether somebody has declared it as good as a CMCPSE, and who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equivalent_by: Option<String>,
}

/// A machine that agents or servers run on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Machine {
    /// The identifier.
    pub id: String,
    /// Who uses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// When it was last scanned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<Date>,
}

words! {
    /// Where something runs.
    Environment, "environment" {
        /// Nothing that counts depends on it.
        Sandbox = "sandbox",
        /// Programs are made and tried here.
        Development = "development",
        /// The business runs on it.
        Production = "production",
    }
}

words! {
    /// What kind of system it is.
    SystemKind, "kind of system" {
        /// `GitHub`, `GitLab`.
        SourceRepository = "source-repository",
        /// `PostgreSQL`, `MySQL`, `Snowflake`.
        Database = "database",
        /// AWS, Azure, GCP.
        Cloud = "cloud",
        /// Jira, Linear.
        Ticketing = "ticketing",
        /// Grafana, Datadog.
        Observability = "observability",
        /// Stripe.
        Payments = "payments",
        /// An internal file system.
        FileSystem = "file-system",
        /// Mail, chat, calls.
        Communication = "communication",
        /// Anything else.
        Other = "other",
    }
}

/// A system that tools reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct System {
    /// The identifier, as tools name it.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SystemKind>,
    /// The worst data in it; not known counts as regulated.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub data: Option<DataClass>,
    /// Where it runs; not known counts as production.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A business process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Process {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether it supports a critical or important function (DORA Art. 3(22)); none if nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critical: Option<bool>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The identifier of its function in the register of information of DORA: `F1`, `F2`, ….
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// How long it may stand still, in hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_hours: Option<u32>,
    /// How many hours of data may be lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_hours: Option<u32>,
}

words! {
    /// What a vendor is to the organisation.
    Relation, "relation" {
        /// A part of the organisation itself.
        Own = "own",
        /// Another company of the same group.
        Group = "group",
        /// Somebody else.
        Third = "third-party",
    }
}

/// Who makes or runs a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vendor {
    /// The identifier.
    pub id: String,
    /// The legal name.
    pub name: String,
    /// What it is to us; not known counts as a third party.
    #[serde(with = "word::maybe", skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Its legal entity identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lei: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The reference of the contract with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Where data is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_country: Option<String>,
    /// Where data is processed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processing_country: Option<String>,
    /// What the transfer of personal data out of the EU rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer: Option<String>,
}
