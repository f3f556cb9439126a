// Journeys with graphql-ws: what a socket does when the session behind it ends.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { input, logged, plain, session, text, within, workplace } from './world.mjs';

export const journeys = (url) => ({
  async 'a socket whose session ends is closed with 4403, and goes on with a new session'() {
    const writer = await session(url, 'volunteer');
    const place = await workplace(url, writer.accessToken);
    let sessions = [await session(url, 'coordinator')];
    const closed = [];
    let connected = 0;
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: () => ({ authorization: `Bearer ${sessions.at(-1).accessToken}` }),
      lazy: false,
      shouldRetry: () => true,
      retryAttempts: 5,
      retryWait: async () => {},
      on: {
        connected: () => (connected += 1),
        closed: async ({ code }) => closed.push(code),
      },
    });
    const follow = () => client.iterate({ query: text.EntryChanged, variables: { organizationId: place.organizationId } });
    let round = 0;
    // Logs hours until something is told: the start of a subscription is not acknowledged.
    const told = async (events) => {
      const next = events.next();
      let waiting = true;
      next.catch(() => {}).finally(() => (waiting = false));
      while (waiting && round < 60) {
        round += 1;
        await logged(place, 1 + (round % 9), `socket-${round}`, async (it) =>
          (await plain(url, text.CreateHourEntry, input(it), writer.accessToken)).createHourEntry);
        await Promise.race([next.catch(() => {}), new Promise((done) => setTimeout(done, 400))]);
      }
      return within(next, 'event', 1);
    };
    const before = follow();
    const { value } = await told(before);
    assert.ok(value.data.hourEntryChanged.id);

    const [old] = sessions;
    sessions = [old, await session(url, 'coordinator')];
    await plain(url, text.CloseSession, {}, old.accessToken);
    // Whoever may not follow any more is told so once, and may not begin anything else on that socket.
    await assert.rejects(told(before), (errors) => errors[0].extensions.code === 'UNAUTHENTICATED');
    const after = follow();
    const next = await told(after);
    assert.ok(next.value.data.hourEntryChanged.id);
    assert.equal(closed[0], 4403);
    assert.equal(connected, 2);
    await after.return();
    await client.dispose();
  },
});
