//! The rules for source code. A new one is a file `source/x.rs`, a page `source/x.md` and a line
//! in [`SOURCE_RULES`].

mod archive_extraction;
mod argument_injection;
mod certificate_verification_off;
mod code_evaluation;
mod command_injection;
mod credential_harvest;
mod cross_site_scripting;
mod defence_evasion;
mod delayed_switch;
mod description_mismatch;
mod downloaded_code;
mod error_leak;
mod exfiltration;
mod hidden_network;
mod hidden_recipient;
mod install_script;
mod missing_authentication;
mod missing_authorisation;
mod missing_origin_check;
mod oauth_mistake;
mod obfuscated_code;
mod path_traversal;
mod permissive_cors;
mod persistence;
mod query_injection;
mod regular_expression_denial;
mod resource_exhaustion;
mod secret_in_code;
mod secret_in_log;
mod server_side_request_forgery;
mod shared_transport;
mod sql_injection;
mod symlink_escape;
mod template_injection;
mod token_passthrough;
mod unsafe_deserialisation;
mod unsafe_temporary_file;
mod weak_session_id;
mod wildcard_bind;

use crate::Rule;

/// Every rule for source code, in the order in which the documentation shows them.
pub(crate) static SOURCE_RULES: &[&dyn Rule] = &[
    &archive_extraction::ArchiveExtraction,
    &argument_injection::ArgumentInjection,
    &certificate_verification_off::CertificateVerificationOff,
    &code_evaluation::CodeEvaluation,
    &command_injection::CommandInjection,
    &credential_harvest::CredentialHarvest,
    &cross_site_scripting::CrossSiteScripting,
    &defence_evasion::DefenceEvasion,
    &delayed_switch::DelayedSwitch,
    &description_mismatch::DescriptionMismatch,
    &downloaded_code::DownloadedCode,
    &error_leak::ErrorLeak,
    &exfiltration::Exfiltration,
    &hidden_network::HiddenNetwork,
    &hidden_recipient::HiddenRecipient,
    &install_script::InstallScript,
    &missing_authentication::MissingAuthentication,
    &missing_authorisation::MissingAuthorisation,
    &missing_origin_check::MissingOriginCheck,
    &oauth_mistake::OauthMistakeRule,
    &obfuscated_code::ObfuscatedCode,
    &path_traversal::PathTraversal,
    &permissive_cors::PermissiveCors,
    &persistence::Persistence,
    &query_injection::QueryInjection,
    &regular_expression_denial::RegularExpressionDenial,
    &resource_exhaustion::ResourceExhaustion,
    &secret_in_code::SecretInCode,
    &secret_in_log::SecretInLog,
    &server_side_request_forgery::ServerSideRequestForgery,
    &shared_transport::SharedTransport,
    &sql_injection::SqlInjection,
    &symlink_escape::SymlinkEscape,
    &template_injection::TemplateInjection,
    &token_passthrough::TokenPassthrough,
    &unsafe_deserialisation::UnsafeDeserialisation,
    &unsafe_temporary_file::UnsafeTemporaryFile,
    &weak_session_id::WeakSessionId,
    &wildcard_bind::WildcardBind,
];
