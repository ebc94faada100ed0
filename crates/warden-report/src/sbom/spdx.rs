//! SPDX 2.3 as JSON.

use serde_json::{Map, Value, json};
use warden_model::{Digest, Source};

use super::{
    Bom,
    cyclonedx::subject_purl,
    parts::{Part, bare, expression, parts, text, time, uuid},
};
use crate::Tool;

const DOCUMENT: &str = "SPDXRef-DOCUMENT";
const SUBJECT: &str = "SPDXRef-Subject";
/// What nobody says anything about.
const UNSAID: &str = "NOASSERTION";

/// The bill as SPDX 2.3, indented, with a line feed at the end. Services, vulnerabilities and claims
/// have no place in this format.
#[must_use]
pub fn spdx(bom: &Bom<'_>) -> String {
    let parts = parts(bom.components);
    let packages: Value = std::iter::once(subject(bom)).chain(parts.iter().map(package)).collect();
    let created = time(bom.timestamp);
    let creators = json!([format!("Tool: {}-{}", Tool::NAME, text(bom.version))]);
    let relationships = relationships(&parts);
    let body = json!([packages, created, creators, relationships]).to_string();
    let space = format!("urn:uuid:{}", uuid(&Digest::of(body.as_bytes())));
    let document = json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": DOCUMENT,
        "name": text(bom.subject.name),
        "documentNamespace": space,
        "creationInfo": { "created": created, "creators": creators },
        "documentDescribes": [SUBJECT],
        "packages": packages,
        "relationships": relationships,
    });
    format!("{document:#}\n")
}

fn subject(bom: &Bom<'_>) -> Value {
    let subject = &bom.subject;
    let mut out = Map::new();
    out.insert("SPDXID".into(), SUBJECT.into());
    out.insert("name".into(), text(subject.name).into());
    out.extend(subject.version.map(|version| ("versionInfo".into(), text(version).into())));
    out.insert("downloadLocation".into(), UNSAID.into());
    out.insert("filesAnalyzed".into(), false.into());
    out.insert("primaryPackagePurpose".into(), "APPLICATION".into());
    if let Some(digest) = &subject.digest {
        let hex: String = digest.hex().iter().map(|digit| char::from(*digit)).collect();
        let checksum = json!([{ "algorithm": "SHA256", "checksumValue": hex }]);
        out.insert("checksums".into(), checksum);
    }
    licence(&mut out, subject.licence);
    out.extend(subject_purl(bom).map(|purl| ("externalRefs".into(), reference(&purl))));
    if !bom.tools.is_empty() {
        let mut tools: Vec<String> = bom
            .tools
            .iter()
            .map(|tool| {
                let effect = tool.effect.map(|effect| format!(" effect={effect}"));
                let name = text(&tool.name);
                format!("mcp:tool:{name} hash={}{}", tool.digest, effect.unwrap_or_default())
            })
            .collect();
        tools.sort();
        tools.dedup();
        let note = |comment: String| {
            json!({
                "annotationDate": time(bom.timestamp),
                "annotationType": "OTHER",
                "annotator": format!("Tool: {}", Tool::NAME),
                "comment": comment,
            })
        };
        out.insert("annotations".into(), tools.into_iter().map(note).collect());
    }
    Value::Object(out)
}

fn package(part: &Part<'_>) -> Value {
    let own = part.component;
    let mut out = Map::new();
    out.insert("SPDXID".into(), identifier(&part.reference).into());
    out.insert("name".into(), text(&own.name).into());
    out.extend(own.version.as_deref().map(|version| ("versionInfo".into(), text(version).into())));
    out.insert("downloadLocation".into(), location(&own.source).into());
    out.insert("filesAnalyzed".into(), false.into());
    out.insert("primaryPackagePurpose".into(), "LIBRARY".into());
    if !part.hashes.is_empty() {
        let hash = |(algorithm, digits): &(super::parts::Algorithm, String)| json!({ "algorithm": algorithm.spdx(), "checksumValue": digits });
        out.insert("checksums".into(), part.hashes.iter().map(hash).collect());
    }
    licence(&mut out, own.licence.as_deref());
    out.insert("externalRefs".into(), reference(&part.purl));
    Value::Object(out)
}

/// Letters, digits, dots and dashes, unlike that of every other part.
fn identifier(reference: &str) -> String {
    let digest = Digest::of(reference.as_bytes()).hex();
    let mark: String = digest.iter().take(24).map(|digit| char::from(*digit)).collect();
    format!("SPDXRef-Package-{mark}")
}

fn location(source: &Source) -> String {
    match source {
        // The purl says from which registry; its address is a setting of whoever installs.
        Source::Registry | Source::Path(_) => UNSAID.to_owned(),
        Source::Git { url, commit } => {
            let at = commit.as_deref().map(|commit| format!("@{commit}")).unwrap_or_default();
            let start = if url.starts_with("git+") { "" } else { "git+" };
            format!("{start}{}{at}", bare(url))
        }
        Source::Url(url) => bare(url),
    }
}

fn licence(out: &mut Map<String, Value>, written: Option<&str>) {
    // A name of one's own needs its text beside it, which nobody has here.
    let standard = written.and_then(expression).filter(|own| !own.contains("LicenseRef-"));
    out.insert("licenseConcluded".into(), UNSAID.into());
    if let (None, Some(written)) = (&standard, written) {
        out.insert("licenseComments".into(), format!("declared as `{}`", text(written)).into());
    }
    out.insert("licenseDeclared".into(), standard.unwrap_or_else(|| UNSAID.to_owned()).into());
    out.insert("copyrightText".into(), UNSAID.into());
}

fn reference(purl: &str) -> Value {
    json!([{
        "referenceCategory": "PACKAGE-MANAGER",
        "referenceType": "purl",
        "referenceLocator": purl,
    }])
}

fn relationships(parts: &[Part<'_>]) -> Value {
    let relation = |from: &str, how: &str, to: &str| json!({ "spdxElementId": from, "relationshipType": how, "relatedSpdxElement": to });
    let mut out = vec![relation(DOCUMENT, "DESCRIBES", SUBJECT)];
    for part in parts {
        let own = identifier(&part.reference);
        if part.direct && part.development {
            out.push(relation(&own, "DEV_DEPENDENCY_OF", SUBJECT));
        } else if part.direct {
            out.push(relation(SUBJECT, "DEPENDS_ON", &own));
        }
        for to in &part.depends {
            out.push(relation(&own, "DEPENDS_ON", &identifier(to)));
        }
    }
    out.into()
}
