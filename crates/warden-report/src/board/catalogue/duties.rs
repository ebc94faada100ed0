//! Tasks of the plan, phases, and signals of maturity.

use super::{Named, by_name};

/// Parts of the plan.
pub(in crate::board) static PHASES: &Named = by_name! {
    "days 1 to 30": "days 1 to 30", "Tage 1 bis 30", "jours 1 à 30";
    "days 31 to 60": "days 31 to 60", "Tage 31 bis 60", "jours 31 à 60";
    "days 61 to 90": "days 61 to 90", "Tage 61 bis 90", "jours 61 à 90";
    "from day 91": "from day 91", "ab Tag 91", "à partir du jour 91";
};

/// Signals of maturity.
pub(in crate::board) static SIGNALS: &Named = by_name! {
    "S-auth": "Authentication enforced", "Authentisierung erzwungen", "Authentification imposée";
    "S-siem": "Invocations logged to the SIEM", "Aufrufe im SIEM protokolliert", "Appels journalisés dans le SIEM";
    "S-inventory": "Inventory of agents and servers", "Inventar der Agenten und Server", "Inventaire des agents et des serveurs";
    "S-rbac": "Roles say who may use what", "Rollen regeln, wer was nutzen darf", "Des rôles disent qui peut utiliser quoi";
    "S-session": "Session allowlists active", "Erlaubnislisten je Sitzung aktiv", "Listes d’autorisations par session actives";
    "S-alerts": "Behavioural alerts configured", "Alarme auf Verhalten eingerichtet", "Alertes de comportement configurées";
    "S-vendors": "Vendor assessments documented", "Prüfungen der Anbieter dokumentiert", "Évaluations des fournisseurs documentées";
    "S-playbooks": "Incident playbooks updated for agents", "Notfallpläne für Agenten aktualisiert", "Plans d’incident adaptés aux agents";
    "S-red-team": "Red-team exercises each quarter", "Red-Team-Übungen in jedem Quartal", "Exercices offensifs chaque trimestre";
    "S-gates": "Security gates in the agent pipeline", "Sicherheitsschranken in der Pipeline der Agenten", "Contrôles de sécurité dans la chaîne des agents";
    "S-drift": "Changed definitions detected automatically", "Geänderte Definitionen selbsttätig erkannt", "Définitions modifiées détectées automatiquement";
    "S-staff": "Certified staff", "Zertifizierte Mitarbeitende", "Personnel certifié";
    "S-board": "MCP risk in board reporting", "MCP-Risiko in Berichten an den Vorstand", "Risque MCP dans les rapports au conseil";
    "S-baseline": "Behaviour compared with a baseline all the time", "Verhalten ständig mit dem Üblichen verglichen", "Comportement comparé en continu à une référence";
};

/// Tasks of the plan.
pub(in crate::board) static TASKS: &Named = by_name! {
    "moratorium": "Issue a written policy: no new MCP servers in production in this phase", "Schriftliche Richtlinie: in dieser Phase keine neuen MCP-Server in Produktion", "Publier une politique\u{a0}: aucun nouveau serveur MCP en production dans cette phase";
    "tooling-survey": "Survey developer tooling", "Werkzeuge der Entwicklung erheben", "Recenser les outils de développement";
    "cmdb": "Add MCP servers to the CMDB, with user and business process", "MCP-Server in die CMDB aufnehmen, mit Nutzer und Geschäftsprozess", "Inscrire les serveurs MCP dans la CMDB, avec utilisateur et processus";
    "egress-correlation": "Find servers that nobody registered in egress logs", "Nicht eingetragene Server in Verbindungsprotokollen finden", "Trouver les serveurs non inscrits dans les journaux de sortie";
    "inventory-sign-off": "Sign off the inventory", "Inventar abnehmen", "Valider l’inventaire";
    "inventory": "Inventory all agents and their tools", "Alle Agenten und ihre Werkzeuge erfassen", "Inventorier tous les agents et leurs outils";
    "authentication-status": "Assess how every server knows who calls", "Prüfen, woran jeder Server erkennt, wer aufruft", "Évaluer comment chaque serveur sait qui l’appelle";
    "priority-1": "Identify agents that write, execute or send as Priority 1", "Agenten, die schreiben, ausführen oder senden, als Priorität 1 bestimmen", "Désigner de priorité 1 les agents qui écrivent, exécutent ou envoient";
    "owners": "Assign each agent to an accountable person", "Jedem Agenten eine verantwortliche Person zuordnen", "Attribuer chaque agent à une personne responsable";
    "certification": "Run all four stages on every server", "Alle vier Prüfstufen auf jedem Server ausführen", "Exécuter les quatre étapes sur chaque serveur";
    "scores": "Score every server", "Jeden Server bewerten", "Noter chaque serveur";
    "blast-tiers": "Classify every server by blast radius", "Jeden Server nach Schadensreichweite einstufen", "Classer chaque serveur par rayon d’impact";
    "catalogue": "Publish the risk-scored catalogue with a plan", "Bewerteten Katalog mit Plan veröffentlichen", "Publier le catalogue noté avec un plan";
    "baseline": "Authentication and logging on all servers in production", "Authentisierung und Protokoll auf allen Servern in Produktion", "Authentification et journaux sur tous les serveurs en production";
    "siem": "Send invocation logs to the SIEM", "Protokolle der Aufrufe an das SIEM senden", "Envoyer les journaux d’appels au SIEM";
    "vendor-assessments": "Open an assessment for every third-party server in production", "Für jeden Server von Dritten in Produktion eine Prüfung beginnen", "Ouvrir une évaluation pour chaque serveur de tiers en production";
    "board-briefing": "Brief the board with the reporting template", "Vorstand mit der Berichtsvorlage unterrichten", "Informer le conseil avec le modèle de rapport";
    "gateway-validation": "Verify digest and certification before a tool is shown", "Digest und Zertifizierung prüfen, bevor ein Werkzeug gezeigt wird", "Vérifier empreinte et certification avant de montrer un outil";
    "siem-events": "Send execution events to the SIEM", "Ausführungsereignisse an das SIEM senden", "Envoyer les événements d’exécution au SIEM";
    "alert-thresholds": "Set alerts for endpoints, definitions and egress", "Alarme für Endpunkte, Definitionen und Datenabfluss setzen", "Régler des alertes sur points d’accès, définitions et sorties";
    "ninety-days": "Hand over policy, enforcement proof and board report", "Richtlinie, Nachweis der Durchsetzung und Bericht übergeben", "Remettre politique, preuve d’application et rapport";
    "session-allowlists": "Session-scoped authorisation of Priority-1 agents", "Berechtigung je Sitzung für Agenten der Priorität 1", "Autorisation par session des agents de priorité 1";
    "behaviour-alerts": "Alert on unauthorised calls, unusual sessions and limits", "Alarm bei unerlaubten Aufrufen, ungewöhnlichen Sitzungen und Grenzen", "Alerter sur appels non autorisés, sessions inhabituelles et limites";
    "playbooks": "Update incident playbooks with what agents do", "Notfallpläne um das Handeln von Agenten ergänzen", "Adapter les plans d’incident à ce que font les agents";
    "red-team": "Run the first red-team injection exercise", "Erste Red-Team-Übung mit Injektion durchführen", "Mener le premier exercice offensif d’injection";
    "maturity-report": "Report progress against the maturity model", "Fortschritt am Reifegradmodell berichten", "Rendre compte des progrès selon le modèle de maturité";
    "review-gate": "No new agent in production without a review of the four domains", "Kein neuer Agent in Produktion ohne Prüfung der vier Bereiche", "Aucun nouvel agent en production sans revue des quatre domaines";
    "vendor-process": "Formalise how vendors are assessed", "Prüfung von Anbietern förmlich regeln", "Formaliser l’évaluation des fournisseurs";
    "drift-detection": "Detect changed definitions automatically", "Geänderte Definitionen selbsttätig erkennen", "Détecter automatiquement les définitions modifiées";
    "behaviour-baseline": "Compare behaviour with a baseline all the time", "Verhalten ständig mit dem Üblichen vergleichen", "Comparer en continu le comportement à une référence";
    "certified-staff": "Certified staff for all five areas", "Zertifizierte Mitarbeitende für alle fünf Gebiete", "Personnel certifié pour les cinq domaines";
    "red-team-cadence": "Red-team exercises each quarter", "Red-Team-Übungen in jedem Quartal", "Exercices offensifs chaque trimestre";
    "enterprise-risk": "MCP risk as a standing item of enterprise risk", "MCP-Risiko als ständiger Punkt im Risikomanagement", "Risque MCP comme point permanent des risques de l’entreprise";
    "responsibilities": "Say who is responsible for what of every server", "Für jeden Server sagen, wer wofür zuständig ist", "Dire qui répond de quoi pour chaque serveur";
};

/// Parts of the AI Act.
pub(in crate::board) static ACT: &Named = by_name! {
    "AI literacy and prohibited practices": "AI literacy and prohibited practices", "KI-Kompetenz und verbotene Praktiken", "Maîtrise de l’IA et pratiques interdites";
    "obligations of general-purpose models": "obligations of general-purpose models", "Pflichten für Modelle mit allgemeinem Verwendungszweck", "obligations des modèles à usage général";
    "transparency and general application": "transparency and general application", "Transparenz und allgemeine Geltung", "transparence et application générale";
    "marking of systems that were on the market before, and two more prohibited practices": "marking of systems that were on the market before, and two more prohibited practices", "Kennzeichnung von Systemen, die schon auf dem Markt waren, und zwei weitere verbotene Praktiken", "marquage des systèmes déjà sur le marché et deux autres pratiques interdites";
    "high-risk systems of Annex III": "high-risk systems of Annex III", "Hochrisiko-Systeme nach Anhang III", "systèmes à haut risque de l’annexe III";
    "products of Annex I": "products of Annex I", "Produkte nach Anhang I", "produits de l’annexe I";
};

/// Every list, for tests.
#[cfg(test)]
pub(in crate::board) static LISTS: &[&Named] = &[PHASES, SIGNALS, TASKS, ACT];
