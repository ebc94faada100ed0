import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";

export class Folder {
  constructor(root) {
    this.root = root;
  }

  static async open(path) {
    return new Folder(await realpath(resolve(path)));
  }

  /** The real path of a name, if that is within the folder. */
  async locate(name) {
    const path = await realpath(join(this.root, name));
    if (path !== this.root && !path.startsWith(this.root + sep)) {
      throw new Error(`${name} is outside of the folder`);
    }
    return path;
  }

  async read(name) {
    const path = await this.locate(name);
    const { size } = await stat(path);
    if (size > 1_000_000) {
      throw new Error(`${name} has ${size} bytes, which is too much`);
    }
    return readFile(path, "utf8");
  }

  async list(name) {
    const entries = await readdir(await this.locate(name), { withFileTypes: true });
    return entries.map((entry) => entry.name + (entry.isDirectory() ? "/" : "")).sort();
  }

  async search(words, limit) {
    const hits = [];
    for (const entry of await readdir(this.root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || hits.length >= limit) {
        continue;
      }
      const path = join(entry.parentPath, entry.name);
      const text = await readFile(path, "utf8").catch(() => "");
      const index = text.split("\n").findIndex((line) => line.includes(words));
      if (index >= 0) {
        hits.push(`${relative(this.root, path)}:${index + 1}`);
      }
    }
    return hits;
  }
}
