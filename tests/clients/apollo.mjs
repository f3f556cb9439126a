// Journeys with Apollo Client.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { PASSWORD, address, documents, input, logged, session, within, workplace } from './world.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A client with a session that it renews, and a list of what it sent. */
function made(url, { persisted = false, lose = () => false, start } = {}) {
  const sent = [];
  const state = { session: start, renewals: 0 };
  const watched = async (target, options) => {
    const asked = { method: options.method ?? 'GET', url: String(target), body: options.body && JSON.parse(options.body) };
    sent.push(asked);
    const response = await fetch(target, options);
    asked.status = response.status;
    // As where the connection breaks when the server has done its work already.
    if (lose(asked)) throw new TypeError('the connection was lost');
    return response;
  };
  const http = new HttpLink({ uri: url, fetch: watched });
  const signed = new SetContextLink(({ headers }) => ({
    headers: { ...headers, 'accept-language': 'en', ...(state.session && { authorization: `Bearer ${state.session.accessToken}` }) },
  }));
  const bare = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache() });
  const renew = async () => {
    state.renewals += 1;
    const { data } = await bare.mutate({ mutation: documents.RenewSession, variables: input({ refreshToken: state.session.refreshToken }) });
    assert.deepEqual(data.refreshSession.userErrors, []);
    state.session = data.refreshSession.session;
  };
  const renewing = new ErrorLink(({ error, operation, forward }) => {
    const code = CombinedGraphQLErrors.is(error) && error.errors[0].extensions?.code;
    if (code !== 'UNAUTHENTICATED' || !state.session || operation.getContext().renewed) return undefined;
    return new Observable((observer) => {
      renew().then(() => {
        operation.setContext(({ headers }) => ({ renewed: true, headers: { ...headers, authorization: `Bearer ${state.session.accessToken}` } }));
        forward(operation).subscribe(observer);
      }, (failed) => observer.error(failed));
    });
  });
  const links = [renewing, signed];
  if (persisted) links.push(new PersistedQueryLink({ sha256, useGETForHashedQueries: true }));
  links.push(new RetryLink({ delay: { initial: 10 }, attempts: { max: 3 } }), http);
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { hourEntries: relayStylePagination(['filter', 'orderBy']) } } } });
  const client = new ApolloClient({ link: ApolloLink.from(links), cache });
  return { client, state, sent, signIn: async (name) => {
    const { data } = await client.mutate({ mutation: documents.OpenSession, variables: input({ email: address(name), password: PASSWORD }) });
    assert.deepEqual(data.signIn.userErrors, []);
    state.session = data.signIn.session;
  } };
}

export const journeys = (url) => ({
  async 'signs in, and is who it says'() {
    const { client, signIn } = made(url);
    await signIn('volunteer');
    const { data } = await client.query({ query: documents.WhoAmI });
    assert.equal(data.viewer.user.email, address('volunteer'));
  },

  async 'a wrong password is an answer, not an error'() {
    const { client } = made(url);
    const { data, error } = await client.mutate({
      mutation: documents.OpenSession, variables: input({ email: address('volunteer'), password: 'not the password' }),
    });
    assert.equal(error, undefined);
    assert.equal(data.signIn.session, null);
    assert.equal(data.signIn.userErrors[0].code, 'INVALID_CREDENTIALS');
  },

  async 'renews a token that is not taken any more, once, and repeats what it asked'() {
    const start = await session(url, 'volunteer');
    const { client, state } = made(url, { start: { ...start, accessToken: `${start.accessToken.slice(0, -4)}AAAA` } });
    const { data } = await client.query({ query: documents.WhoAmI });
    assert.equal(data.viewer.user.email, address('volunteer'));
    assert.equal(state.renewals, 1);
    assert.notEqual(state.session.refreshToken, start.refreshToken);
  },

  async 'signed out it is told UNAUTHENTICATED'() {
    const { client } = made(url);
    const page = client.mutate({ mutation: documents.CreateHourEntry, variables: input({ projectId: 'x', minutes: 1 }) });
    await assert.rejects(page, (error) => CombinedGraphQLErrors.is(error) && error.errors[0].extensions.code === 'UNAUTHENTICATED');
  },

  async 'pages follow each other without a gap or a double'() {
    const { client, signIn } = made(url);
    await signIn('coordinator');
    const watched = client.watchQuery({ query: documents.EntryPage, variables: { first: 7 } });
    const subscription = watched.subscribe(() => {});
    await watched.refetch();
    const shown = () => client.readQuery({ query: documents.EntryPage, variables: { first: 7 } }).hourEntries;
    const total = shown().totalCount;
    for (let page = 1; page < 4; page += 1) {
      await watched.fetchMore({ variables: { after: shown().pageInfo.endCursor } });
    }
    subscription.unsubscribe();
    const ids = shown().edges.map(({ node }) => node.id);
    const days = shown().edges.map(({ node }) => node.workedOn);
    assert.equal(ids.length, Math.min(28, total));
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(days, days.toSorted().toReversed());
  },

  async 'hours that are sent again after a lost answer are there once, and are approved'() {
    let lost = 0;
    const lose = (asked) => asked.body?.operationName === 'CreateHourEntry' && asked.body.variables.input.minutes === 35 && (lost += 1) % 2 === 1;
    const volunteer = made(url, { lose });
    await volunteer.signIn('volunteer');
    const place = await workplace(url, volunteer.state.session.accessToken);
    const { payload, asked } = await logged(place, 35, 'apollo', async (it) => {
      const { data } = await volunteer.client.mutate({ mutation: documents.CreateHourEntry, variables: input(it) });
      return data.createHourEntry;
    });
    assert.ok(lost >= 2, 'the answer was not lost');
    assert.equal(payload.hourEntry.minutes, 35);
    const again = await volunteer.client.mutate({ mutation: documents.CreateHourEntry, variables: input(asked) });
    // The client sends it twice again: whichever answer comes, it is that entry.
    assert.equal(again.data.createHourEntry.hourEntry.id, payload.hourEntry.id);
    const other = await volunteer.client.mutate({ mutation: documents.CreateHourEntry, variables: input({ ...asked, minutes: 36 }) });
    assert.equal(other.data.createHourEntry.userErrors[0].code, 'IDEMPOTENCY_CONFLICT');

    const coordinator = made(url);
    await coordinator.signIn('coordinator');
    const { data } = await coordinator.client.mutate({ mutation: documents.DecideEntries, variables: input({ ids: [payload.hourEntry.id] }) });
    assert.equal(data.approveHourEntries.results[0].hourEntry.status, 'APPROVED');
    const refused = await coordinator.client.mutate({ mutation: documents.DecideEntries, variables: input({ ids: [payload.hourEntry.id] }) });
    assert.ok(refused.data.approveHourEntries.results[0].userErrors[0].code);
  },

  async 'a document is asked by its digest, sent whole when it is missed, and found afterwards'() {
    const { client, sent, signIn } = made(url, { persisted: true });
    await signIn('volunteer');
    sent.length = 0;
    // A document of this run, which no cache knows.
    const { parse } = createRequire(import.meta.url)('graphql');
    const query = parse(`query Persisted${process.pid}x${Date.now()} { serverInfo { version } }`);
    const ask = () => client.query({ query, fetchPolicy: 'network-only' });
    await ask();
    await ask();
    assert.deepEqual(sent.map((it) => it.method), ['GET', 'POST', 'GET']);
    assert.deepEqual(sent.map((it) => it.status), [400, 200, 200]);
    assert.ok(sent[0].url.includes('sha256Hash') && !sent[0].url.includes('query='));
    assert.ok(sent[1].body.query && sent[1].body.extensions.persistedQuery.sha256Hash);
  },

  async 'hears of a change by WebSocket'() {
    const volunteer = made(url);
    await volunteer.signIn('volunteer');
    const coordinator = await session(url, 'coordinator');
    const place = await workplace(url, volunteer.state.session.accessToken);
    const ws = createClient({
      url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams: { authorization: `Bearer ${coordinator.accessToken}` },
    });
    const listening = new ApolloClient({ link: new GraphQLWsLink(ws), cache: new InMemoryCache() });
    const heard = new Map();
    const subscription = listening
      .subscribe({ query: documents.EntryChanged, variables: { organizationId: place.organizationId } })
      .subscribe(({ data }) => heard.set(data.hourEntryChanged.id, data.hourEntryChanged));
    // The start of a subscription is not acknowledged: something is logged until something is heard.
    let waits = 50;
    const ids = new Set();
    const known = () => [...ids].find((id) => heard.has(id));
    while (!known()) {
      assert.ok((waits -= 1) > 0, 'nothing was heard');
      if (waits % 10 === 9) {
        const { payload } = await logged(place, 3 + waits % 7, `apollo-live-${waits}`, async (it) => {
          const { data } = await volunteer.client.mutate({ mutation: documents.CreateHourEntry, variables: input(it) });
          return data.createHourEntry;
        });
        ids.add(payload.hourEntry.id);
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    assert.equal(heard.get(known()).hourEntry.status, 'SUBMITTED');
    subscription.unsubscribe();
    await within(ws.dispose() ?? Promise.resolve(), 'end');
  },
});
