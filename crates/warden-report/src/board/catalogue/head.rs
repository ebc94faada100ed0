//! The first page: the answer to both questions of a board.

super::entries! {
    BOARD_TITLE:
        "AI agents and MCP servers: report to the board",
        "KI-Agenten und MCP-Server: Bericht an den Vorstand",
        "Agents IA et serveurs MCP\u{a0}: rapport au conseil";
    CONFIDENTIAL:
        "Confidential",
        "Vertraulich",
        "Confidentiel";
    ANSWER:
        "Answer first",
        "Das Ergebnis zuerst",
        "L’essentiel d’abord";
    QUESTIONS:
        "Is there a liability that is not priced in, and is there a credible programme?",
        "Gibt es eine nicht eingepreiste Haftung, und gibt es ein glaubwürdiges Programm?",
        "Existe-t-il un passif non provisionné, et un programme crédible\u{a0}?";
    RUNS:
        "We run {agents} agents and {servers} MCP servers. {share} of the servers are under control, that is certified at our level and current; in the last quarter it was {before}.",
        "Wir betreiben {agents} Agenten und {servers} MCP-Server. {share} der Server sind unter Kontrolle, also auf unserer Stufe und gültig zertifiziert; im letzten Quartal waren es {before}.",
        "Nous exploitons {agents} agents et {servers} serveurs MCP. {share} des serveurs sont sous contrôle, c’est-à-dire certifiés à notre niveau et à jour\u{a0}; au trimestre précédent\u{a0}: {before}.";
    LIABILITY:
        "Liability: a year may cost {p50} (P50), from {p10} (P10) to {p90} (P90), with the controls that are in place. What we accept is {appetite}; more than that is lost in {above} of 1,000 years. In the last quarter P50 was {before}.",
        "Haftung: Ein Jahr kann {p50} kosten (P50), zwischen {p10} (P10) und {p90} (P90), mit den bestehenden Kontrollen. Unsere Risikobereitschaft ist {appetite}; mehr geht in {above} von 1.000 Jahren verloren. Im letzten Quartal lag P50 bei {before}.",
        "Passif\u{a0}: une année peut coûter {p50} (P50), de {p10} (P10) à {p90} (P90), avec les contrôles en place. Notre appétence est de {appetite}\u{a0}; elle est dépassée {above} années sur 1\u{a0}000. Au trimestre précédent, P50 était de {before}.";
    VERDICT:
        "Against appetite: at P50 {middle}, at P90 {high}. Scenarios without estimates: {missing}.",
        "Gemessen an der Risikobereitschaft: bei P50 {middle}, bei P90 {high}. Szenarien ohne Schätzung: {missing}.",
        "Au regard de l’appétence\u{a0}: à P50 {middle}, à P90 {high}. Scénarios sans estimation\u{a0}: {missing}.";
    PROGRAMME:
        "Programme: {tier}; in the last quarter {before}. The aim is {target} by {by}. {signals} signals hold.",
        "Programm: {tier}; im letzten Quartal {before}. Ziel ist {target} bis {by}. {signals} Signalen sind erfüllt.",
        "Programme\u{a0}: {tier}\u{a0}; au trimestre précédent {before}. L’objectif est {target} au {by}. {signals} signaux sont acquis.";
    ASK:
        "We ask the board to decide: {decisions}.",
        "Wir bitten um Entscheidung: {decisions}.",
        "Nous demandons au conseil de décider\u{a0}: {decisions}.";
    WITHIN:
        "within it",
        "innerhalb",
        "en deçà";
    ABOVE:
        "above it",
        "darüber",
        "au-delà";
    CONTROLLED:
        "Servers under control",
        "Server unter Kontrolle",
        "Serveurs sous contrôle";
    RESIDUAL_P50:
        "Residual exposure a year, P50",
        "Restrisiko im Jahr, P50",
        "Exposition résiduelle annuelle, P50";
    TIER_NOW:
        "Maturity of the programme",
        "Reifegrad des Programms",
        "Maturité du programme";
    REPORTS_ON_TIME:
        "Reports to authorities on time",
        "Meldungen an Behörden fristgerecht",
        "Notifications aux autorités à temps";
    OF_FOUR:
        "of 4",
        "von 4",
        "sur 4";
    WAS:
        "was {before}",
        "zuvor {before}",
        "auparavant {before}";
    P10_P90:
        "P10 {p10}, P90 {p90}",
        "P10 {p10}, P90 {p90}",
        "P10 {p10}, P90 {p90}";
    AIM:
        "aim {target} by {by}",
        "Ziel {target} bis {by}",
        "objectif {target} au {by}";
    EXPOSURE_CHART:
        "What a year may cost, against what we accept",
        "Was ein Jahr kosten kann, gemessen an der Risikobereitschaft",
        "Ce qu’une année peut coûter, au regard de l’appétence";
    EXPOSURE_CHART_TOLD:
        "Ranges for all scenarios together and for each dimension, with the controls in place.",
        "Spannen für alle Szenarien zusammen und für jede Dimension, mit den bestehenden Kontrollen.",
        "Intervalles pour l’ensemble des scénarios et pour chaque dimension, avec les contrôles en place.";
    TOGETHER:
        "All scenarios together",
        "Alle Szenarien zusammen",
        "Tous les scénarios ensemble";
    INDICES:
        "Three indices: how far agents are held to what they need, how far servers are what they say they are, and how far calls were verified.",
        "Drei Kennzahlen: wie weit Agenten nur haben, was sie brauchen; wie weit Server sind, was sie vorgeben; und wie weit Aufrufe geprüft wurden.",
        "Trois indices\u{a0}: dans quelle mesure les agents n’ont que le nécessaire, les serveurs sont ce qu’ils disent être, et les appels ont été vérifiés.";
    WORSE:
        "Worse than in the quarter before: {figures}.",
        "Schlechter als im Quartal davor: {figures}.",
        "Moins bien qu’au trimestre précédent\u{a0}: {figures}.";
    WORSE_NONE:
        "No figure that was recorded in the last quarter is worse now.",
        "Keine Kennzahl, die im letzten Quartal erfasst wurde, ist jetzt schlechter.",
        "Aucun indicateur relevé au trimestre précédent ne s’est dégradé.";
    WORSE_UNKNOWN:
        "Whether a figure is worse than in the quarter before: {figures}.",
        "Ob eine Kennzahl schlechter ist als im Quartal davor: {figures}.",
        "Indicateurs moins bons qu’au trimestre précédent\u{a0}: {figures}.";
}
