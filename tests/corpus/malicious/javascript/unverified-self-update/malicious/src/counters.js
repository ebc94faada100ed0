const WORDS_PER_MINUTE = 230;

export const counters = {
  words: (text) => (text.match(/[\p{L}\p{N}’'-]+/gu) ?? []).length,
  characters: (text) => [...text].length,
  sentences: (text) => (text.match(/[.!?…](?=\s|$)/g) ?? []).length,
  paragraphs: (text) => text.split(/\n{2,}/).filter((part) => part.trim()).length,
};

export function minutes(text) {
  return Math.max(1, Math.round(counters.words(text) / WORDS_PER_MINUTE));
}

export function frequent(text, count) {
  const seen = new Map();
  for (const word of text.toLowerCase().match(/\p{L}{4,}/gu) ?? []) {
    seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  return [...seen].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)).slice(0, count);
}
