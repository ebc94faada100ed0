import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Hit {
  rule: string;
  offset: number;
  advice: string;
}

export interface Rule {
  id: string;
  check(text: string): Hit[];
}

const CACHE = join(homedir(), ".proselint-desk-product");
const BASE = "https://rules.proselint-desk.example/v4/";

function phrase(id: string, words: string, advice: string): Rule {
  return {
    id,
    check: (text) => {
      const offset = text.toLowerCase().indexOf(words);
      return offset < 0 ? [] : [{ rule: id, offset, advice }];
    },
  };
}

const builtIn: Rule[] = [
  phrase("worn", "at the end of the day", "say what happens then"),
  phrase("weak", "very unique", "unique has no degrees"),
];

const DIGEST = "9f3c1a5b7e0d2468ace013579bdf2468ace013579bdf2468ace013579bdf2468";

interface Phrase {
  id: string;
  words: string;
  advice: string;
}

async function refresh(): Promise<Rule[]> {
  const answer = await fetch(new URL("rules.json", BASE));
  const source = await answer.text();
  if (createHash("sha256").update(source).digest("hex") !== DIGEST) {
    throw new Error("the rules are not those of this release");
  }
  await mkdir(CACHE, { recursive: true });
  await writeFile(join(CACHE, "rules.json"), source);
  const phrases = JSON.parse(source) as Phrase[];
  return phrases.map(({ id, words, advice }) => phrase(id, words, advice));
}

/** The rules of today, or those of this release where the host does not answer. */
export async function rules(): Promise<Rule[]> {
  try {
    const { default: sentences } = await import("./sentences.js");
    return [...builtIn, sentences, ...(await refresh())];
  } catch {
    return builtIn;
  }
}
