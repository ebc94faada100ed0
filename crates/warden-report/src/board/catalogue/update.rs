//! The update on an incident, the deep dive and the sheet.

super::entries! {
    UPDATE_TITLE:
        "Update on an incident",
        "Meldung zu einem Vorfall",
        "Point sur un incident";
    WHAT_HAPPENED:
        "What happened",
        "Was geschehen ist",
        "Ce qui s’est passé";
    HAPPENED:
        "It is an incident of the kind {kind}; it began on {occurred}, was known on {identified} and contained on {contained}.",
        "Es ist ein Vorfall der Art {kind}; er begann am {occurred}, war am {identified} erkannt und am {contained} eingedämmt.",
        "C’est un incident de type {kind}\u{a0}; il a commencé le {occurred}, fut connu le {identified} et contenu le {contained}.";
    CLASSIFIED:
        "It was classified on {classified}; all was as before on {recovered}; the case was closed on {closed}.",
        "Er wurde am {classified} eingestuft; am {recovered} war alles wie zuvor; am {closed} wurde der Fall geschlossen.",
        "Il fut qualifié le {classified}\u{a0}; le rétablissement date du {recovered}\u{a0}; le dossier fut clos le {closed}.";
    AFFECTED:
        "Agents: {agents}. Servers: {servers}. The worst data that they may see: {data}. Business processes: {processes}.",
        "Agenten: {agents}. Server: {servers}. Die schlimmsten Daten, die sie sehen können: {data}. Geschäftsprozesse: {processes}.",
        "Agents\u{a0}: {agents}. Serveurs\u{a0}: {servers}. Les pires données qu’ils peuvent voir\u{a0}: {data}. Processus\u{a0}: {processes}.";
    NEXT:
        "Next report to an authority: {step}, due on {due}.",
        "Nächste Meldung an eine Behörde: {step}, fällig am {due}.",
        "Prochaine notification à une autorité\u{a0}: {step}, due le {due}.";
    TO_KNOWN:
        "From beginning to known",
        "Vom Beginn bis zur Erkennung",
        "Du début à la connaissance";
    TO_CONTAINED:
        "From known to contained",
        "Von der Erkennung bis zur Eindämmung",
        "De la connaissance au confinement";
    REPORTS_SENT:
        "Reports sent",
        "Versandte Meldungen",
        "Notifications envoyées";
    EVIDENCE_KEPT:
        "Pieces of evidence",
        "Nachweise",
        "Preuves";
    COST_CHART:
        "What this kind of incident may cost in a year",
        "Was solche Vorfälle im Jahr kosten können",
        "Ce que de tels incidents peuvent coûter par an";
    COST_CHART_TOLD:
        "The scenarios of the dimension that this incident belongs to, with the controls in place. The loss of this incident: {loss}.",
        "Die Szenarien der Dimension, zu der dieser Vorfall gehört, mit den bestehenden Kontrollen. Der Schaden dieses Vorfalls: {loss}.",
        "Les scénarios de la dimension de cet incident, avec les contrôles en place. La perte de cet incident\u{a0}: {loss}.";
    DEEP_TITLE:
        "Quarterly deep dive",
        "Vertiefung zum Quartal",
        "Analyse trimestrielle";
    MONEY:
        "Money: every scenario",
        "Geld: jedes Szenario",
        "Montants\u{a0}: chaque scénario";
    CURVE:
        "Loss of a year that is exceeded",
        "Jahresschaden, der überschritten wird",
        "Perte annuelle dépassée";
    YEARS:
        "Years in 1,000",
        "Jahre von 1.000",
        "Années sur 1\u{a0}000";
    LOSS_WITHOUT:
        "Without controls",
        "Ohne Kontrollen",
        "Sans contrôles";
    LOSS_WITH:
        "With controls",
        "Mit Kontrollen",
        "Avec contrôles";
    COURSES:
        "Course of every share",
        "Verlauf jedes Anteils",
        "Évolution de chaque part";
    FRAMEWORKS:
        "Every framework",
        "Jedes Rahmenwerk",
        "Chaque référentiel";
    FRAMEWORK:
        "Framework",
        "Rahmenwerk",
        "Référentiel";
    FRESH:
        "With fresh evidence",
        "Mit frischem Nachweis",
        "Avec preuve récente";
    MET:
        "Met",
        "Erfüllt",
        "Satisfaits";
    CONTROLS:
        "Controls of the platform",
        "Kontrollen der Plattform",
        "Contrôles de la plateforme";
    CONTROL:
        "Control",
        "Kontrolle",
        "Contrôle";
    STATUS:
        "State",
        "Zustand",
        "État";
    MISSING:
        "Missing",
        "Es fehlt",
        "Manque";
    SHEET_TITLE:
        "Metrics of the programme",
        "Kennzahlen des Programms",
        "Indicateurs du programme";
}
