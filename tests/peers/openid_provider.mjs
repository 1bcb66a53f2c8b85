// npm's oidc-provider, dressed so far that MSAL takes it for an authority of Entra.
//
// Run with one argument, JSON: the folder it is installed in, key and certificate, tenant, client
// id, scopes, the account, and of a program alone its id, its public key and what it asks for. Says its port in one line, and ends with its standard input.

import { createPublicKey } from "node:crypto";
import { createServer } from "node:https";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const told = JSON.parse(process.argv[2]);
const { default: Provider, interactionPolicy } = await import(
  pathToFileURL(join(told.folder, "node_modules/oidc-provider/lib/index.js"))
);
const { base, Prompt } = interactionPolicy;

const policy = base();
policy.add(new Prompt({ name: "select_account", requestable: true }), 0);

const configuration = {
  clients: [{
    client_id: told.client_id,
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["http://localhost"],
    response_types: ["code"],
    grant_types: [
      "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
    ],
  }, {
    client_id: told.program.client_id,
    token_endpoint_auth_method: "private_key_jwt",
    redirect_uris: [],
    response_types: [],
    grant_types: ["client_credentials"],
    scope: told.program.scope,
    jwks: { keys: [createPublicKey(told.program.key).export({ format: "jwk" })] },
  }],
  scopes: ["openid", "offline_access", ...told.scopes, told.program.scope],
  claims: {
    openid: ["sub"],
    profile: ["name", "preferred_username", "tid", "oid"],
  },
  conformIdTokenClaims: false,
  features: {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
  },
  interactions: { policy },
  pkce: { methods: ["S256"], required: () => true },
  issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
  ttl: { AccessToken: told.lifetime, ClientCredentials: told.lifetime },
  cookies: { keys: ["of this test"] },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, preferred_username: sub, ...told.account }),
  }),
};

const prefix = `/${told.tenant}/v2.0`;
let handle = (_request, response) => response.writeHead(503).end();
const server = createServer({ key: told.key, cert: told.certificate }, (request, response) => {
  if (!request.url.startsWith(`${prefix}/`)) {
    response.writeHead(404).end();
    return;
  }
  // It grants offline_access only after an express consent; Entra grants it to whoever asks.
  request.url = request.url.replace("prompt=select_account", "prompt=select_account+consent");
  request.originalUrl = request.url;
  request.url = request.url.slice(prefix.length);
  handle(request, response);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`https://127.0.0.1:${port}${prefix}`, configuration);
  provider.use(async (context, next) => {
    // Its own pages ask for a login and a consent; to choose an account there is nothing to ask.
    if (context.method === "GET" && /\/interaction\/[^/]+$/.test(context.path)) {
      const { prompt } = await provider.interactionDetails(context.req, context.res);
      if (prompt.name === "select_account") {
        return provider.interactionFinished(context.req, context.res, { select_account: {} });
      }
    }
    return next();
  });
  handle = provider.callback();
  process.stdout.write(`${JSON.stringify({ port })}\n`);
});
process.stdin.resume().on("end", () => process.exit(0));
