//! The annex.

super::entries! {
    METRICS:
        "Metrics: definitions and values",
        "Kennzahlen: Definitionen und Werte",
        "Indicateurs\u{a0}: définitions et valeurs";
    METRICS_TABLE:
        "Every metric, what it counts over what, and how it stands",
        "Jede Kennzahl, was sie worüber zählt, und wie sie steht",
        "Chaque indicateur, ce qu’il compte sur quoi, et sa valeur";
    ID:
        "No.",
        "Nr.",
        "N°";
    METRIC:
        "Metric and formula",
        "Kennzahl und Formel",
        "Indicateur et formule";
    COUNTED:
        "Counted",
        "Gezählt",
        "Compté";
    VALUE:
        "Value",
        "Wert",
        "Valeur";
    COVERAGE:
        "Control coverage",
        "Reichweite der Kontrollen",
        "Couverture des contrôles";
    COVERAGE_TABLE:
        "How far each control reaches, and what it does not cover",
        "Wie weit jede Kontrolle reicht, und was sie nicht erfasst",
        "Étendue de chaque contrôle, et ce qu’il ne couvre pas";
    DRILL:
        "Not covered",
        "Nicht erfasst",
        "Non couverts";
    DRILL_ALL:
        "{first} ({count} in all)",
        "{first} (insgesamt {count})",
        "{first} ({count} au total)";
    QUALITY:
        "Data quality",
        "Qualität der Daten",
        "Qualité des données";
    QUALITY_STANDS:
        "What is not known counts as the worst of its kind, and what nobody measured says so. {complete} of the entries of the inventory are complete. {measured} of {all} metrics have a value. {scenarios} of the scenarios have all their estimates.",
        "Was nicht bekannt ist, zählt als das Schlechteste seiner Art, und was niemand gemessen hat, ist so benannt. {complete} der Einträge des Inventars sind vollständig. {measured} von {all} Kennzahlen haben einen Wert. {scenarios} der Szenarien haben alle Schätzungen.",
        "Ce qui n’est pas connu compte comme le pire de son genre, et ce que personne n’a mesuré est dit tel. {complete} des entrées de l’inventaire sont complètes. {measured} indicateurs sur {all} ont une valeur. {scenarios} des scénarios ont toutes leurs estimations.";
    SIMULATION:
        "Money: {runs} simulated years from seed {seed}; every estimate has a named owner, a source and a day. Scenarios are drawn independently of each other.",
        "Geld: {runs} simulierte Jahre, Startwert {seed}; jede Schätzung hat Verantwortliche, Quelle und Tag. Szenarien werden unabhängig voneinander gezogen.",
        "Montants\u{a0}: {runs} années simulées, germe {seed}\u{a0}; chaque estimation a un responsable, une source et une date. Les scénarios sont tirés indépendamment les uns des autres.";
    FACTS:
        "Published figures and what became of them",
        "Veröffentlichte Zahlen und was aus ihnen wurde",
        "Chiffres publiés et leur vérification";
    FACTS_TOLD:
        "No published figure stands in this report without its state. The wording is that of the sources.",
        "Keine veröffentlichte Zahl steht in diesem Bericht ohne den Stand ihrer Prüfung. Der Wortlaut ist der der Quellen.",
        "Aucun chiffre publié ne figure dans ce rapport sans son état. Le libellé est celui des sources.";
    FACTS_TABLE:
        "Register of figures",
        "Register der Zahlen",
        "Registre des chiffres";
    FACT:
        "As cited, and what was found",
        "Wie zitiert, und was gefunden wurde",
        "Tel que cité, et ce qui a été trouvé";
    STATE:
        "State",
        "Stand",
        "État";
    OWN:
        "Own figure",
        "Eigene Zahl",
        "Chiffre propre";
}
