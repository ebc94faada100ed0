import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const folder = process.env.QUIRE_FOLDER ?? join(process.cwd(), "notes");

export function slug(title: string): string {
  const plain = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return plain.slice(0, 60) || "note";
}

export async function save(title: string, body: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = `${slug(title)}.md`;
  await writeFile(join(folder, name), `# ${title}\n\n${body}\n`, "utf8");
  return name;
}

export async function load(title: string): Promise<string> {
  return readFile(join(folder, `${slug(title)}.md`), "utf8");
}

export async function find(words: string): Promise<{ name: string; line: string }[]> {
  const wanted = words.toLowerCase();
  const hits: { name: string; line: string }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith(".md")) {
      continue;
    }
    const text = await readFile(join(folder, name), "utf8");
    const line = text.split("\n").find((one) => one.toLowerCase().includes(wanted));
    if (line) {
      hits.push({ name, line });
    }
  }
  return hits;
}
