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
    let reconnected;
    const again = new Promise((done) => (reconnected = done));
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: () => ({ authorization: `Bearer ${sessions.at(-1).accessToken}` }),
      lazy: false,
      shouldRetry: () => true,
      retryAttempts: 5,
      retryWait: async () => {},
      on: {
        connected: () => {
          connected += 1;
          if (connected === 2) reconnected();
        },
        closed: async ({ code }) => closed.push(code),
      },
    });
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
    const before = client.iterate({ query: text.EntryChanged, variables: { organizationId: place.organizationId } });
    const { value } = await told(before);
    assert.ok(value.data.hourEntryChanged.id);

    const [old] = sessions;
    sessions = [old, await session(url, 'coordinator')];
    await plain(url, text.CloseSession, {}, old.accessToken);
    await within(again, 'second connection');
    assert.equal(closed[0], 4403);
    // What had come before that is told first, so that one more is written for sure.
    for (let event = 0; event < 2; event += 1) {
      const next = await told(before);
      assert.ok(next.value.data.hourEntryChanged.id);
    }
    assert.equal(connected, 2);
    await before.return();
    await client.dispose();
  },
});
