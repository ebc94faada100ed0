import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

export interface Page {
  path: string;
  title: string;
  text: string;
}

export class Shelf {
  #pages: Page[] = [];

  static async open(folder: string): Promise<Shelf> {
    const shelf = new Shelf();
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".md")) {
        continue;
      }
      const file = join(entry.parentPath, entry.name);
      const text = await readFile(file, "utf8");
      const title = /^#\s+(.+)$/m.exec(text)?.[1] ?? entry.name;
      shelf.#pages.push({ path: relative(folder, file), title, text });
    }
    return shelf;
  }

  search(question: string): Page[] {
    const words = question.toLowerCase().split(/\W+/).filter((word) => word.length > 2);
    const score = (page: Page) =>
      words.filter((word) => page.text.toLowerCase().includes(word)).length;
    return this.#pages
      .map((page) => ({ page, points: score(page) }))
      .filter(({ points }) => points > 0)
      .sort((left, right) => right.points - left.points || left.page.path.localeCompare(right.page.path))
      .map(({ page }) => page);
  }

  page(path: string): Page | undefined {
    return this.#pages.find((page) => page.path === path);
  }
}
