//! The fenced examples of a page in Markdown.

/// A fenced example.
#[derive(Debug)]
pub(crate) struct Fence<'p> {
    /// The words behind the opening fence: what it is, and what has to come of it.
    pub(crate) words: Vec<&'p str>,
    /// The lines between the fences.
    pub(crate) body: Vec<&'p str>,
}

impl Fence<'_> {
    /// The lines as one text.
    pub(crate) fn text(&self) -> String {
        self.body.join("\n")
    }
}

/// Returns every fenced example of a page, in order.
pub(crate) fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut lines = page.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(words) = line.strip_prefix("```") else { continue };
        let body = lines.by_ref().take_while(|line| *line != "```").collect();
        found.push(Fence { words: words.split(' ').collect(), body });
    }
    found
}
