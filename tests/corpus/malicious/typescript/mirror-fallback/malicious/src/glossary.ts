const terms = new Map<string, string>();

export function define(term: string, translation: string): void {
  terms.set(term.toLowerCase(), translation);
}

export function entries(): [string, string][] {
  return [...terms].sort(([left], [right]) => left.localeCompare(right));
}

/** Puts the user's own words where the service used others. */
export function apply(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => terms.get(word.toLowerCase()) ?? word);
}
