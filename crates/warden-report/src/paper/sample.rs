//! A document with every block, in each language: to look at, and to test with.

use jiff::Timestamp;

use super::{
    Align, Amount, BarRow, Bars, Block, Clock, Clocks, Column, Counting, Document, Form, KeyFigure,
    Language, Note, Paper, Range, Ranges, Reference, Series, Spread, Style, Table, Text, Trend,
    VERSION,
};

/// A document with every block. Its figures are made up.
#[must_use]
pub fn sample(language: Language, paper: Paper) -> Document {
    let say = Say(language);
    let mut blocks = opening(&say);
    blocks.extend(risks(&say));
    blocks.extend(course(&say));
    blocks.extend(annex(&say));
    Document {
        version: VERSION,
        title: say.of([
            "AI agents: board report",
            "KI-Agenten: Bericht an den Vorstand",
            "Agents IA\u{a0}: rapport au conseil",
        ]),
        subtitle: Some(say.of([
            "A sample with made-up figures",
            "Ein Muster mit erfundenen Zahlen",
            "Un exemple aux chiffres inventés",
        ])),
        language,
        organisation: "Example Bank AG".into(),
        as_of: at(1_795_305_600),
        classification: say.of(["Confidential", "Vertraulich", "Confidentiel"]),
        paper,
        form: Form::Report,
        blocks,
    }
}

/// English, German, French.
struct Say(Language);

impl Say {
    fn of(&self, [en, de, fr]: [&str; 3]) -> String {
        match self.0 {
            Language::En => en,
            Language::De => de,
            Language::Fr => fr,
        }
        .to_owned()
    }

    fn text(&self, said: [&str; 3]) -> Text {
        Text::plain(self.of(said))
    }

    fn heading(&self, level: u8, counting: Counting, said: [&str; 3]) -> Block {
        Block::Heading { level, counting, text: self.of(said) }
    }

    /// Millions of euros as people of the language write them; tenths of millions in.
    fn money(&self, tenths: u32) -> String {
        let (whole, part) = (tenths / 10, tenths % 10);
        match self.0 {
            Language::En => format!("EUR\u{a0}{whole}.{part}\u{a0}m"),
            Language::De => format!("{whole},{part}\u{a0}Mio.\u{a0}€"),
            Language::Fr => format!("{whole},{part}\u{a0}M€"),
        }
    }

    fn amount(&self, tenths: u32) -> Amount {
        let note = Some(Note::Reference(reference("mcpwarden risk money --format json")));
        Amount { value: f64::from(tenths) / 10.0, label: self.money(tenths), note }
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or_default()
}

fn reference(query: &str) -> Reference {
    Reference {
        query: query.into(),
        as_of: at(1_795_305_600),
        evidence: format!("sha256:{}", "0123456789abcdef".repeat(4)),
    }
}

fn percent(value: u32, note: Option<&str>) -> Amount {
    let note = note.map(|query| Note::Reference(reference(query)));
    Amount { value: f64::from(value), label: format!("{value}\u{a0}%"), note }
}

fn opening(say: &Say) -> Vec<Block> {
    let estate = reference("mcpwarden estate show");
    let money = reference("mcpwarden risk money --format json");
    let answer = say
        .text(["We run ", "Wir betreiben ", "Nous exploitons "])
        .and_figure("41", &estate)
        .and(say.of([" agents and ", " Agenten und ", " agents et "]))
        .and_figure("118", &estate)
        .and(say.of([
            " MCP servers. Residual annual exposure is ",
            " MCP-Server. Das jährliche Restrisiko liegt bei ",
            " serveurs MCP. L’exposition annuelle résiduelle est de ",
        ]))
        .and_figure(say.money(34), &money)
        .and(say.of([
            " against an appetite of ",
            " bei einer Risikobereitschaft von ",
            " pour une appétence de ",
        ]))
        .and_styled(say.money(50), Style::Strong)
        .and(".");
    let asked = say
        .text([
            "We ask the board to decide: ",
            "Wir bitten um Entscheidung: ",
            "Nous demandons au conseil de décider\u{a0}: ",
        ])
        .and_styled(
            say.of([
                "no agent without a named owner from January on.",
                "ab Januar kein Agent ohne benannten Verantwortlichen.",
                "aucun agent sans responsable désigné à partir de janvier.",
            ]),
            Style::Emphasis,
        );
    vec![
        Block::Answer {
            title: say.of(["Answer first", "Das Ergebnis zuerst", "L’essentiel"]),
            paragraphs: vec![answer, asked],
        },
        Block::Figures { figures: key_figures(say) },
    ]
}

/// What is large on the first page; one of them was not measured.
fn key_figures(say: &Say) -> Vec<KeyFigure> {
    let estate = reference("mcpwarden estate show");
    let money = reference("mcpwarden risk money --format json");
    let maturity = reference("mcpwarden maturity show");
    let unmeasured = KeyFigure {
        label: say.of([
            "Gateway share of traffic",
            "Anteil des Verkehrs über das Gateway",
            "Part du trafic par la passerelle",
        ]),
        remark: say.text([
            "no egress log was read",
            "kein Verbindungsprotokoll gelesen",
            "aucun journal de sortie lu",
        ]),
        ..KeyFigure::default()
    };
    vec![
        KeyFigure {
            label: say.of(["Under control", "Unter Kontrolle", "Sous contrôle"]),
            value: Some("87.3".into()),
            unit: Some("%".into()),
            remark: say.text(["was 79.1 %", "zuvor 79.1 %", "auparavant 79.1 %"]),
            note: Some(Note::Reference(estate)),
        },
        KeyFigure {
            label: say.of([
                "Residual exposure, P50",
                "Restrisiko, P50",
                "Exposition résiduelle, P50",
            ]),
            value: Some(say.money(34)),
            unit: None,
            remark: Text::plain(format!("P10 {}, P90 {}", say.money(11), say.money(92))),
            note: Some(Note::Reference(money)),
        },
        KeyFigure {
            label: say.of(["Maturity tier", "Reifegrad", "Niveau de maturité"]),
            value: Some("2".into()),
            unit: say.of(["of 4", "von 4", "sur 4"]).into(),
            remark: Text::default(),
            note: Some(Note::Reference(maturity)),
        },
        unmeasured,
    ]
}

fn risks(say: &Say) -> Vec<Block> {
    let range = |said: [&str; 3], [low, middle, high]: [u32; 3]| Range {
        label: say.text(said),
        spread: Some(Spread {
            low: say.amount(low),
            middle: say.amount(middle),
            high: say.amount(high),
        }),
    };
    let rows = vec![
        range(
            [
                "Customer data leaves through a third-party server",
                "Kundendaten fließen über einen fremden Server ab",
                "Des données clients sortent par un serveur tiers",
            ],
            [4, 18, 61],
        ),
        range(
            [
                "Payment agent acts on planted instructions",
                "Zahlungsagent folgt untergeschobenen Anweisungen",
                "L’agent de paiement suit des instructions introduites",
            ],
            [2, 9, 33],
        ),
        Range {
            label: say.text([
                "Outage of a shared vendor",
                "Ausfall eines gemeinsamen Anbieters",
                "Panne d’un fournisseur partagé",
            ]),
            spread: None,
        },
    ];
    vec![
        say.heading(1, Counting::Number, ["Exposure", "Risiko", "Exposition"]),
        say.heading(2, Counting::Number, ["Against appetite", "Gemessen an der Risikobereitschaft", "Au regard de l’appétence"]),
        Block::Paragraph { text: say.text([
            "Each range is what a year may cost, from one in ten years below to one in ten years above. Treatment has moved the largest of them below the appetite at the median, and not yet at the ninetieth percentile.",
            "Jede Spanne zeigt, was ein Jahr kosten kann: In einem von zehn Jahren ist es weniger, in einem von zehn Jahren mehr. Die Behandlungsmaßnahmen haben die größte davon im Median unter die Risikobereitschaftsschwelle gebracht, im neunzigsten Perzentil noch nicht.",
            "Chaque intervalle indique ce qu’une année peut coûter\u{a0}: moins une année sur dix, davantage une année sur dix. Les mesures de traitement ont ramené le plus grand sous l’appétence à la médiane, mais pas encore au quatre-vingt-dixième centile.",
        ]) },
        Block::Ranges(Ranges {
            title: say.of(["Annual loss by scenario", "Jahresschaden je Szenario", "Perte annuelle par scénario"]),
            description: say.of(["Two of three scenarios are measured; the first goes beyond the appetite at P90.", "Zwei von drei Szenarien sind gemessen; das erste liegt bei P90 über der Risikobereitschaft.", "Deux scénarios sur trois sont mesurés\u{a0}; le premier dépasse l’appétence à P90."]),
            rows,
            appetite: Some(say.amount(50)),
        }),
        owners(say),
        coverage(say),
    ]
}

fn owners(say: &Say) -> Block {
    let row = |name: &str, said: [&str; 3], share: Text| {
        vec![Text::default().and_styled(name, Style::Code), say.text(said), share]
    };
    let from = reference("mcpwarden surface show --server git");
    Block::Table(Table {
        title: say.of([
            "Servers with open work",
            "Server mit offenen Aufgaben",
            "Serveurs avec des travaux ouverts",
        ]),
        columns: vec![
            Column { heading: "Server".into(), align: Align::Start, width: None },
            Column {
                heading: say.of(["What is open", "Was offen ist", "Ce qui reste à faire"]),
                align: Align::Start,
                width: None,
            },
            Column {
                heading: say.of(["Certified tools", "Zertifizierte Werkzeuge", "Outils certifiés"]),
                align: Align::End,
                width: None,
            },
        ],
        rows: vec![
            row(
                "git-mcp-server@1.2.3",
                [
                    "Owner signs the waiver until 30 November.",
                    "Verantwortliche zeichnet die Ausnahme bis 30. November.",
                    "La responsable signe la dérogation d’ici au 30 novembre.",
                ],
                Text::figure("12 / 14", &from),
            ),
            row(
                "registry.example/tools/very-long-name-without-any-space-in-it@sha256:0123456789abcdef",
                [
                    "Vendor has not answered.",
                    "Der Anbieter hat nicht geantwortet.",
                    "Le fournisseur n’a pas répondu.",
                ],
                Text::unmeasured(),
            ),
        ],
        notes: vec![say.text([
            "A tool counts as certified while its certificate holds.",
            "Ein Werkzeug gilt als zertifiziert, solange sein Zertifikat gilt.",
            "Un outil est certifié tant que son certificat est valable.",
        ])],
    })
}

fn coverage(say: &Say) -> Block {
    let row = |name: &str, fresh: Option<u32>, stale: u32| BarRow {
        label: Text::plain(name),
        amounts: vec![
            fresh.map(|share| percent(share, Some("mcpwarden comply coverage"))),
            Some(percent(stale, None)),
        ],
    };
    Block::Bars(Bars {
        title: say.of([
            "Controls with evidence",
            "Kontrollen mit Nachweis",
            "Contrôles avec preuve",
        ]),
        description: say.of([
            "Fresh and stale evidence for three frameworks.",
            "Frische und veraltete Nachweise für drei Rahmenwerke.",
            "Preuves récentes et anciennes pour trois référentiels.",
        ]),
        series: vec![
            say.of(["fresh", "frisch", "récentes"]),
            say.of(["stale", "veraltet", "anciennes"]),
        ],
        rows: vec![
            row("DORA", Some(82), 11),
            row("ISO/IEC 42001", Some(64), 20),
            row("NIS2", None, 35),
        ],
        mark: Some(percent(90, None)),
    })
}

fn course(say: &Say) -> Vec<Block> {
    let line = |name: String, values: [Option<u32>; 5]| Series {
        name,
        points: values.map(|value| value.map(|share| percent(share, None))).to_vec(),
    };
    let clock =
        |said: [&str; 3], [started, due]: [i64; 2], stopped: Option<i64>, state: [&str; 3]| Clock {
            label: say.text(said),
            started: at(1_795_132_800 + started * 3600),
            due: Some(at(1_795_132_800 + due * 3600)),
            stopped: stopped.map(|hour| at(1_795_132_800 + hour * 3600)),
            state: say.text(state),
        };
    vec![
        say.heading(1, Counting::Number, ["Course", "Verlauf", "Évolution"]),
        Block::Trend(Trend {
            title: say.of(["Coverage by quarter", "Abdeckung je Quartal", "Couverture par trimestre"]),
            description: say.of(["Inventory rises; certification was not measured in the third quarter.", "Das Inventar steigt; die Zertifizierung wurde im dritten Quartal nicht gemessen.", "L’inventaire progresse\u{a0}; la certification n’a pas été mesurée au troisième trimestre."]),
            periods: ["2025 Q4", "2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4"].map(str::to_owned).to_vec(),
            series: vec![
                line(say.of(["inventory", "Inventar", "inventaire"]), [Some(41), Some(58), Some(70), Some(79), Some(87)]),
                line(say.of(["certified", "zertifiziert", "certifiés"]), [None, Some(20), Some(33), None, Some(61)]),
            ],
            mark: Some(percent(95, None)),
        }),
        Block::Clocks(Clocks {
            title: say.of(["Clocks of incident 2026-07", "Fristen des Vorfalls 2026-07", "Délais de l’incident 2026-07"]),
            description: say.of(["The first report was sent in time; the second is due within a day.", "Die Erstmeldung war rechtzeitig; die Zwischenmeldung ist binnen eines Tages fällig.", "Le premier rapport est parti à temps\u{a0}; le deuxième est dû sous un jour."]),
            clocks: vec![
                clock(["Initial notification", "Erstmeldung", "Notification initiale"], [0, 24], Some(19), ["sent in time", "rechtzeitig gemeldet", "envoyée à temps"]),
                clock(["Intermediate report", "Zwischenmeldung", "Rapport intermédiaire"], [0, 72], None, ["24 hours left", "noch 24 Stunden", "24 heures restantes"]),
            ],
        }),
        Block::List {
            ordered: true,
            items: vec![
                say.text(["Name an owner for each agent.", "Für jeden Agenten einen Verantwortlichen benennen.", "Désigner un responsable pour chaque agent."]),
                say.text(["Renew what expires before the next meeting.", "Erneuern, was vor der nächsten Sitzung abläuft.", "Renouveler ce qui expire avant la prochaine séance."])
                    .noted(Note::Text(say.of(["Four certificates.", "Vier Zertifikate.", "Quatre certificats."]))),
            ],
        },
    ]
}

fn annex(say: &Say) -> Vec<Block> {
    vec![
        Block::PageBreak,
        say.heading(
            1,
            Counting::Letter,
            ["How it was counted", "Wie gezählt wurde", "Comment on a compté"],
        ),
        Block::Paragraph {
            text: say.text([
                "What is not known counts as the worst of its kind.",
                "Was nicht bekannt ist, zählt als das Schlechteste seiner Art.",
                "Ce qui n’est pas connu compte comme le pire de son genre.",
            ]),
        },
        Block::List {
            ordered: false,
            items: vec![say.text([
                "Shares are rounded down.",
                "Anteile sind abgerundet.",
                "Les parts sont arrondies vers le bas.",
            ])],
        },
    ]
}
