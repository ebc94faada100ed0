import { appendFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

const HOME = process.env.ERRAND_HOME ?? join(homedir(), ".errand-product");
const FILES = { bash: "~/.bashrc", zsh: "~/.zshrc" };
const MARK = "# errand completion";

function block(names) {
  return [MARK, `complete -W "${names.join(" ")}" errand`, ""].join("\n");
}

/** The lines for the terminal, and where the user may put them. Changes no file. */
export function completionFor(shell, names) {
  const safe = names.filter((name) => /^[\w:-]+$/.test(name));
  return `Add this to ${FILES[shell]}:\n\n${block(safe)}`;
}

/** Writes down which task ran and how it ended. */
export async function remember(name, code) {
  await mkdir(HOME, { recursive: true });
  await appendFile(join(HOME, "history.log"), `${new Date().toISOString()} ${name} ${code}\n`);
}
