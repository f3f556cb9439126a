// Follows subscriptions with the reference client of graphql-transport-ws:
// node check.mjs http://127.0.0.1:8080/graphql
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.argv[2];
if (!url) {
  console.error('usage: node check.mjs URL');
  process.exit(2);
}
const socketUrl = url.replace(/^http/, 'ws');

async function ask(query, variables, token) {
  const headers = { 'content-type': 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const signed = await ask(
  'mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }',
  { input: { email: 'owner@example.org', password: 'tiwizi-demo' } },
);
const token = signed.signIn.session.accessToken;
const { organization } = await ask('{ organization(slug: "al-amal") { id } }', {}, token);

const client = (options = {}) =>
  createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    ...options,
  });

// Something that changes in the organization, by plain HTTP. A month can be attested again and again.
let round = 0;
const change = () =>
  ask(
    'mutation($input: SubmitPeriodInput!) { submitPeriod(input: $input) { userErrors { code message } } }',
    { input: { organizationId: organization.id, month: month(), declaredZero: false } },
    token,
  ).then((it) => assert.deepEqual(it.submitPeriod.userErrors, []));
function month() {
  round += 1;
  return new Date().toISOString().slice(0, 7);
}
const follow = {
  query:
    'subscription($id: ID!) { periodStatusChanged(organizationId: $id) { reportingPeriod { month version } } }',
  variables: { id: organization.id },
};
const within = (promise, what) =>
  Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error(`no ${what}`)), 20_000).unref()),
  ]);

// Changes until something is told: the start of a subscription is not acknowledged.
async function told(events) {
  const next = events.next();
  let waiting = true;
  next.finally(() => (waiting = false)).catch(() => {});
  while (waiting) {
    await change();
    await Promise.race([next.catch(() => {}), new Promise((done) => setTimeout(done, 200))]);
  }
  return next;
}

const checks = {
  async 'a query gives one result and completes'() {
    const results = [];
    for await (const it of client().iterate({ query: '{ viewer { user { email } } }' })) results.push(it);
    assert.equal(results.length, 1);
    assert.equal(results[0].data.viewer.user.email, 'owner@example.org');
  },

  async 'a subscription is told and can be ended'() {
    const events = client().iterate(follow);
    const { value } = await within(told(events), 'event');
    assert.ok(value.data.periodStatusChanged.reportingPeriod.month);
    await events.return();
  },

  async 'what is not valid is an error'() {
    const events = client().iterate({ query: '{ nothing }' });
    await assert.rejects(events.next(), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
  },

  async 'what may not be followed is an error'() {
    const events = client().iterate({ ...follow, variables: { id: 'none' } });
    await assert.rejects(events.next(), (errors) => errors[0].extensions.code === 'FORBIDDEN');
  },

  async 'the client may ping, and is answered'() {
    let answered;
    const pong = new Promise((resolve) => (answered = resolve));
    const pinging = client({ lazy: false, keepAlive: 50, on: { pong: answered } });
    await within(pong, 'pong');
    await pinging.dispose();
  },

  async 'a wrong token is refused with 4403'() {
    let closed;
    const code = new Promise((resolve) => (closed = (event) => resolve(event.code)));
    const events = client({ connectionParams: { authorization: 'Bearer x' }, on: { closed } }).iterate(follow);
    await assert.rejects(events.next());
    assert.equal(await within(code, 'close'), 4403);
  },

  async 'a client that lost its socket goes on with a new one'() {
    const sockets = [];
    const again = client({
      retryAttempts: 3,
      retryWait: async () => {},
      on: { connected: (socket) => sockets.push(socket) },
    });
    const events = again.iterate(follow);
    await within(told(events), 'event');
    sockets[0].terminate();
    await within(told(events), 'event after the loss');
    assert.equal(sockets.length, 2);
    await again.dispose();
  },

  async 'an older protocol is not spoken'() {
    const socket = new WebSocket(socketUrl, 'graphql-ws');
    const outcome = new Promise((resolve) => {
      socket.on('error', () => resolve('refused'));
      socket.on('close', (code) => resolve(code));
    });
    assert.ok(['refused', 4406].includes(await within(outcome, 'end')));
  },

  async 'without a protocol the socket is closed with 4406'() {
    const socket = new WebSocket(socketUrl);
    const code = new Promise((resolve) => socket.on('close', resolve));
    assert.equal(await within(code, 'close'), 4406);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${name}: ${error.stack ?? JSON.stringify(error)}`);
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed, ${round} changes`);
process.exit(failed === 0 ? 0 : 1);
