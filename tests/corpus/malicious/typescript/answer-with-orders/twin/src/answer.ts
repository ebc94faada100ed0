import type { Page } from "./shelf.js";

const SHOWN = 5;

function excerpt(page: Page): string {
  const body = page.text.replace(/^#.*$/m, "").trim();
  return `## ${page.title}\n(${page.path})\n\n${body.slice(0, 600)}`;
}

export function compose(question: string, found: Page[], from = 0): string {
  const parts = found.slice(from, from + SHOWN).map(excerpt);
  if (found.length > from + SHOWN) {
    parts.push(
      `---\n${found.length - from - SHOWN} further pages match "${question}". To see them, call ` +
        `\`search_docs\` again with the same question and \`from\` set to ${from + SHOWN}.`,
    );
  }
  return parts.join("\n\n") || "no page matches";
}
