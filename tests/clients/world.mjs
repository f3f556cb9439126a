// What the journeys share: documents, sessions, and where an hour can be logged.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'graphql';

const folder = new URL('operations/', import.meta.url);
/** The documents by the name of their operation, as text and parsed. */
export const text = {};
export const documents = {};
for (const file of readdirSync(folder)) {
  const source = readFileSync(new URL(file, folder), 'utf8');
  const document = parse(source);
  const { value } = document.definitions[0].name;
  text[value] = source;
  documents[value] = document;
}

export const PASSWORD = 'tiwizi-demo';
export const address = (name) => `${name}@example.org`;
export const input = (it) => ({ input: it });

/** Plain GraphQL over HTTP, to prepare what a client is then tried with. */
export async function plain(url, query, variables, token) {
  const headers = { 'content-type': 'application/json', 'accept-language': 'en' };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

export async function session(url, name) {
  const { signIn } = await plain(url, text.OpenSession, input({ email: address(name), password: PASSWORD }));
  assert.deepEqual(signIn.userErrors, []);
  return signIn.session;
}

/** The organization, a record of the volunteer, and running projects. */
export async function workplace(url, token) {
  const found = await plain(url, text.Workplace, { slug: 'al-amal' }, token);
  return {
    organizationId: found.organization.id,
    volunteerId: found.volunteers.nodes[0].id,
    projects: found.projects.nodes.map(({ id }) => id),
  };
}

/**
 * Logs so many minutes by `create(input)`, which gives the payload, on the first day that takes them: the demonstration data
 * fill some days and end some projects. Gives the payload and the input.
 */
export async function logged({ volunteerId, projects }, minutes, mark, create) {
  const days = Array.from({ length: 21 }, (_, back) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10));
  let last;
  for (const projectId of projects) {
    for (const workedOn of days) {
      const asked = {
        volunteerId, projectId, workedOn, minutes, submit: true, description: mark,
        idempotencyKey: `${mark}-${process.pid}-${projectId}-${workedOn}`.slice(0, 200),
      };
      last = await create(asked);
      if (last.hourEntry) return { payload: last, asked };
      assert.ok(last.userErrors.length > 0, 'neither an entry nor a reason');
    }
  }
  throw new Error(`no day takes ${minutes} minutes: ${JSON.stringify(last)}`);
}

export const within = (promise, what, seconds = 30) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(`no ${what}`)), seconds * 1000).unref())]);
