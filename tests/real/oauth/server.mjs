// A published authorization server on this machine, set up as a company would for its gateway.
// Everybody who comes is Ann, and she agrees to everything: there is no browser in tests.
//
// `--port PORT` (0 for any) and `--resource URL`. Writes one line of JSON when it listens, and
// ends when its standard input does.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";

// The library talks on standard output, which is for the one line.
console.log = console.info = console.warn = console.error;
const { default: Provider } = await import("oidc-provider");

const flags = {};
const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2) flags[args[i].slice(2)] = args[i + 1];
const SCOPES = "tools:read tools:call";

function key(kid, alg, type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid, alg, use: "sig" };
}

const keys = [
  key("rsa", "RS256", "rsa", { modulusLength: 2048 }),
  key("ec", "ES256", "ec", { namedCurve: "P-256" }),
  key("ed", "EdDSA", "ed25519", {}),
];

/** The algorithm of a resource is the last part of its address, and `opaque` is one of them. */
function resource(_, address) {
  if (address !== flags.resource && !address.startsWith(`${flags.resource}/`)) {
    throw new Error("no such resource");
  }
  const last = address.split("/").at(-1);
  const common = { scope: SCOPES, audience: address, accessTokenTTL: 600 };
  if (last === "opaque") return { ...common, accessTokenFormat: "opaque" };
  const alg = ["RS256", "EdDSA"].includes(last) ? last : "ES256";
  return { ...common, accessTokenFormat: "jwt", jwt: { sign: { alg } } };
}

const confidential = { client_secret: "agent-secret-agent-secret", redirect_uris: [], response_types: [] };
const configuration = {
  clients: [
    { ...confidential, client_id: "agent", grant_types: ["client_credentials"] },
    { ...confidential, client_id: "bound-agent", grant_types: ["client_credentials"], dpop_bound_access_tokens: true },
    { ...confidential, client_id: "gateway", grant_types: ["client_credentials"], client_secret: "gateway-secret-gateway" },
    {
      client_id: "assistant",
      token_endpoint_auth_method: "none",
      application_type: "native",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: ["http://127.0.0.1/callback"],
    },
  ],
  jwks: { keys },
  scopes: ["openid", "offline_access"],
  claims: { openid: ["sub"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_, client) => client.clientId === "gateway" },
    registration: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => flags.resource,
      useGrantedResource: () => true,
      getResourceServerInfo: resource,
    },
  },
  cookies: { keys: ["only for tests"] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Everybody has agreed already, to what is asked for and nothing else.
  async loadExistingGrant(context) {
    const { client, params, provider, session } = context.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid offline_access");
    grant.addResourceScope(params.resource ?? flags.resource, SCOPES);
    await grant.save();
    return grant;
  },
};

const server = createServer();
server.listen(Number(flags.port ?? 0), "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    await provider.interactionFinished(request, response, { login: { accountId: "ann" }, consent: {} });
  });
  process.stdout.write(`${JSON.stringify({ issuer })}\n`);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
