// Journeys with urql.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { persistedExchange } from '@urql/exchange-persisted';
import { parse } from 'graphql';
import { documents, input, logged, session, within, workplace } from './world.mjs';

function made(url, { start, ended = () => false, exchanges = [], ...options } = {}) {
  const sent = [];
  const state = { session: start, renewals: 0 };
  const client = new Client({
    url,
    // The library would send queries by GET where they are short.
    preferGetMethod: false,
    fetch: async (target, request) => {
      const asked = { method: request.method ?? 'GET', url: String(target), body: request.body && JSON.parse(request.body) };
      sent.push(asked);
      const response = await fetch(target, request);
      asked.status = response.status;
      asked.type = response.headers.get('content-type');
      return response;
    },
    fetchOptions: () => ({ headers: { 'accept-language': 'en' } }),
    exchanges: [
      cacheExchange,
      authExchange(async (auth) => ({
        // Not with the mutation that renews: a token that has ended is refused, whatever it comes with.
        addAuthToOperation: (operation) =>
          state.session && !renews(operation) ? auth.appendHeaders(operation, { authorization: `Bearer ${state.session.accessToken}` }) : operation,
        willAuthError: () => Boolean(state.session) && ended(state.session),
        didAuthError: (error) => error.graphQLErrors.some((it) => it.extensions?.code === 'UNAUTHENTICATED'),
        refreshAuth: async () => {
          state.renewals += 1;
          const { data } = await auth.mutate(documents.RenewSession, input({ refreshToken: state.session.refreshToken }));
          assert.deepEqual(data.refreshSession.userErrors, []);
          state.session = data.refreshSession.session;
        },
      })),
      ...exchanges,
      fetchExchange,
    ],
    ...options,
  });
  return { client, state, sent };
}

const renews = ({ query }) => query.definitions[0].name?.value === 'RenewSession';

export const journeys = (url) => ({
  async 'renews a token before it ends, and asks with the new one'() {
    const start = await session(url, 'volunteer');
    // By the client's clock the first token has ended.
    const { client, state } = made(url, { start, ended: (it) => it === start });
    const { data, error } = await client.query(documents.WhoAmI, {});
    assert.equal(error, undefined);
    assert.equal(data.viewer.user.email, 'volunteer@example.org');
    assert.equal(state.renewals, 1);
  },

  async 'renews a token that is refused, and repeats what it asked'() {
    const start = await session(url, 'volunteer');
    const { client, state, sent } = made(url, { start: { ...start, accessToken: 'ended' } });
    const { data } = await client.query(documents.WhoAmI, {});
    assert.equal(data.viewer.user.email, 'volunteer@example.org');
    assert.equal(state.renewals, 1);
    assert.deepEqual(sent.map((it) => it.status), [401, 200, 200]);
  },

  async 'errors have their codes, and data beside them'() {
    const { client } = made(url, { start: await session(url, 'volunteer') });
    const invalid = await client.query(parse('{ nothing }'), {});
    assert.equal(invalid.error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
    assert.equal(invalid.data, undefined);
    const unfit = await client.query(parse('query($n: Int!) { projects(first: $n) { totalCount } }'), { n: 101 });
    assert.equal(unfit.error.graphQLErrors[0].extensions.code, 'BAD_USER_INPUT');
    const absent = await client.query(parse('{ node(id: "x") { id } }'), {});
    assert.deepEqual([absent.error, absent.data.node], [undefined, null]);
  },

  async 'pages from both ends meet'() {
    const { client } = made(url, { start: await session(url, 'coordinator') });
    const ahead = [];
    let after;
    for (let page = 0; page < 3; page += 1) {
      const { data } = await client.query(documents.EntryPage, { first: 5, after });
      ahead.push(...data.hourEntries.edges.map(({ node }) => node.id));
      after = data.hourEntries.pageInfo.endCursor;
    }
    const back = parse(`query($last: Int!, $before: String!) {
      hourEntries(last: $last, before: $before, orderBy: { field: WORKED_ON, direction: DESC }) { edges { node { id } } } }`);
    const { data } = await client.query(back, { last: 14, before: after });
    assert.deepEqual(data.hourEntries.edges.map(({ node }) => node.id), ahead.slice(0, 14));
  },

  async 'what was logged without a network is sent as a batch, and sent again changes nothing'() {
    const { client, state } = made(url, { start: await session(url, 'volunteer') });
    const place = await workplace(url, state.session.accessToken);
    const now = new Date().toISOString();
    const [deviceId, good, bad, submitted] = Array.from({ length: 4 }, () => randomUUID());
    let batch;
    const { payload } = await logged(place, 25, 'offline', async ({ idempotencyKey, submit, ...create }) => {
      const entry = { clientId: good };
      batch = {
        deviceId, sentAt: now, items: [
          { clientId: good, clientTime: now, operation: { create } },
          { clientId: bad, clientTime: now, operation: { create: { ...create, minutes: -5 } } },
          { clientId: submitted, clientTime: now, operation: { submit: { entry } } },
        ],
      };
      const { data, error } = await client.mutation(documents.SyncBatch, input(batch));
      assert.equal(error, undefined, String(error));
      const { results } = data.syncHourEntries;
      assert.deepEqual(results.map((it) => it.clientId), [good, bad, submitted]);
      assert.equal(results[1].status, 'REJECTED');
      const done = results[0].status === 'APPLIED' || results[0].status === 'REPLAYED';
      return { ...results[2], hourEntry: done ? results[2].hourEntry : null, userErrors: results[0].userErrors };
    });
    assert.equal(payload.hourEntry.status, 'SUBMITTED');
    const again = await client.mutation(documents.SyncBatch, input(batch));
    const results = again.data.syncHourEntries.results;
    assert.deepEqual([results[0].status, results[2].status], ['REPLAYED', 'REPLAYED']);
    assert.equal(results[0].hourEntry.id, payload.hourEntry.id);
  },

  async 'documents are asked by their digest'() {
    const { client, sent } = made(url, { exchanges: [persistedExchange({ preferGetForPersistedQueries: 'force' })] });
    const query = parse(`query Persisted${process.pid}y${Date.now()} { serverInfo { version } }`);
    for (let round = 0; round < 2; round += 1) {
      const { data, error } = await client.query(query, {}, { requestPolicy: 'network-only' });
      assert.ok(data?.serverInfo.version, String(error));
    }
    assert.deepEqual(sent.map((it) => [it.method, it.status]), [['GET', 400], ['GET', 200], ['GET', 200]]);
    assert.deepEqual(sent.map((it) => it.url.includes('query=')), [false, true, false]);
  },

  async 'a file goes with a mutation, and is tried row by row'() {
    const { client, state } = made(url, { start: await session(url, 'owner') });
    const { organizationId } = await workplace(url, state.session.accessToken);
    const content = Buffer.from('date;ref benevole;projet;minutes;description\n2026-10-05;V-nobody;P-none;120;plantation\n').toString('base64');
    const { data } = await client.mutation(documents.TryFile, input({ organizationId, kind: 'HOURS', fileName: 'heures.csv', content }));
    assert.deepEqual(data.startImport.userErrors, []);
    assert.deepEqual([data.startImport.import.rowCount, data.startImport.import.refusedCount], [1, 1]);
  },

  async 'hears of a change over plain HTTP'() {
    const volunteer = made(url, { start: await session(url, 'volunteer') });
    const place = await workplace(url, volunteer.state.session.accessToken);
    const { client, sent } = made(url, { start: await session(url, 'coordinator'), fetchSubscriptions: true });
    let heard;
    const event = new Promise((resolve) => (heard = resolve));
    const { unsubscribe } = client
      .subscription(documents.EntryChanged, { organizationId: place.organizationId })
      .subscribe((result) => heard(result));
    for (let round = 0; round < 5 && sent.length === 0; round += 1) await new Promise((done) => setTimeout(done, 100));
    await new Promise((done) => setTimeout(done, 500));
    await logged(place, 15, 'urql-live', async (it) =>
      (await volunteer.client.mutation(documents.CreateHourEntry, input(it))).data.createHourEntry);
    const { data, error } = await within(event, 'event');
    assert.equal(error, undefined, String(error));
    assert.ok(data.hourEntryChanged.id);
    assert.match(sent[0].type, /^text\/event-stream/);
    unsubscribe();
  },
});
