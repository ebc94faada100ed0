use warden_model::{Class, Severity};

use crate::{Context, Draft, EVERY_LANGUAGE, Meta, Rule, SourceView};

#[doc = include_str!("certificate_verification_off.md")]
#[derive(Debug)]
pub(crate) struct CertificateVerificationOff;

static META: Meta = Meta {
    id: "certificate-verification-off",
    class: Class::TlsMissing,
    severity: Severity::High,
    title: "the code does not check certificates",
    help: "leave the check on, and add the certificate of your own authority where one is needed",
    languages: EVERY_LANGUAGE,
    cwe: &[295],
    page: include_str!("certificate_verification_off.md"),
};

impl Rule for CertificateVerificationOff {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_source(&self, view: &SourceView<'_>, _: &Context<'_>, out: &mut Vec<Draft>) {
        for found in &view.posture.unchecked {
            let whose = if found.everywhere { " for the whole process" } else { "" };
            let when = if found.conditional { " under a condition" } else { "" };
            let message =
                format!("`{}` turns off the check of certificates{whose}{when}", found.what);
            let place = found.place;
            let label = "anybody on the way can be the other side";
            let draft =
                Draft::in_code(view, view.spot(place.at), Some(place.function), message, label);
            let severity = if found.conditional { Severity::Medium } else { Severity::High };
            out.push(draft.severity(severity).key(found.what));
        }
    }
}
