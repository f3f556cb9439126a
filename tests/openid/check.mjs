// People sign in at a certified provider of OpenID Connect: node check.mjs
// A server of its own is started, whose settings name the provider; the address that other checks are given is not used.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ALGORITHMS, SECRET, open, signIn } from './provider.mjs';

const root = new URL('../..', import.meta.url).pathname;
const program = join(resolve(root, process.env.CARGO_TARGET_DIR ?? 'target'), 'debug/tiwizi');
const REDIRECT = 'http://localhost:3999/in';
const PASSWORD = 'seven crooked kettles';

const port = await new Promise((done) => {
  const free = createServer().listen(0, '127.0.0.1', () => {
    const { port } = free.address();
    free.close(() => done(port));
  });
});
const url = `http://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'tiwizi-openid-'));
const provider = await open(REDIRECT, {
  salma: { email: 'salma@example.org', email_verified: true },
  driss: { email: 'driss@example.org', email_verified: false },
  stranger: { email: 'stranger@example.org', email_verified: true },
});

const config = join(folder, 'tiwizi.toml');
writeFileSync(config, Object.keys(ALGORITHMS).map((name) => `
[[identity.providers]]
id = "${name}"
name = "Provider ${name}"
issuer = "${provider.issuer}"
client_id = "tiwizi-${name}"
redirect_urls = "${REDIRECT}"
`).join(''));
const env = { ...process.env, TIWIZI_DATABASE_URL: `sqlite://${folder}/tiwizi.sqlite`, TIWIZI_BIND: `127.0.0.1:${port}`, TIWIZI_PUBLIC_URL: url };
// Secrets come from the environment.
for (const name of Object.keys(ALGORITHMS)) env[`TIWIZI_IDENTITY__PROVIDERS__${name.toUpperCase()}__CLIENT_SECRET`] = SECRET;

function command(...args) {
  const ran = spawnSync(program, ['--config', config, ...args], { env, input: `${PASSWORD}\n`, encoding: 'utf8' });
  assert.equal(ran.status, 0, `${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
}

async function ask(query, variables, token) {
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

async function act(name, input, selection, token) {
  const kind = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation($input: ${kind}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { [name]: payload } = await ask(query, { input }, token);
  return { ...payload, codes: payload.userErrors.map(({ code }) => code) };
}

/** What somebody brings back from the provider. */
async function back(at, name, token) {
  const begun = await act('beginSignIn', { provider: at }, 'authorizationUrl key state', token);
  assert.deepEqual(begun.codes, []);
  const returned = await signIn(begun.authorizationUrl, REDIRECT, name);
  assert.equal(returned.state, begun.state);
  assert.equal(returned.iss, provider.issuer, 'it names itself (RFC 9207)');
  return { key: begun.key, state: returned.state, code: returned.code, iss: returned.iss };
}

const completes = (input) => act('completeSignIn', input, 'session { accessToken } viewer { user { email } }');

const journeys = {
  async 'strangers see where they may sign in'() {
    const { signInProviders } = await ask('{ signInProviders { code name } }');
    assert.deepEqual(signInProviders, Object.keys(ALGORITHMS).map((it) => ({ code: it, name: `Provider ${it}` })));
  },
  async 'every algorithm signs in, and what came back once'() {
    for (const [name, algorithm] of Object.entries(ALGORITHMS)) {
      const returned = await back(name, 'salma');
      const done = await completes(returned);
      assert.deepEqual(done.codes, [], algorithm);
      assert.equal(done.viewer.user.email, 'salma@example.org');
      assert.deepEqual((await completes(returned)).codes, ['SIGN_IN_INVALID'], `${algorithm}, twice`);
    }
  },
  async 'no answer without its issuer, and none with the key of another'() {
    const { iss, ...without } = await back('rs', 'salma');
    assert.deepEqual((await completes(without)).codes, ['SIGN_IN_INVALID']);
    const other = await back('rs', 'salma');
    const own = await back('rs', 'salma');
    assert.deepEqual((await completes({ ...own, key: other.key })).codes, ['SIGN_IN_INVALID']);
    assert.deepEqual((await completes(own)).codes, [], 'which takes nothing from whoever began it');
  },
  async 'no account is made or taken by an address'() {
    for (const name of ['driss', 'stranger']) {
      assert.deepEqual((await completes(await back('rs', name))).codes, ['IDENTITY_UNLINKED'], name);
    }
  },
  async 'an identity is linked with the password, and unlinked'() {
    const input = { email: 'driss@example.org', password: PASSWORD };
    const { session } = await act('signIn', input, 'session { accessToken }');
    const token = session.accessToken;
    const link = { ...(await back('es', 'driss', token)), password: PASSWORD };
    assert.deepEqual((await act('linkIdentity', link, 'linkedIdentity { name }', token)).codes, []);
    assert.equal((await completes(await back('es', 'driss'))).viewer.user.email, 'driss@example.org');
    const { viewer } = await ask('{ viewer { linkedIdentities { provider name } } }', {}, token);
    assert.deepEqual(viewer.linkedIdentities, [{ provider: 'es', name: 'Provider es' }]);
    assert.deepEqual((await act('unlinkIdentity', { provider: 'es' }, 'identityUnlinked', token)).codes, []);
    assert.deepEqual((await completes(await back('es', 'driss'))).codes, ['IDENTITY_UNLINKED']);
  },
};

let server;
let failed = 0;
let passed = 0;
let log = '';
try {
  // The operator's word for their addresses.
  command('user', 'create', 'salma@example.org', '--locale', 'en');
  command('user', 'create', 'driss@example.org', '--locale', 'en');
  server = spawn(program, ['--config', config, 'serve'], { env });
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (it) => { log += it; });
  for (let left = 240; ; left -= 1) {
    if (await fetch(`${url}/readyz`).then((it) => it.ok, () => false)) break;
    if (left === 0 || server.exitCode !== null) throw new Error(`the server does not start: ${log}`);
    await new Promise((done) => setTimeout(done, 250));
  }
  for (const [name, journey] of Object.entries(journeys)) {
    try {
      await journey();
      passed += 1;
      console.log(`ok      ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`failed  ${name}: ${error.stack ?? error}`);
    }
  }
  for (const secret of [SECRET, 'salma@example.org', 'stranger@example.org']) {
    if (log.includes(secret)) {
      failed += 1;
      console.log(`failed  the log tells ${secret}`);
    }
  }
  if (failed) console.log(log);
} finally {
  server?.kill();
  provider.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
