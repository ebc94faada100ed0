//! Words that every part uses, and the words of closed lists of an estate.

use super::{Named, by_name};

super::entries! {
    SOURCE:
        "Source of these figures",
        "Quelle dieser Zahlen",
        "Source de ces chiffres";
    RANGE:
        "{p50} ({p10} to {p90})",
        "{p50} ({p10} bis {p90})",
        "{p50} ({p10} à {p90})";
    FROM_TO:
        "{least} to {most}",
        "{least} bis {most}",
        "{least} à {most}";
    AT_LEAST:
        "or more, since {count} of its scenarios are not measured",
        "oder mehr, da {count} der Szenarien nicht gemessen sind",
        "ou davantage, car {count} des scénarios ne sont pas mesurés";
    NOT_APPLICABLE:
        "n/a",
        "entfällt",
        "sans objet";
    OF_ALL:
        "{of} of {all}",
        "{of} von {all}",
        "{of} sur {all}";
    TIER:
        "Maturity tier {number} {name}",
        "Reifegrad {number} {name}",
        "Niveau de maturité {number} {name}";
    STILL_OPEN:
        "not ended: {count}",
        "nicht beendet: {count}",
        "non terminé\u{a0}: {count}";
    DAYS:
        "d",
        "Tg.",
        "j";
    PER_DAY:
        "{count} a day",
        "{count} am Tag",
        "{count} par jour";
    NOBODY:
        "nobody yet",
        "noch niemand",
        "personne encore";
}

/// The maturity tiers.
pub(in crate::board) static TIERS: &Named = by_name! {
    "Reactive": "Reactive", "Reaktiv", "Réactif";
    "Foundational": "Foundational", "Grundlegend", "Fondamental";
    "Managed": "Managed", "Gesteuert", "Maîtrisé";
    "Optimized": "Optimized", "Optimiert", "Optimisé";
};

/// How a figure moved.
pub(in crate::board) static CHANGES: &Named = by_name! {
    "better": "better", "besser", "mieux";
    "worse": "worse", "schlechter", "moins bien";
    "same": "the same", "gleich", "identique";
};

/// What is done about a risk.
pub(in crate::board) static TREATMENTS: &Named = by_name! {
    "accept": "accept", "tragen", "accepter";
    "reduce": "reduce", "mindern", "réduire";
    "avoid": "avoid", "vermeiden", "éviter";
    "transfer": "transfer", "übertragen", "transférer";
};

/// How bad it would be.
pub(in crate::board) static IMPACTS: &Named = by_name! {
    "low": "Low", "Gering", "Faible";
    "medium": "Medium", "Mittel", "Moyen";
    "high": "High", "Hoch", "Élevé";
    "critical": "Critical", "Kritisch", "Critique";
};

/// How easily it would be noticed.
pub(in crate::board) static DETECTIONS: &Named = by_name! {
    "easy": "Easy", "Leicht", "Facile";
    "moderate": "Moderate", "Mäßig", "Modérée";
    "hard": "Hard", "Schwer", "Difficile";
};

/// Kinds of incidents.
pub(in crate::board) static KINDS: &Named = by_name! {
    "behaviour": "behaviour", "Verhalten", "comportement";
    "manifest-drift": "changed definitions", "geänderte Definitionen", "définitions modifiées";
    "credential-leak": "leaked credential", "abgeflossene Zugangsdaten", "identifiants divulgués";
    "shadow-server": "unregistered server", "nicht eingetragener Server", "serveur non inscrit";
    "exploit": "exploited vulnerability", "ausgenutzte Schwachstelle", "vulnérabilité exploitée";
    "exfiltration": "data that left", "abgeflossene Daten", "données exfiltrées";
};

/// Classes of data.
pub(in crate::board) static DATA: &Named = by_name! {
    "public": "public", "öffentlich", "publiques";
    "internal": "internal", "intern", "internes";
    "confidential": "confidential", "vertraulich", "confidentielles";
    "regulated": "regulated", "reguliert", "réglementées";
    "unknown": "not known", "nicht bekannt", "non connues";
};

/// How a control stands.
pub(in crate::board) static STATUSES: &Named = by_name! {
    "met": "met", "erfüllt", "satisfait";
    "partly": "partly", "teilweise", "en partie";
    "not met": "not met", "nicht erfüllt", "non satisfait";
    "not measured": "not measured", "nicht gemessen", "non mesuré";
    "n/a": "n/a", "entfällt", "sans objet";
};

/// What came of looking a published figure up.
pub(in crate::board) static STATES: &Named = by_name! {
    "verified": "verified", "bestätigt", "vérifié";
    "verified, wording differs": "verified, wording differs", "bestätigt, anderer Wortlaut", "vérifié, libellé différent";
    "corrected": "corrected", "berichtigt", "corrigé";
    "as cited, original not found": "as cited, original not found", "wie zitiert, Original nicht gefunden", "tel que cité, original introuvable";
};

/// Controls of the organisation.
pub(in crate::board) static MEASURES: &Named = by_name! {
    "siem-sink": "records in a SIEM", "Protokolle im SIEM", "journaux dans un SIEM";
    "alert-unauthorised-call": "alert on unauthorised calls", "Alarm bei unerlaubten Aufrufen", "alerte sur appels non autorisés";
    "alert-session-duration": "alert on unusual sessions", "Alarm bei ungewöhnlichen Sitzungen", "alerte sur sessions inhabituelles";
    "alert-rate-limit": "alert on reached limits", "Alarm bei erreichten Grenzen", "alerte sur limites atteintes";
    "alert-new-endpoint": "alert on new endpoints", "Alarm bei neuen Endpunkten", "alerte sur nouveaux points d’accès";
    "alert-new-definition": "alert on changed definitions", "Alarm bei geänderten Definitionen", "alerte sur définitions modifiées";
    "alert-egress-volume": "alert on unusual amounts of data", "Alarm bei ungewöhnlichen Datenmengen", "alerte sur volumes de données inhabituels";
    "behaviour-baseline": "baseline of behaviour", "Vergleich mit üblichem Verhalten", "comparaison au comportement habituel";
    "pipeline-gate": "gate in the pipeline", "Freigabeschranke in der Pipeline", "contrôle dans la chaîne de déploiement";
    "written-policy": "written policy", "schriftliche Richtlinie", "politique écrite";
    "vendor-process": "assessment of vendors", "Prüfung von Anbietern", "évaluation des fournisseurs";
    "kill-switch": "stopping agents at once", "sofortiger Stopp von Agenten", "arrêt immédiat des agents";
    "enterprise-risk-item": "item of the enterprise risk register", "Eintrag im Risikoregister des Unternehmens", "inscription au registre des risques de l’entreprise";
    "security-contact": "security contact", "Ansprechstelle für Sicherheit", "contact de sécurité";
    "egress-filter": "filter on outgoing traffic", "Filter für ausgehenden Verkehr", "filtrage du trafic sortant";
    "masking": "masking of personal data", "Maskierung personenbezogener Daten", "masquage des données personnelles";
};

/// The risk cards.
pub(in crate::board) static CARDS: &Named = by_name! {
    "data-exfiltration": "Data exfiltration", "Datenabfluss", "Exfiltration de données";
    "supply-chain-substitution": "Supply-chain substitution", "Austausch in der Lieferkette", "Substitution dans la chaîne d’approvisionnement";
    "regulatory-exposure": "Regulatory exposure", "Aufsichtliches Risiko", "Risque réglementaire";
};

/// What happens on the risk cards.
pub(in crate::board) static CARD_SCENARIOS: &Named = by_name! {
    "data-exfiltration":
        "An agent is told by a document, a ticket or a repository that it reads to copy data elsewhere.",
        "Ein Agent wird durch ein Dokument, ein Ticket oder ein Repository, das er liest, angewiesen, Daten anderswohin zu kopieren.",
        "Un document, un ticket ou un dépôt que lit un agent lui ordonne de copier des données ailleurs.";
    "supply-chain-substitution":
        "A server that was approved is changed, and nobody is told.",
        "Ein freigegebener Server wird geändert, und niemand erfährt davon.",
        "Un serveur approuvé est modifié sans que personne n’en soit informé.";
    "regulatory-exposure":
        "An authority asks for proof of control over the tools of third parties that are connected to critical business processes.",
        "Eine Behörde verlangt den Nachweis, dass Werkzeuge von Dritten an kritischen Geschäftsprozessen beherrscht werden.",
        "Une autorité demande la preuve de la maîtrise des outils de tiers reliés à des processus critiques.";
};

/// Every list, for tests.
#[cfg(test)]
pub(in crate::board) static LISTS: &[&Named] = &[
    TIERS,
    CHANGES,
    TREATMENTS,
    IMPACTS,
    DETECTIONS,
    KINDS,
    DATA,
    STATUSES,
    STATES,
    MEASURES,
    CARDS,
    CARD_SCENARIOS,
];
