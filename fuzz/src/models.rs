//! Models over any text: read in full or refused at a line, and never a reason to stop.

use warden_flow::{
    Limits, Program, analyse,
    ir::Language,
    lower,
    models::{Bits, Models, Table, Vocabulary},
};

use crate::source::threads;

/// What separates the models from the program.
const BETWEEN: &str = "\n----\n";

/// `{a,b}{c,d}` stands for four patterns. The text is ours, so nothing limits how many there are.
const MOST_BRACES: usize = 6;

/// Models, and after a line of dashes a program in Python that they are about.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (models, program) = text.split_once(BETWEEN).unwrap_or((text, ""));
    if models.lines().any(|line| line.matches('{').count() > MOST_BRACES) {
        return;
    }
    let vocabulary = warden_scan::models::models().vocabulary.clone();
    let (mut table, mut again) = (Table::default(), Table::default());
    let read = table.add(&vocabulary, models);
    assert_eq!(read, again.add(&vocabulary, models));
    assert!(format!("{table:?}") == format!("{again:?}"), "two readings differ");
    if let Err(error) = &read {
        let lines: Vec<&str> = models.lines().collect();
        let line = lines.get(error.line - 1).expect("the line is one of the text");
        assert!(line.contains(&error.text), "{error}");
        let before = lines[..error.line - 1].join("\n");
        assert_eq!(Table::default().add(&vocabulary, &before), Ok(()), "{error}");
    }
    threads().install(|| follow(table, vocabulary, program));
}

/// What was read is used: twice, and the same comes out.
fn follow(python: Table, vocabulary: Vocabulary, program: &str) {
    let models = Models {
        vocabulary,
        python,
        javascript: Table::default(),
        go: Table::default(),
        pattern: |_, _, _| Bits::NONE,
    };
    let module = || lower("m.py", Language::Python, program.as_bytes(), Limits::default());
    let program = Program::link(vec![module()], Vec::new());
    let flows = format!("{:?}", analyse(&program, &models).flows(&[]));
    assert!(flows == format!("{:?}", analyse(&program, &models).flows(&[])), "two runs differ");
}
