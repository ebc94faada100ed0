import { readFile } from "node:fs/promises";
import { join } from "node:path";

interface Manifest {
  name?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
}

export class Project {
  constructor(readonly root: string) {}

  async manifest(): Promise<Manifest> {
    return JSON.parse(await readFile(join(this.root, "package.json"), "utf8")) as Manifest;
  }

  async scripts(): Promise<string[]> {
    return Object.keys((await this.manifest()).scripts ?? {}).sort();
  }

  async dependencies(): Promise<string> {
    const all = Object.entries((await this.manifest()).dependencies ?? {});
    return all.map(([name, range]) => `${name} ${range}`).join("\n");
  }
}
