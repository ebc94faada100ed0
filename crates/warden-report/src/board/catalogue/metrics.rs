//! The titles and the formulas of metrics, and in which unit their values are.

use super::Entry;

/// In which unit the values of a metric are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::board) enum Unit {
    /// Hundredths.
    Share,
    /// Seconds.
    Seconds,
    /// Whole units of the currency.
    Money,
    /// Days.
    Days,
    /// How many on one day.
    PerDay,
    /// The number of a maturity tier.
    Tier,
}

/// The unit of the metric with this name.
pub(in crate::board) fn unit(id: &str) -> Unit {
    match id {
        "M17" => Unit::Money,
        "M18" => Unit::Tier,
        "M14" => Unit::PerDay,
        "M20-age" => Unit::Days,
        "M12-latency" => Unit::Seconds,
        _ if id.starts_with("M10") || id.starts_with("M11") => Unit::Seconds,
        _ => Unit::Share,
    }
}

/// The title and the formula of a metric.
pub(in crate::board) fn text(id: &str) -> Option<&'static (Entry, Entry)> {
    METRICS.iter().find(|(name, _)| *name == id).map(|(_, entry)| entry)
}

macro_rules! metrics {
    ($($id:literal: [$en:literal, $de:literal, $fr:literal], [$of_en:literal, $of_de:literal, $of_fr:literal];)*) => {
        pub(in crate::board) static METRICS: &[(&str, (Entry, Entry))] = &[$(
            ($id, (Entry::new($id, [$en, $de, $fr]), Entry::new($id, [$of_en, $of_de, $of_fr])))
        ),*];
    };
}

metrics! {
    "M1": ["Inventory coverage", "Abdeckung des Inventars", "Couverture de l’inventaire"],
        ["registered servers / (registered + unregistered seen in 30 days)", "eingetragene Server / (eingetragene + nicht eingetragene der letzten 30 Tage)", "serveurs inscrits / (inscrits + non inscrits vus en 30 jours)"];
    "M2": ["Complete entries", "Vollständige Einträge", "Entrées complètes"],
        ["servers with owner, publisher, version and data tag / servers", "Server mit Verantwortlichen, Herausgeber, Version und Datenklasse / Server", "serveurs avec responsable, éditeur, version et classe de données / serveurs"];
    "M2-owners": ["Agents with an accountable person", "Agenten mit verantwortlicher Person", "Agents avec une personne responsable"],
        ["agents whose owner is a person / agents", "Agenten, deren Verantwortliche eine Person ist / Agenten", "agents dont le responsable est une personne / agents"];
    "M3": ["Pinned and signed", "Festgelegt und signiert", "Épinglés et signés"],
        ["servers with a pinned digest and a signature that holds / servers", "Server mit festgelegtem Digest und gültiger Signatur / Server", "serveurs avec empreinte épinglée et signature valable / serveurs"];
    "M3-pin": ["Pinned", "Festgelegt", "Épinglés"],
        ["servers with a pinned digest / servers", "Server mit festgelegtem Digest / Server", "serveurs avec empreinte épinglée / serveurs"];
    "M4": ["Certified", "Zertifiziert", "Certifiés"],
        ["servers certified at the level of the organisation or above, not expired / servers", "auf der Stufe der Organisation oder höher und gültig zertifizierte Server / Server", "serveurs certifiés au niveau de l’organisation ou au-dessus, non expirés / serveurs"];
    "M4-stages": ["All four stages current", "Alle vier Prüfstufen aktuell", "Les quatre étapes à jour"],
        ["servers with static analysis, taint, supply chain and secrets in 92 days / servers", "Server mit statischer Analyse, Datenfluss, Lieferkette und Geheimnissen in 92 Tagen / Server", "serveurs avec analyse statique, flux, chaîne d’approvisionnement et secrets en 92 jours / serveurs"];
    "M5": ["Authentication coverage", "Abdeckung der Authentisierung", "Couverture de l’authentification"],
        ["servers with OAuth, mTLS or pipes of their own / servers; not known is not covered", "Server mit OAuth, mTLS oder eigenen Pipes / Server; nicht bekannt ist nicht abgedeckt", "serveurs avec OAuth, mTLS ou tubes propres / serveurs\u{a0}; non connu vaut non couvert"];
    "M5-baseline": ["Production with authentication and logging", "Produktion mit Authentisierung und Protokoll", "Production avec authentification et journaux"],
        ["servers in production with both / servers in production", "Server in Produktion mit beidem / Server in Produktion", "serveurs en production avec les deux / serveurs en production"];
    "M6": ["Audit coverage", "Abdeckung der Protokollierung", "Couverture de l’audit"],
        ["calls with a whole record in the SIEM / calls observed", "Aufrufe mit vollständigem Protokoll im SIEM / beobachtete Aufrufe", "appels avec trace complète dans le SIEM / appels observés"];
    "M7": ["Gateway share", "Anteil über das Gateway", "Part par la passerelle"],
        ["MCP traffic through gateways / MCP traffic that egress logs show", "MCP-Verkehr über Gateways / MCP-Verkehr laut Verbindungsprotokollen", "trafic MCP par les passerelles / trafic MCP selon les journaux de sortie"];
    "M7-agents": ["Agent-to-agent interactions monitored", "Überwachte Interaktionen zwischen Agenten", "Interactions entre agents surveillées"],
        ["calls between agents or servers that were recorded / those that were seen", "aufgezeichnete Aufrufe zwischen Agenten oder Servern / gesehene", "appels entre agents ou serveurs enregistrés / appels vus"];
    "M8": ["Least privilege", "Geringste Rechte", "Moindre privilège"],
        ["granted tools that were used in 90 days / granted tools", "gewährte und in 90 Tagen genutzte Werkzeuge / gewährte Werkzeuge", "outils accordés et utilisés en 90 jours / outils accordés"];
    "M8-session": ["Session allowlists of Priority-1 agents", "Erlaubnislisten je Sitzung bei Agenten der Priorität 1", "Listes d’autorisations par session des agents de priorité 1"],
        ["agents that can act and have a session allowlist / agents that can act", "handlungsfähige Agenten mit Erlaubnisliste / handlungsfähige Agenten", "agents pouvant agir et ayant une liste par session / agents pouvant agir"];
    "M9": ["High-risk tools", "Werkzeuge mit hohem Gesamtrisiko", "Outils à risque composite élevé"],
        ["tools whose composite risk is High or Critical / tools", "Werkzeuge mit Gesamtrisiko Hoch oder Kritisch / Werkzeuge", "outils dont le risque composite est élevé ou critique / outils"];
    "M10": ["Time to detect", "Zeit bis zur Erkennung", "Délai de détection"],
        ["mean of identified - occurred, of incidents identified in 92 days or not at all", "Mittel von erkannt − geschehen, über in 92 Tagen oder nie erkannte Vorfälle", "moyenne de identifié − survenu, des incidents identifiés en 92 jours ou jamais"];
    "M10-behaviour": ["Time to detect behaviour, under 15 min", "Zeit bis zur Erkennung von Verhalten, unter 15 Min.", "Délai de détection du comportement, moins de 15 min"],
        ["mean of identified - occurred, of incidents of the kind behaviour", "Mittel von erkannt − geschehen, über Vorfälle der Art Verhalten", "moyenne de identifié − survenu, des incidents de comportement"];
    "M10-drift": ["Time to detect drift, under 4 h", "Zeit bis zur Erkennung von Änderungen, unter 4 Std.", "Délai de détection des modifications, moins de 4 h"],
        ["mean of identified - occurred, of incidents of the kind manifest-drift", "Mittel von erkannt − geschehen, über Vorfälle mit geänderten Definitionen", "moyenne de identifié − survenu, des incidents de définitions modifiées"];
    "M11": ["Time to contain", "Zeit bis zur Eindämmung", "Délai de confinement"],
        ["mean of contained - identified, of incidents identified in 92 days or not contained", "Mittel von eingedämmt − erkannt, über in 92 Tagen erkannte oder nicht eingedämmte Vorfälle", "moyenne de contenu − identifié, des incidents identifiés en 92 jours ou non contenus"];
    "M11-recover": ["Time to recover", "Zeit bis zur Wiederherstellung", "Délai de rétablissement"],
        ["mean of recovered - identified, of incidents identified in 92 days or not recovered", "Mittel von wiederhergestellt − erkannt, über in 92 Tagen erkannte oder nicht wiederhergestellte Vorfälle", "moyenne de rétabli − identifié, des incidents identifiés en 92 jours ou non rétablis"];
    "M12": ["Drift blocked by itself", "Selbsttätig gestoppte Änderungen", "Modifications bloquées d’elles-mêmes"],
        ["changes that were stopped by themselves / changes in 92 days or not noticed", "selbsttätig gestoppte Änderungen / Änderungen in 92 Tagen oder unbemerkte", "modifications bloquées d’elles-mêmes / modifications en 92 jours ou non remarquées"];
    "M12-approved": ["Drift approved since", "Seither freigegebene Änderungen", "Modifications approuvées depuis"],
        ["changes that somebody approved / changes in 92 days or not noticed", "freigegebene Änderungen / Änderungen in 92 Tagen oder unbemerkte", "modifications approuvées / modifications en 92 jours ou non remarquées"];
    "M12-latency": ["Time until drift is noticed", "Zeit, bis Änderungen bemerkt werden", "Délai avant qu’une modification soit remarquée"],
        ["mean of detected - occurred, of changes in 92 days or not noticed", "Mittel von bemerkt − geschehen, über Änderungen in 92 Tagen oder unbemerkte", "moyenne de remarqué − survenu, des modifications en 92 jours ou non remarquées"];
    "M13": ["Denied actions", "Abgelehnte Aktionen", "Actions refusées"],
        ["decisions that were a no / decisions", "ablehnende Entscheidungen / Entscheidungen", "décisions de refus / décisions"];
    "M13-false": ["Denied by mistake", "Irrtümlich abgelehnt", "Refusées par erreur"],
        ["denials that somebody overrode / denials", "aufgehobene Ablehnungen / Ablehnungen", "refus levés par quelqu’un / refus"];
    "M14": ["Approval load", "Last durch Freigaben", "Charge d’approbation"],
        ["questions to people / days of the period", "Fragen an Menschen / Tage des Zeitraums", "questions posées / jours de la période"];
    "M14-auto": ["Approved without a person", "Ohne Person freigegeben", "Approuvées sans personne"],
        ["questions that a standing answer granted / questions that were granted", "durch stehende Antwort bejahte Fragen / bejahte Fragen", "questions accordées par une réponse permanente / questions accordées"];
    "M15": ["Vendors assessed", "Geprüfte Anbieter", "Fournisseurs évalués"],
        ["third-party servers in production that passed / those in production", "bestandene Server von Dritten in Produktion / solche in Produktion", "serveurs de tiers en production ayant réussi / ceux en production"];
    "M15-opened": ["Vendor assessments opened", "Begonnene Prüfungen von Anbietern", "Évaluations de fournisseurs ouvertes"],
        ["third-party servers in production with an assessment / those in production", "Server von Dritten in Produktion mit einer Prüfung / solche in Produktion", "serveurs de tiers en production avec une évaluation / ceux en production"];
    "M15-must": ["Vendors with every MUST met", "Anbieter, die jedes MUSS erfüllen", "Fournisseurs satisfaisant à toutes les exigences"],
        ["third-party servers in production with a yes to all ten / those in production", "Server von Dritten in Produktion mit zehn Ja / solche in Produktion", "serveurs de tiers en production avec dix oui / ceux en production"];
    "M15-old": ["Vendor evidence older than a year", "Nachweise von Anbietern älter als ein Jahr", "Preuves de fournisseurs de plus d’un an"],
        ["answers whose evidence is older than 365 days or has no day / answers of vendors", "Antworten mit Nachweisen älter als 365 Tage oder ohne Tag / Antworten von Anbietern", "réponses dont la preuve a plus de 365 jours ou pas de date / réponses des fournisseurs"];
    "M16": ["Red team: blocked", "Red Team: gestoppt", "Exercice offensif\u{a0}: bloqué"],
        ["attacks that did not reach their goal / attacks, of the last exercise", "Angriffe, die ihr Ziel verfehlten / Angriffe der letzten Übung", "attaques n’ayant pas atteint leur but / attaques du dernier exercice"];
    "M17": ["Residual exposure", "Restrisiko", "Exposition résiduelle"],
        ["what a year may cost, with the controls that are in place: P50", "was ein Jahr mit den bestehenden Kontrollen kosten kann: P50", "ce qu’une année peut coûter avec les contrôles en place\u{a0}: P50"];
    "M18": ["Maturity", "Reifegrad", "Maturité"],
        ["the highest maturity tier of which all signals hold", "der höchste Reifegrad, dessen Signale alle erfüllt sind", "le plus haut niveau de maturité dont tous les signaux sont acquis"];
    "M18-signals": ["Maturity signals met", "Erfüllte Signale des Reifegrads", "Signaux de maturité acquis"],
        ["signals that hold / signals", "erfüllte Signale / Signale", "signaux acquis / signaux"];
    "M19": ["Compliance coverage", "Abdeckung der Vorgaben", "Couverture de la conformité"],
        ["controls with fresh evidence / controls required, over all frameworks", "Kontrollen mit frischem Nachweis / verlangte Kontrollen, über alle Rahmenwerke", "contrôles avec preuve récente / contrôles demandés, tous référentiels"];
    "M20": ["Findings overdue", "Überfällige Befunde", "Constats en retard"],
        ["open or accepted findings past their day, or without one / open or accepted findings", "offene oder getragene Befunde nach ihrem Tag oder ohne Tag / offene oder getragene Befunde", "constats ouverts ou acceptés échus ou sans date / constats ouverts ou acceptés"];
    "M20-age": ["Age of findings", "Alter der Befunde", "Âge des constats"],
        ["median of days since found, of open or accepted findings", "Median der Tage seit dem Fund, über offene oder getragene Befunde", "médiane des jours depuis la découverte, des constats ouverts ou acceptés"];
    "M21-least": ["Index: least privilege", "Index: geringste Rechte", "Indice\u{a0}: moindre privilège"],
        ["granted tools that were used in 90 days / granted tools", "gewährte und in 90 Tagen genutzte Werkzeuge / gewährte Werkzeuge", "outils accordés et utilisés en 90 jours / outils accordés"];
    "M21-provenance": ["Index: provenance", "Index: Herkunft", "Indice\u{a0}: provenance"],
        ["servers pinned, signed and of a known publisher / servers", "festgelegte, signierte Server bekannter Herausgeber / Server", "serveurs épinglés, signés et d’éditeur connu / serveurs"];
    "M21-attestation": ["Index: runtime attestation", "Index: Prüfung zur Laufzeit", "Indice\u{a0}: attestation à l’exécution"],
        ["calls whose digest and level were verified at their time / calls observed", "Aufrufe, deren Digest und Stufe zu ihrer Zeit geprüft wurden / beobachtete Aufrufe", "appels dont l’empreinte et le niveau furent vérifiés sur le moment / appels observés"];
}
