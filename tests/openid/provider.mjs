// A provider of OpenID Connect on this machine: the certified `oidc-provider`, with keys of its own, and a browser without a
// window that signs in there.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const SECRET = 'what the server proves itself by, of 32 signs at least';
/** Which signatures are tried, each by a client of its own. */
export const ALGORITHMS = { rs: 'RS256', es: 'ES256', ed: 'EdDSA' };

const key = (id, algorithm, kind, options) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), kid: id, alg: algorithm, use: 'sig',
});

/** Opens it; `redirect` is where it sends browsers back to, and `people` whom it knows by the name they type. */
export async function open(redirect, people) {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: Object.entries(ALGORITHMS).map(([name, algorithm]) => ({
      client_id: `tiwizi-${name}`,
      client_secret: SECRET,
      redirect_uris: [redirect],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: algorithm,
    })),
    jwks: {
      keys: [
        key('rs', 'RS256', 'rsa', { modulusLength: 2048 }),
        key('es', 'ES256', 'ec', { namedCurve: 'P-256' }),
        key('ed', 'EdDSA', 'ed25519', {}),
      ],
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA', 'HS256'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['of one run alone'] },
    findAccount: (_, id) => people[id] && { accountId: id, claims: () => ({ sub: id, ...people[id] }) },
  });
  server.on('request', provider.callback());
  return { issuer, close: () => server.closeAllConnections() ?? server.close() };
}

/** Walks from the address to the one that the provider sends back to, as somebody who types a name and agrees. */
export async function signIn(address, redirect, name) {
  const jar = new Map();
  let next = address;
  let form;
  for (let step = 0; step < 20; step += 1) {
    if (next.startsWith(redirect)) return Object.fromEntries(new URL(next).searchParams);
    const answer = await fetch(next, {
      method: form ? 'POST' : 'GET',
      body: form,
      redirect: 'manual',
      headers: { cookie: [...jar].map((it) => it.join('=')).join('; ') },
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      const at = pair.indexOf('=');
      if (pair.slice(at + 1)) jar.set(pair.slice(0, at), pair.slice(at + 1));
      else jar.delete(pair.slice(0, at));
    }
    form = undefined;
    if (answer.status >= 300 && answer.status < 400) {
      next = new URL(answer.headers.get('location'), next).href;
      continue;
    }
    const page = await answer.text();
    assert.equal(answer.status, 200, page);
    const action = page.match(/<form[^>]* action="([^"]+)"/)?.[1];
    const prompt = page.match(/name="prompt" value="([^"]+)"/)?.[1];
    assert.ok(action && prompt, page);
    next = new URL(action, next).href;
    form = new URLSearchParams({ prompt, ...(prompt === 'login' ? { login: name, password: 'anything' } : {}) });
  }
  throw new Error('the provider asks without end');
}
