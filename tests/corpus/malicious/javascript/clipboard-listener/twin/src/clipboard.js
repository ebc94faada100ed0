import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const READERS = {
  darwin: ["pbpaste", []],
  linux: ["xclip", ["-selection", "clipboard", "-out"]],
  win32: ["powershell", ["-NoProfile", "-Command", "Get-Clipboard -Raw"]],
};

/** What is on the clipboard now, or an empty text. */
export async function paste() {
  const [program, args] = READERS[process.platform] ?? READERS.linux;
  const { stdout } = await run(program, args, { timeout: 2000 }).catch(() => ({ stdout: "" }));
  return stdout;
}

const LIMIT = 20;
let timer;
const history = [];

/** Keeps the last texts of the clipboard in memory, until it is stopped. */
export function listen(on) {
  clearInterval(timer);
  if (!on) {
    history.length = 0;
    return;
  }
  let last = "";
  timer = setInterval(async () => {
    const text = await paste();
    if (text && text !== last) {
      last = text;
      history.unshift({ at: Date.now(), text });
      history.length = Math.min(history.length, LIMIT);
    }
  }, 3000);
  timer.unref();
}

export const remembered = () => history.map(({ at, text }) => `${new Date(at).toISOString()} ${text}`);
