// Follows subscriptions with the reference client of graphql-transport-ws, then tries the rules of the
// protocol one by one over plain sockets: node check.mjs http://127.0.0.1:8080/graphql
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

// A plain socket that says exactly what a check wants, right or wrong.
class Socket {
  constructor(protocols = ['graphql-transport-ws']) {
    this.heard = [];
    this.waiting = [];
    this.inner = new WebSocket(socketUrl, protocols);
    this.inner.on('message', (data) => this.hear(JSON.parse(data.toString())));
    this.inner.on('close', (code) => this.hear({ closed: code }));
    this.inner.on('error', () => {});
  }

  hear(message) {
    const next = this.waiting.shift();
    if (next) next(message);
    else this.heard.push(message);
  }

  async next() {
    if (this.heard.length > 0) return this.heard.shift();
    return within(new Promise((resolve) => this.waiting.push(resolve)), 'message');
  }

  static async open(protocols) {
    const socket = new Socket(protocols);
    await within(new Promise((resolve) => socket.inner.on('open', resolve)), 'socket');
    return socket;
  }

  static async begun() {
    const socket = await Socket.open();
    socket.begin();
    assert.deepEqual(await socket.next(), { type: 'connection_ack' });
    return socket;
  }

  begin() {
    this.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  }

  say(message) {
    this.inner.send(JSON.stringify(message));
  }

  ask(id, payload) {
    this.say({ type: 'subscribe', id, payload });
  }

  // Nothing was said before the answer to a ping.
  async silent() {
    this.say({ type: 'ping', payload: { mark: 1 } });
    assert.deepEqual(await this.next(), { type: 'pong', payload: { mark: 1 } });
  }

  async result(id, data) {
    const { payload, ...rest } = await this.next();
    assert.deepEqual(rest, { type: 'next', id });
    assert.deepEqual(payload.data, data);
    assert.equal(payload.errors, undefined);
  }

  async closed() {
    const last = await this.next();
    assert.ok('closed' in last, JSON.stringify(last));
    return last.closed;
  }

  end() {
    this.inner.close();
  }
}

const me = { query: '{ viewer { user { email } } }' };
const email = { viewer: { user: { email: 'owner@example.org' } } };

// What ends a socket that was let in.
const ends = (code, act) => async () => {
  const socket = await Socket.begun();
  await act(socket);
  assert.equal(await socket.closed(), code);
};
const saying = (code, text) => ends(code, (socket) => socket.inner.send(text));
const saysOf = (code, message) => saying(code, JSON.stringify(message));

// Changes until a socket hears something of one operation, and gives it.
async function hears(socket, id) {
  let heard;
  const next = socket.next().then((it) => (heard = it));
  while (!heard) {
    await change();
    await Promise.race([next, new Promise((done) => setTimeout(done, 200))]);
  }
  assert.equal(heard.type, 'next');
  assert.equal(heard.id, id);
  return heard;
}

const rules = {
  async 'of several protocols the right one is chosen'() {
    const socket = await Socket.open(['graphql-ws', 'graphql-transport-ws']);
    assert.equal(socket.inner.protocol, 'graphql-transport-ws');
    socket.end();
  },

  async 'without a token a socket is closed with 4403'() {
    const socket = await Socket.open();
    socket.say({ type: 'connection_init' });
    assert.equal(await socket.closed(), 4403);
  },

  async 'an operation before the beginning closes with 4401'() {
    const socket = await Socket.open();
    socket.ask('1', me);
    assert.equal(await socket.closed(), 4401);
  },

  async 'who does not begin in time is closed with 4408'() {
    const socket = await Socket.open();
    assert.equal(await socket.closed(), 4408);
  },

  'who begins twice is closed with 4429': ends(4429, (socket) => socket.begin()),
  'what is not JSON closes with 4400': saying(4400, '{'),
  'a list closes with 4400': saying(4400, '[]'),
  'a message without a type closes with 4400': saysOf(4400, {}),
  'an unknown type closes with 4400': saysOf(4400, { type: 'start', id: '1', payload: me }),
  'a type of the server closes with 4400': saysOf(4400, { type: 'next', id: '1', payload: {} }),
  'an operation without a name closes with 4400': saysOf(4400, { type: 'subscribe', payload: me }),
  'an operation without a document closes with 4400': saysOf(4400, { type: 'subscribe', id: '1', payload: {} }),
  'a payload that is no object closes with 4400': saysOf(4400, { type: 'subscribe', id: '1', payload: 'x' }),
  'variables that are no object close with 4400': saysOf(4400, {
    type: 'subscribe', id: '1', payload: { ...me, variables: [] },
  }),
  'a ping with a payload that is no object closes with 4400': saysOf(4400, { type: 'ping', payload: 1 }),
  'a completion without a name closes with 4400': saysOf(4400, { type: 'complete' }),
  'bytes that are no text close with 4400': ends(4400, (socket) => socket.inner.send(Buffer.from('{}'))),
  'a message that is too large closes with 1009': ends(1009, (socket) =>
    socket.say({ type: 'ping', payload: { long: 'x'.repeat(70_000) } })),
  'a name in use closes with 4409': ends(4409, (socket) => {
    socket.ask('1', follow);
    socket.ask('1', follow);
  }),
  'a name in use closes with 4409 for a query, too': ends(4409, (socket) => {
    socket.ask('1', follow);
    socket.ask('1', me);
  }),

  async 'a ping is answered before the beginning, with its payload'() {
    const socket = await Socket.open();
    socket.say({ type: 'ping', payload: { of: 'الأمل ⵜⵉⵡⵉⵣⵉ 🌍' } });
    assert.deepEqual(await socket.next(), { type: 'pong', payload: { of: 'الأمل ⵜⵉⵡⵉⵣⵉ 🌍' } });
    socket.say({ type: 'ping' });
    assert.deepEqual(await socket.next(), { type: 'pong' });
    socket.end();
  },

  async 'a pong that nobody asked for is passed over'() {
    const socket = await Socket.begun();
    socket.say({ type: 'pong' });
    socket.say({ type: 'pong', payload: {} });
    await socket.silent();
    socket.end();
  },

  async 'a ping of the transport is answered'() {
    const socket = await Socket.open();
    const pong = new Promise((resolve) => socket.inner.on('pong', resolve));
    socket.inner.ping('x');
    assert.equal((await within(pong, 'pong')).toString(), 'x');
    socket.end();
  },

  async 'a null payload is none'() {
    const socket = await Socket.open();
    socket.say({ type: 'ping', payload: null });
    assert.deepEqual(await socket.next(), { type: 'pong' });
    socket.end();
  },

  async 'a result comes before its completion, and nothing after'() {
    const socket = await Socket.begun();
    socket.ask('1', me);
    await socket.result('1', email);
    assert.deepEqual(await socket.next(), { type: 'complete', id: '1' });
    await socket.silent();
    socket.end();
  },

  async 'a mutation is carried out once and completes'() {
    const socket = await Socket.begun();
    const query =
      'mutation($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { userErrors { code } } }';
    socket.ask('m', { query, variables: { input: {} } });
    const done = { markNotificationsRead: { userErrors: [] } };
    await socket.result('m', done);
    assert.deepEqual(await socket.next(), { type: 'complete', id: 'm' });
    socket.end();
  },

  async 'an operation is chosen by its name'() {
    const socket = await Socket.begun();
    const query = 'query A { serverInfo { version } } query B { viewer { user { email } } }';
    socket.ask('1', { query, operationName: 'B' });
    await socket.result('1', email);
    socket.end();
  },

  async 'a fault while it runs is a result with errors'() {
    const socket = await Socket.begun();
    socket.ask('1', { query: '{ syncChanges(first: 0) { cursor } }' });
    const { type, payload } = await socket.next();
    assert.equal(type, 'next');
    assert.equal(payload.errors[0].extensions.code, 'BAD_USER_INPUT');
    assert.deepEqual(await socket.next(), { type: 'complete', id: '1' });
    socket.end();
  },

  async 'what does not begin is an error with a list, and nothing follows'() {
    const socket = await Socket.begun();
    for (const payload of [
      { query: '{ nothing }' },
      { query: '{' },
      { query: 'query($first: Int!) { syncChanges(first: $first) { cursor } }', variables: {} },
      { query: 'query A { serverInfo { version } }', operationName: 'B' },
      { query: 'subscription { a: approvalQueueChanged(organizationId: "x") { waiting } b: approvalQueueChanged(organizationId: "x") { waiting } }' },
      { ...follow, variables: { id: 'none' } },
      { documentId: 'nothing' },
      { documentId: 'tiwizi-sign-in', variables: {} },
    ]) {
      socket.ask('1', payload);
      const { type, id, payload: errors } = await socket.next();
      assert.deepEqual([type, id], ['error', '1'], JSON.stringify(payload));
      assert.ok(Array.isArray(errors) && errors[0].message, JSON.stringify(errors));
      await socket.silent();
    }
    socket.end();
  },

  async 'a name is free again after the completion'() {
    const socket = await Socket.begun();
    for (let round = 0; round < 3; round += 1) {
      socket.ask('again', me);
      assert.equal((await socket.next()).type, 'next');
      assert.equal((await socket.next()).type, 'complete');
    }
    socket.end();
  },

  async 'a name is free again after the client has ended its operation'() {
    const socket = await Socket.begun();
    socket.ask('1', follow);
    socket.say({ type: 'complete', id: '1' });
    socket.ask('1', me);
    await socket.result('1', email);
    socket.end();
  },

  async 'a name is any text that is not empty'() {
    const socket = await Socket.begun();
    const name = 'الأمل "🌍" \\ \u0000';
    socket.ask(name, me);
    assert.equal((await socket.next()).id, name);
    assert.equal((await socket.next()).id, name);
    socket.ask('', me);
    assert.equal(await socket.closed(), 4400);
  },

  async 'what the client has ended is silent'() {
    const socket = await Socket.begun();
    socket.ask('1', follow);
    await hears(socket, '1');
    socket.say({ type: 'complete', id: '1' });
    await socket.silent();
    await change();
    await change();
    await socket.silent();
    socket.end();
  },

  async 'the end of what does not run is passed over'() {
    const socket = await Socket.begun();
    socket.say({ type: 'complete', id: 'never' });
    await socket.silent();
    socket.end();
  },

  async 'operations do not touch each other'() {
    const socket = await Socket.begun();
    socket.ask('one', follow);
    await hears(socket, 'one');
    socket.ask('bad', { query: '{ nothing }' });
    assert.equal((await socket.next()).type, 'error');
    socket.ask('query', me);
    assert.equal((await socket.next()).id, 'query');
    assert.equal((await socket.next()).id, 'query');
    await hears(socket, 'one');
    socket.end();
  },

  async 'one operation too many is an error, and the others go on'() {
    const socket = await Socket.begun();
    for (let number = 0; number < 51; number += 1) socket.ask(`${number}`, follow);
    const refused = await socket.next();
    assert.deepEqual([refused.type, refused.id], ['error', '50']);
    assert.equal(refused.payload[0].extensions.code, 'RATE_LIMITED');
    socket.say({ type: 'complete', id: '0' });
    socket.ask('50', me);
    assert.equal((await socket.next()).id, '50');
    socket.end();
  },

  async 'a message in pieces is one message'() {
    const socket = await Socket.begun();
    const text = JSON.stringify({ type: 'ping', payload: { whole: 'ⵜⵉⵡⵉⵣⵉ' } });
    socket.inner.send(text.slice(0, 12), { fin: false });
    socket.inner.send(text.slice(12), { fin: true });
    assert.deepEqual(await socket.next(), { type: 'pong', payload: { whole: 'ⵜⵉⵡⵉⵣⵉ' } });
    socket.end();
  },

  async 'a client that closes is let go'() {
    const socket = await Socket.begun();
    socket.ask('1', follow);
    socket.inner.close(1000);
    assert.equal(await socket.closed(), 1000);
  },
};
Object.assign(checks, rules);

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
