// What the two TypeScript servers with every feature share: the answers, whatever the era.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";

/** How long `told` waits for a cancellation that may be on its way. */
const PATIENCE = 20_000;
const DAYS = ["monday", "tuesday", "wednesday"];
const LANGUAGES = ["perl", "python", "rust"];

// Standard output is for messages, or for the one line with the addresses.
console.log = console.info = console.debug = console.error;

export const text = (words) => ({ content: [{ type: "text", text: words }] });

/** Reads `FILE FLAG…`: the table of features, and how to serve it. */
export function readArguments() {
  const [file, ...flags] = process.argv.slice(2);
  return { features: JSON.parse(readFileSync(file, "utf8")), flags: new Set(flags) };
}

/** One page of a list, under the name of its member. */
export function page(member, entries, size, cursor) {
  const start = cursor === undefined ? 0 : Number.parseInt(cursor, 10);
  const end = start + size;
  return { [member]: entries.slice(start, end), ...(end < entries.length ? { nextCursor: `${end}` } : {}) };
}

/** What the calls of `wait` have come to, by name; calls of `told` may come in on another connection. */
const fates = new Map();

function fate(name) {
  if (!fates.has(name)) {
    const entry = {};
    entry.told = new Promise((resolve) => (entry.tell = resolve));
    fates.set(name, entry);
  }
  return fates.get(name);
}

/**
 * The tools that ask the client nothing. `port` has `progress(step, total, message)`, `log(entry)`, `signal`,
 * `updated(uri)` and `changed()`.
 */
export const TOOLS = {
  echo: async (_, args) => ({ ...text(args.text), _meta: { "example.com/said": args.text } }),
  weather: async (_, { city }) => {
    const structuredContent = { city, degrees: 12.5 };
    return { ...text(JSON.stringify(structuredContent)), structuredContent };
  },
  media: async ({ media }) => ({ content: media }),
  count: async (_, { to }, port) => {
    for (let step = 1; step <= to; step += 1) await port.progress(step, to, `step ${step}`);
    return text(`counted to ${to}`);
  },
  talk: async ({ logs }, _, port) => {
    for (const entry of logs) await port.log(entry);
    return text("talked");
  },
  wait: async (_, { name }, port) => {
    await port.progress(1, 2, "waiting");
    if (!port.signal.aborted) await new Promise((resolve) => port.signal.addEventListener("abort", resolve));
    fate(name).tell("cancelled");
    return text("cancelled");
  },
  told: async (_, { name }) => {
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, "not cancelled").unref());
    return text(await Promise.race([fate(name).told, late]));
  },
  touch: async (_, { uri }, port) => {
    await port.updated(uri);
    return text(`touched ${uri}`);
  },
  change: async (_, __, port) => {
    await port.changed();
    return text("changed");
  },
  report: async () => text("all is well"),
  fail: async () => ({ ...text("it failed"), isError: true }),
};

/** The greeting at the end of `greet`, `think`, `look` and `steps`. */
export const ENDS = {
  greet: ({ name }) => text(`Hello, ${name}`),
  think: ({ content }) => text(`The model says ${content.text}`),
  look: ({ roots }) => text(roots.map((root) => `${root.name}=${root.uri}`).join(" ")),
  steps: (name, colour) => text(`${name} likes ${colour}`),
};

/** The contents of a resource, or nothing if there is no such resource. */
export function read({ resources, contents }, uri) {
  const day = /^notes:\/\/day\/(\w+)$/.exec(uri)?.[1];
  if (day !== undefined) return { contents: [{ uri, mimeType: "text/plain", text: `Nothing on ${day}.` }] };
  const resource = resources.find((entry) => entry.uri === uri);
  return resource && { contents: [{ uri, mimeType: resource.mimeType, ...contents[uri] }] };
}

/** The messages of a prompt, or nothing if there is no such prompt. */
export function prompt(name, args = {}) {
  const say = (description, words, role = "user") => ({ description, messages: [{ role, content: { type: "text", text: words } }] });
  if (name === "hello") return say("A greeting.", "Hello.", "assistant");
  if (name === "review") return say("A review.", `Review this ${args.language} code: ${args.style ?? "kindly"}.`);
  return undefined;
}

/** The completions of an argument. */
export function complete({ ref, argument, context }) {
  let values = ref.type === "ref/resource" ? DAYS : LANGUAGES;
  if (argument.name === "style") values = [`${context?.arguments?.language ?? "any"}-strict`];
  values = values.filter((value) => value.startsWith(argument.value));
  return { completion: { values, total: values.length, hasMore: false } };
}

/** Serves HTTP on a free port and prints where, as one line of JSON. */
export function serveHttp(answer, paths) {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  // Streams are quiet for as long as nothing happens.
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address();
    const urls = paths.map(([kind, path]) => [kind, `http://127.0.0.1:${port}${path}`]);
    process.stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);
  });
}
