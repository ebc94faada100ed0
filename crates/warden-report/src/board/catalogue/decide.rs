//! Compliance, the plan, waivers and what the board is asked.

super::entries! {
    COMPLIANCE:
        "Compliance coverage",
        "Abdeckung der Vorgaben",
        "Couverture de la conformité";
    COMPLIANCE_STANDS:
        "{share} of what the frameworks demand and a control stands for is shown by evidence that is young enough. The table has the wording of its sources, in English; how each control stands is behind it.",
        "{share} dessen, was die Rahmenwerke verlangen und wofür eine Kontrolle steht, ist durch ausreichend junge Nachweise belegt. Die Tabelle hat den Wortlaut ihrer Quellen, auf Englisch; dahinter steht, wie die Kontrolle dasteht.",
        "{share} de ce que demandent les référentiels et que couvre un contrôle est démontré par des preuves assez récentes. Le tableau reprend le libellé de ses sources, en anglais\u{a0}; l’état de chaque contrôle suit.";
    FRESH_CHART:
        "Demands with fresh evidence",
        "Anforderungen mit frischem Nachweis",
        "Exigences avec preuve récente";
    FRESH_CHART_TOLD:
        "The share of demands whose controls have evidence that is young enough, by framework.",
        "Der Anteil der Anforderungen, deren Kontrollen ausreichend junge Nachweise haben, je Rahmenwerk.",
        "La part des exigences dont les contrôles ont des preuves assez récentes, par référentiel.";
    FRESH:
        "fresh",
        "frisch",
        "récentes";
    ACT_DATES:
        "EU AI Act: from when its parts apply",
        "EU-KI-Verordnung: ab wann ihre Teile gelten",
        "Règlement européen sur l’IA\u{a0}: dates d’application";
    ACT_PART:
        "Part",
        "Teil",
        "Partie";
    ACT_ARTICLES:
        "Articles",
        "Artikel",
        "Articles";
    ACT_FROM:
        "From",
        "Ab",
        "À partir du";
    CONTROL_STATUS:
        "{name}: {status} ({evidence})",
        "{name}: {status} ({evidence})",
        "{name}\u{a0}: {status} ({evidence})";
    EVIDENCE_COUNT:
        "evidence: {count}",
        "Nachweise: {count}",
        "preuves\u{a0}: {count}";
    NOTE:
        "{framework}: {note}",
        "{framework}: {note}",
        "{framework}\u{a0}: {note}";
    PLAN:
        "90-day plan",
        "90-Tage-Plan",
        "Plan à 90 jours";
    PLAN_STANDS:
        "{done} of {all} tasks of the ninety days are done; {slipped} have slipped. This is day {day}.",
        "{done} von {all} Aufgaben der neunzig Tage sind erledigt; {slipped} sind im Verzug. Heute ist Tag {day}.",
        "{done} des {all} tâches des quatre-vingt-dix jours sont faites\u{a0}; {slipped} sont en retard. Nous sommes au jour {day}.";
    PHASE_CHART:
        "Tasks done by phase",
        "Erledigte Aufgaben je Phase",
        "Tâches faites par phase";
    PHASE_CHART_TOLD:
        "The share of the tasks of each phase that are done.",
        "Der Anteil der erledigten Aufgaben jeder Phase.",
        "La part des tâches faites de chaque phase.";
    DONE:
        "done",
        "erledigt",
        "fait";
    SLIPPED_TABLE:
        "Tasks that have slipped",
        "Aufgaben im Verzug",
        "Tâches en retard";
    TASK:
        "Task",
        "Aufgabe",
        "Tâche";
    DAYS_LATE:
        "Days late",
        "Tage Verzug",
        "Jours de retard";
    MATURITY:
        "Maturity: where we are, where we have to be",
        "Reifegrad: wo wir stehen, wohin wir müssen",
        "Maturité\u{a0}: où nous en sommes, où aller";
    MATURITY_STANDS:
        "On day 0 it was {zero}; now it is {now}; the aim is {target} by {by}. Signals gained since day 0: {gained}; lost: {lost}.",
        "Am Tag 0 war es {zero}; jetzt ist es {now}; Ziel ist {target} bis {by}. Seit Tag 0 gewonnene Signale: {gained}; verlorene: {lost}.",
        "Au jour 0\u{a0}: {zero}\u{a0}; aujourd’hui\u{a0}: {now}\u{a0}; objectif\u{a0}: {target} au {by}. Signaux gagnés depuis le jour 0\u{a0}: {gained}\u{a0}; perdus\u{a0}: {lost}.";
    ROADMAP:
        "The way to the aim: signals that are missing, in order",
        "Der Weg zum Ziel: fehlende Signale, in ihrer Reihenfolge",
        "La voie vers l’objectif\u{a0}: signaux manquants, dans l’ordre";
    PLACE:
        "No.",
        "Nr.",
        "N°";
    SIGNAL:
        "Signal",
        "Signal",
        "Signal";
    NEEDED_FOR:
        "Needed for",
        "Nötig für",
        "Requis pour";
    NONE:
        "none",
        "keine",
        "aucun";
    TREND_CHART:
        "Course by quarter",
        "Verlauf je Quartal",
        "Évolution par trimestre";
    TREND_CHART_TOLD:
        "Shares at the end of each quarter, as they were recorded; the last is now.",
        "Anteile am Ende jedes Quartals, wie erfasst; der letzte ist jetzt.",
        "Parts à la fin de chaque trimestre, telles que relevées\u{a0}; la dernière est actuelle.";
    WAIVERS:
        "Waivers: who accepted what until when",
        "Ausnahmen: wer was bis wann trägt",
        "Dérogations\u{a0}: qui a accepté quoi jusqu’à quand";
    WAIVERS_STAND:
        "{count} waivers hold now; {ended} more are recorded that do not.",
        "{count} Ausnahmen gelten jetzt; {ended} weitere sind erfasst, die nicht gelten.",
        "{count} dérogations sont en vigueur\u{a0}; {ended} autres sont enregistrées et ne le sont pas.";
    WAIVER_TABLE:
        "Waivers that hold",
        "Ausnahmen, die gelten",
        "Dérogations en vigueur";
    SUBJECT:
        "What",
        "Was",
        "Objet";
    ACCEPTED_BY:
        "Accepted by",
        "Getragen von",
        "Acceptée par";
    REASON:
        "Why",
        "Warum",
        "Motif";
    UNTIL:
        "Until",
        "Bis",
        "Jusqu’au";
    PERSON_ROLE:
        "{person}, {role}",
        "{person}, {role}",
        "{person}, {role}";
    DECISIONS:
        "Decisions asked",
        "Erbetene Entscheidungen",
        "Décisions demandées";
    DECISIONS_STAND:
        "The board is asked for {count} decisions.",
        "Um {count} Entscheidungen wird gebeten.",
        "{count} décisions sont demandées au conseil.";
    DECISION:
        "Decision",
        "Entscheidung",
        "Décision";
    OPTIONS:
        "Options",
        "Möglichkeiten",
        "Options";
    COST:
        "Cost",
        "Kosten",
        "Coût";
    RECOMMENDED:
        "Recommended",
        "Empfohlen",
        "Recommandé";
}
