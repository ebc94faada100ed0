//! The three dimensions, the five largest risks, incidents.

super::entries! {
    DATA_EXPOSURE:
        "Data exposure",
        "Datenabfluss",
        "Exposition des données";
    OPERATIONAL_INTEGRITY:
        "Operational integrity",
        "Betriebliche Integrität",
        "Intégrité opérationnelle";
    THIRD_PARTY_TRUST:
        "Third-party trust",
        "Vertrauen in Dritte",
        "Confiance envers les tiers";
    DATA_STANDS:
        "{agents} agents can reach regulated data. In {toxic} of all agents what strangers write, data and a way out meet.",
        "{agents} Agenten können auf regulierte Daten zugreifen. In {toxic} aller Agenten treffen fremde Texte, Daten und ein Weg nach außen zusammen.",
        "{agents} agents peuvent atteindre des données réglementées. Chez {toxic} de tous les agents se rencontrent textes de tiers, données et voie de sortie.";
    INTEGRITY_STANDS:
        "{agents} agents are Priority 1: they write, run code or send. {share} of them work under an allowlist for their session. Time until unwanted behaviour is noticed: {mttd}; the target is 15 minutes.",
        "{agents} Agenten haben Priorität 1: Sie schreiben, führen Code aus oder senden. {share} davon arbeiten mit einer Erlaubnisliste für ihre Sitzung. Zeit, bis unerwünschtes Verhalten bemerkt wird: {mttd}; das Ziel sind 15 Minuten.",
        "{agents} agents sont de priorité 1\u{a0}: ils écrivent, exécutent du code ou envoient. {share} d’entre eux travaillent avec une liste d’autorisations par session. Délai avant qu’un comportement indésirable soit remarqué\u{a0}: {mttd}\u{a0}; l’objectif est de 15 minutes.";
    TRUST_STANDS:
        "{servers} servers of third parties are in production: {assessed} of them are assessed, {must} meet every MUST. {drifts} definitions changed; time until that is noticed: {mttd}; the target is 4 hours. {unmanaged} servers are unmanaged ICT third parties: without owner, approval or registration.",
        "{servers} Server von Dritten sind in Produktion: {assessed} davon sind geprüft, {must} erfüllen jedes MUSS. {drifts} Definitionen haben sich geändert; Zeit, bis das bemerkt wird: {mttd}; das Ziel sind 4 Stunden. {unmanaged} Server sind nicht gesteuerte IKT-Drittdienstleister: ohne Verantwortliche, Freigabe oder Eintrag.",
        "{servers} serveurs de tiers sont en production\u{a0}: {assessed} d’entre eux sont évalués, {must} satisfont à toutes les exigences. {drifts} définitions ont changé\u{a0}; délai avant que cela soit remarqué\u{a0}: {mttd}\u{a0}; l’objectif est de 4 heures. {unmanaged} serveurs sont des tiers TIC non maîtrisés\u{a0}: sans responsable, sans approbation ou sans inscription.";
    UNMANAGED:
        "Unmanaged ICT third parties: {names}.",
        "Nicht gesteuerte IKT-Drittdienstleister: {names}.",
        "Tiers TIC non maîtrisés\u{a0}: {names}.";
    WORST:
        "Worst scenario: {scenario}. It is tried {frequency} times a year; with the controls in place a year costs {range}.",
        "Schlimmstes Szenario: {scenario}. Es wird {frequency}-mal im Jahr versucht; mit den bestehenden Kontrollen, kostet ein Jahr {range}.",
        "Pire scénario\u{a0}: {scenario}. Il est tenté {frequency} fois par an\u{a0}; avec les contrôles en place, une année coûte {range}.";
    CONTROLS:
        "Controls that are recorded: {controls}. Not recorded: {absent}. Controls that its scenarios name: {named}.",
        "Erfasste Kontrollen: {controls}. Nicht erfasst: {absent}. In den Szenarien genannt: {named}.",
        "Contrôles enregistrés\u{a0}: {controls}. Non enregistrés\u{a0}: {absent}. Nommés par les scénarios\u{a0}: {named}.";
    RESIDUAL:
        "Residual risk of this dimension: {residual}; without the controls it would be {before}. In the last quarter P50 was {trend}.",
        "Restrisiko dieser Dimension: {residual}; ohne die Kontrollen wären es {before}. Im letzten Quartal lag P50 bei {trend}.",
        "Risque résiduel de cette dimension\u{a0}: {residual}\u{a0}; sans les contrôles, il serait de {before}. Au trimestre précédent, P50 était de {trend}.";
    SCENARIO_CHART:
        "{dimension}: what a year may cost, with the controls in place",
        "{dimension}: was ein Jahr kosten kann, mit den bestehenden Kontrollen",
        "{dimension}\u{a0}: ce qu’une année peut coûter, avec les contrôles en place";
    SCENARIO_CHART_TOLD:
        "{measured} of {all} scenarios are measured; the line is what we accept for all together.",
        "{measured} von {all} Szenarien sind gemessen; die Linie ist die Risikobereitschaft für alle zusammen.",
        "{measured} scénarios sur {all} sont mesurés\u{a0}; le trait est l’appétence pour l’ensemble.";
    NO_SCENARIO:
        "No scenario is recorded",
        "Kein Szenario ist erfasst",
        "Aucun scénario n’est enregistré";
    SCENARIO_TABLE:
        "Scenarios",
        "Szenarien",
        "Scénarios";
    SCENARIO:
        "Scenario",
        "Szenario",
        "Scénario";
    FREQUENCY:
        "Tries a year",
        "Versuche im Jahr",
        "Tentatives par an";
    LOSS:
        "Loss of one event",
        "Schaden je Ereignis",
        "Perte par événement";
    LEFT:
        "Left of a year: P50 (P10 to P90)",
        "Rest im Jahr: P50 (P10 bis P90)",
        "Reste par an\u{a0}: P50 (P10 à P90)";
    OWNER:
        "Owner",
        "Verantwortlich",
        "Responsable";
    MORE_SCENARIOS:
        "{count} more scenarios are in the estate; what is not measured stands last.",
        "{count} weitere Szenarien stehen im Bestand; was nicht gemessen ist, steht zuletzt.",
        "{count} autres scénarios figurent dans l’inventaire\u{a0}; ce qui n’est pas mesuré vient en dernier.";
    FIGURES_TABLE:
        "How the controls stand",
        "Wie die Kontrollen stehen",
        "État des contrôles";
    METRIC:
        "Metric",
        "Kennzahl",
        "Indicateur";
    NOW:
        "Now",
        "Jetzt",
        "Actuel";
    BEFORE:
        "Last quarter",
        "Letztes Quartal",
        "Trimestre précédent";
    CHANGE:
        "Change",
        "Veränderung",
        "Évolution";
    TOP_RISKS:
        "The five largest risks",
        "Die fünf größten Risiken",
        "Les cinq plus grands risques";
    TOP_RISKS_TOLD:
        "In the order of what a bad year costs (P90), with the controls in place. {missing} scenarios have no estimates and may be larger.",
        "Geordnet nach dem, was ein schlechtes Jahr kostet (P90), mit den bestehenden Kontrollen. {missing} Szenarien sind nicht geschätzt und können größer sein.",
        "Dans l’ordre de ce que coûte une mauvaise année (P90), avec les contrôles en place. {missing} scénarios ne sont pas estimés et peuvent être plus grands.";
    TREATMENT:
        "Treatment",
        "Behandlung",
        "Traitement";
    DUE:
        "Due",
        "Fällig",
        "Échéance";
    NOT_SAID:
        "not said",
        "nicht festgelegt",
        "non précisé";
    CARDS:
        "Risk cards",
        "Risikokarten",
        "Fiches de risque";
    CARD:
        "Risk",
        "Risiko",
        "Risque";
    CARD_RATING:
        "Impact / detection",
        "Auswirkung / Erkennung",
        "Impact / détection";
    CARD_EXPOSED:
        "Exposed",
        "Betroffen",
        "Exposé";
    CARD_CONTROLS:
        "Controls recorded",
        "Erfasste Kontrollen",
        "Contrôles enregistrés";
    CARD_LEFT:
        "Left of a year",
        "Rest im Jahr",
        "Reste par an";
    NOT_RATED:
        "not rated",
        "nicht bewertet",
        "non évalué";
    RATING:
        "{impact} / {detection}",
        "{impact} / {detection}",
        "{impact} / {detection}";
    PREMIUM:
        "Shadow-AI premium, an input that can be changed (organisation.shadow_premium): {amount} for each incident that exposes data, {source}. It counts since {shadows} servers were seen that nobody registered; with it P50 is {with}, without it {without}.",
        "Aufschlag für Schatten-KI, eine änderbare Eingabe (organisation.shadow_premium): {amount} je Vorfall mit Datenabfluss, {source}. Er zählt, weil {shadows} nicht eingetragene Server gesehen wurden; mit ihm liegt P50 bei {with}, ohne ihn bei {without}.",
        "Surcoût de l’IA fantôme, donnée modifiable (organisation.shadow_premium)\u{a0}: {amount} par incident exposant des données, {source}. Il compte car {shadows} serveurs non inscrits ont été vus\u{a0}; avec lui, P50 est de {with}, sans lui de {without}.";
    PREMIUM_CITED:
        "as cited: {title} ({from}), {amount}; state: {state}; {note}",
        "wie zitiert: {title} ({from}), {amount}; Stand der Prüfung: {state}; {note}",
        "tel que cité\u{a0}: {title} ({from}), {amount}\u{a0}; état\u{a0}: {state}\u{a0}; {note}";
    INCIDENTS:
        "Incidents and regulatory clocks",
        "Vorfälle und aufsichtliche Fristen",
        "Incidents et délais réglementaires";
    INCIDENTS_STAND:
        "{count} incidents are of the last quarter or still open. {share} of the reports to authorities that were due went out in time.",
        "{count} Vorfälle sind aus dem letzten Quartal oder noch offen. {share} der fälligen Meldungen an Behörden gingen fristgerecht hinaus.",
        "{count} incidents datent du dernier trimestre ou sont encore ouverts. {share} des notifications aux autorités arrivées à échéance sont parties à temps.";
    INCIDENT:
        "Incident",
        "Vorfall",
        "Incident";
    KIND:
        "Kind",
        "Art",
        "Nature";
    DETECTED_AFTER:
        "Known after",
        "Erkannt nach",
        "Connu après";
    CONTAINED_AFTER:
        "Contained after",
        "Eingedämmt nach",
        "Contenu après";
    CLOCKS:
        "Reports to authorities",
        "Meldungen an Behörden",
        "Notifications aux autorités";
    CLOCKS_TOLD:
        "{sent} of {all} were sent.",
        "{sent} von {all} sind versandt.",
        "{sent} sur {all} sont envoyées.";
    IN_TIME:
        "sent in time",
        "fristgerecht versandt",
        "envoyée à temps";
    LATE:
        "sent too late",
        "zu spät versandt",
        "envoyée trop tard";
    OVERDUE:
        "overdue by {span}",
        "überfällig seit {span}",
        "en retard de {span}";
    RUNNING:
        "{span} left",
        "noch {span}",
        "encore {span}";
    NONE_RECORDED:
        "none recorded",
        "keine erfasst",
        "aucun enregistré";
    MORE:
        "and {count} more",
        "und {count} weitere",
        "et {count} autres";
}
