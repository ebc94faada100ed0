// Connects to a protected server with the official TypeScript client, which has to find out by
// itself where to get a token, logs in there as a browser would, and prints who issued what, and
// which tools there are then.
//
// `--url URL`, `--client ID` (registered with the authorization server), `--scope SCOPE` (optional),
// `--call TOOL` (optional, with a word for it).

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

// The client library talks on standard output, which is for the document.
console.log = console.info = console.debug = console.error;

const flags = {};
const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2) flags[args[i].slice(2)] = args[i + 1];
const CALLBACK = "http://127.0.0.1:5999/callback";

/** Follows an authorization server to the end of a login, with cookies, and returns what it says. */
async function login(url) {
  const cookies = new Map();
  let next = url;
  for (let step = 0; step < 10 && !next.href.startsWith(CALLBACK); step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name, ...value] = set.split(";")[0].split("=");
      cookies.set(name, value.join("="));
    }
    next = new URL(response.headers.get("location"), next);
  }
  return next.searchParams;
}

const kept = { steps: [] };
const provider = {
  redirectUrl: CALLBACK,
  clientMetadata: { redirect_uris: [CALLBACK], scope: flags.scope },
  clientInformation: () => ({ client_id: flags.client, redirect_uris: [CALLBACK] }),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  codeVerifier: () => kept.verifier,
  saveDiscoveryState: (state) => void (kept.discovery = state),
  discoveryState: () => kept.discovery,
  async redirectToAuthorization(url) {
    kept.steps.push({ resource: url.searchParams.get("resource"), scope: url.searchParams.get("scope") });
    kept.answer = await login(url);
  },
};

const transport = () => new StreamableHTTPClientTransport(new URL(flags.url), { authProvider: provider });
const client = () => new Client({ name: "drive-oauth", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });

const first = transport();
let connected = client();
try {
  await connected.connect(first);
} catch (error) {
  if (!kept.answer) throw error;
  await first.finishAuth(kept.answer);
  connected = client();
  await connected.connect(transport());
}
const { tools } = await connected.listTools();
const called = flags.call && (await connected.callTool({ name: flags.call, arguments: { word: "a word" } }));
const document = { steps: kept.steps, scope: kept.tokens?.scope, tools: tools.map(({ name }) => name).sort(), result: called?.content };
process.stdout.write(`${JSON.stringify(document)}\n`);
await connected.close();
process.exit(0);
