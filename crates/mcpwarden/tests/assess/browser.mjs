// Drives Chromium by its own protocol over two pipes: no network, no package.
//
//   node browser.mjs fill FORM EVIDENCE FOLDER    answers a form by the keyboard, saves into FOLDER
//   node browser.mjs print PAGE                   tells how many pages A4 and Letter take
//
// What came of it is one line of JSON on standard output.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const profile = mkdtempSync(join(tmpdir(), "browser-"));
const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
  "--disable-dev-shm-usage", "--no-first-run", `--user-data-dir=${profile}`, "about:blank"];
const child = spawn("chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

const waiting = new Map();
const heard = [];
let next = 0;
let rest = "";

const missing = (error) => {
  console.error(`Chromium is missing: \`apt-get install chromium\` (${error.message})`);
  process.exit(1);
};
child.on("error", missing);
child.stdio[3].on("error", () => {});

child.stdio[4].on("data", (bytes) => {
  const parts = (rest + bytes).split("\0");
  rest = parts.pop();
  for (const part of parts) {
    const message = JSON.parse(part);
    if (message.id) {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) reject(new Error(JSON.stringify(message.error)));
      else resolve(message.result);
    } else {
      for (const listener of [...heard]) listener(message);
    }
  }
});

const send = (method, params = {}, sessionId) =>
  new Promise((resolve, reject) => {
    next += 1;
    waiting.set(next, { resolve, reject });
    child.stdio[3].write(JSON.stringify({ id: next, method, params, sessionId }) + "\0");
  });

const event = (name, fits = () => true) =>
  new Promise((resolve) => {
    const listener = (message) => {
      if (message.method !== name || !fits(message.params)) return;
      heard.splice(heard.indexOf(listener), 1);
      resolve(message.params);
    };
    heard.push(listener);
  });

const open = async (file) => {
  const { targetInfos } = await send("Target.getTargets");
  const page = targetInfos.find((target) => target.type === "page");
  const { sessionId } = await send("Target.attachToTarget", { targetId: page.targetId, flatten: true });
  const tab = (method, params) => send(method, params, sessionId);
  const asked = [];
  const trouble = [];
  heard.push((message) => {
    if (message.method === "Network.requestWillBeSent") asked.push(message.params.request.url);
    if (message.method === "Log.entryAdded") trouble.push(message.params.entry.text);
    if (message.method === "Runtime.exceptionThrown") trouble.push(message.params.exceptionDetails.text);
  });
  for (const part of ["Page", "Network", "Log", "Runtime", "DOM"]) await tab(`${part}.enable`);
  const loaded = event("Page.loadEventFired");
  await tab("Page.navigate", { url: pathToFileURL(file).href });
  await loaded;
  const look = async (expression) => {
    const found = await tab("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (found.exceptionDetails) throw new Error(JSON.stringify(found.exceptionDetails));
    return found.result.value;
  };
  return { tab, look, asked, trouble };
};

const KEYS = { Tab: 9, Enter: 13, " ": 32, ArrowRight: 39, ArrowLeft: 37 };

const fill = async (file, evidence, folder) => {
  const page = await open(file);
  const key = async (name) => {
    const text = { Enter: "\r", " ": " " }[name];
    const about = { key: name, code: name === " " ? "Space" : name, windowsVirtualKeyCode: KEYS[name], text };
    await page.tab("Input.dispatchKeyEvent", { type: "keyDown", ...about });
    await page.tab("Input.dispatchKeyEvent", { type: "keyUp", ...about, text: undefined });
  };
  const type = (text) => page.tab("Input.insertText", { text });
  const here = () => page.look(`(() => {
    const e = document.activeElement;
    const q = e.closest("[data-question]");
    return { question: q ? q.dataset.question : "", kind: e.type || "", value: e.value || "",
      item: e.dataset.item ?? "", is: e.dataset.is || e.name || "", text: e.textContent.trim() };
  })()`);
  // Everything is reached with the Tab key alone, in the order of the page.
  const seen = [];
  await key("Tab");
  await type("Vera Vendor");
  await key("Tab");
  await type("vera@acme.example");
  for (let steps = 0; steps < 400; steps += 1) {
    await key("Tab");
    const at = await here();
    seen.push(at.kind);
    if (at.kind === "submit") break;
    if (at.kind === "radio") {
      // The first answer is yes; the arrow goes round from the one that is set.
      await key("ArrowRight");
    } else if (at.kind === "file" && at.is === "choose") {
      const { result } = await page.tab("Runtime.evaluate", { expression: "document.activeElement" });
      await page.tab("DOM.setFileInputFiles", { files: [evidence], objectId: result.objectId });
      await page.look(`(async () => {
        const list = document.querySelector("[data-question=${at.question}] [data-is=files]");
        while (!list.children.length) await new Promise((done) => setTimeout(done, 5));
      })()`);
    } else if (at.kind === "checkbox" && ["oauth-v21", "customer"].includes(at.item)) {
      await key(" ");
    } else if (at.kind === "textarea" && at.is === "text") {
      await type(`as in the report, ${at.question}`);
    } else if (at.item.endsWith("-days=") || at.item.endsWith("-hours=")) {
      await type("30");
    } else if (at.item === "vendor:") {
      await type("DE, FR");
    } else if (at.item.endsWith("=")) {
      await type("4.1");
    } else if (at.kind === "date") {
      // What a date field takes from keys depends on the language of the machine. It has several
      // stops for the Tab key; each sets the same day.
      const ahead = at.is === "expires" ? 90 : -30;
      await page.look(`document.activeElement.value =
        new Date(Date.now() + ${ahead} * 86400000).toISOString().slice(0, 10)`);
    }
  }
  await send("Browser.setDownloadBehavior",
    { behavior: "allow", downloadPath: folder, eventsEnabled: true });
  const done = event("Browser.downloadProgress", (params) => params.state === "completed");
  await key("Enter");
  await done;
  const told = await page.look("document.getElementById('told').textContent");
  const trouble = [...page.trouble];
  // What stands in the page and is not ours does not run: the policy is in force.
  const foreign = await page.look(`(() => {
    const script = document.createElement("script");
    script.textContent = "window.foreign = true";
    document.body.append(script);
    return window.foreign === true;
  })()`);
  // What was saved is loaded into the page as it came, and is the same when it is saved again.
  const fresh = event("Page.loadEventFired");
  await page.tab("Page.reload");
  await fresh;
  const { result } = await page.tab("Runtime.evaluate", { expression: "document.getElementById('load')" });
  const saved = join(folder, "answers.json");
  await page.tab("DOM.setFileInputFiles", { files: [saved], objectId: result.objectId });
  await page.look(`(async () => {
    const told = document.getElementById("told");
    while (!told.textContent) await new Promise((done) => setTimeout(done, 5));
  })()`);
  const loaded = await page.look("document.getElementById('told').textContent");
  const first = readFileSync(saved, "utf8");
  rmSync(saved);
  const twice = event("Browser.downloadProgress", (params) => params.state === "completed");
  await page.look("document.querySelector('button[type=submit]').click()");
  await twice;
  const same = readFileSync(saved, "utf8") === first;
  // A browser draws its own pictures of a field from the page itself.
  const own = ["file:", "blob:", "data:"];
  const asked = page.asked.filter((url) => !own.some((scheme) => url.startsWith(scheme)));
  return { told, foreign, asked, trouble, loaded, same, fields: seen.length };
};

const print = async (file) => {
  const page = await open(file);
  const papers = { a4: [8.27, 11.69], letter: [8.5, 11] };
  const pages = {};
  for (const [name, [paperWidth, paperHeight]] of Object.entries(papers)) {
    const { data } = await page.tab("Page.printToPDF",
      { paperWidth, paperHeight, preferCSSPageSize: false, printBackground: true });
    const text = Buffer.from(data, "base64").toString("latin1");
    pages[name] = (text.match(/\/Type\s*\/Page\b(?!s)/g) || []).length;
  }
  // Nothing runs over the side of the narrower one, which is 190 mm wide between its margins.
  await page.tab("Emulation.setEmulatedMedia", { media: "print" });
  await page.tab("Emulation.setDeviceMetricsOverride",
    { width: 718, height: 1000, deviceScaleFactor: 1, mobile: false });
  const overflow = await page.look(
    "document.documentElement.scrollWidth > document.documentElement.clientWidth");
  return { pages, overflow };
};

let code = 0;
try {
  const [what, ...rest] = process.argv.slice(2);
  const found = what === "fill" ? await fill(...rest) : await print(...rest);
  console.log(JSON.stringify(found));
  await send("Browser.close");
} catch (error) {
  console.error(error);
  code = 1;
  child.kill();
}
child.once("exit", () => {
  rmSync(profile, { recursive: true, force: true });
  process.exit(code);
});
