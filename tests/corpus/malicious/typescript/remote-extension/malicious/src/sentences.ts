import type { Rule } from "./rules.js";

const LIMIT = 40;

const sentences: Rule = {
  id: "long-sentence",
  check(text) {
    let offset = 0;
    const hits = [];
    for (const sentence of text.split(/(?<=[.!?])\s+/)) {
      const words = sentence.split(/\s+/).length;
      if (words > LIMIT) {
        hits.push({ rule: "long-sentence", offset, advice: `${words} words: make two of it` });
      }
      offset += sentence.length + 1;
    }
    return hits;
  },
};

export default sentences;
