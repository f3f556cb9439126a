// GraphQL over HTTP to the letter, beyond the audits: node letter.mjs http://127.0.0.1:8080/graphql
// The server must hold the demo data. Raw requests go by a socket: `fetch` sends some headers by itself.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';

const url = process.argv[2];
if (!url) {
  console.error('usage: node letter.mjs URL');
  process.exit(2);
}
const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';
const QUERY = '{ __typename }';

/** One exchange with exactly these headers. */
function raw(method, headers, body, target = url) {
  return new Promise((resolve, reject) => {
    const asked = request(target, { method, headers, timeout: 30_000 }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        let json;
        try {
          json = JSON.parse(text);
        } catch {
          // Not every answer is JSON: whoever needs it fails by its absence.
        }
        resolve({ status: response.statusCode, headers: response.headers, text, json });
      });
    });
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    if (body !== undefined) asked.write(body);
    asked.end();
  });
}
const send = (body, headers = {}) =>
  raw('POST', { 'content-type': JSON_TYPE, accept: GRAPHQL_TYPE, ...headers }, typeof body === 'string' ? body : JSON.stringify(body));
const get = (parameters, headers = {}) =>
  raw('GET', { accept: GRAPHQL_TYPE, ...headers }, undefined, `${url}?${new URLSearchParams(parameters)}`);
const code = (answer) => answer.json?.errors?.[0]?.extensions?.code;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash, version = 1) => ({ persistedQuery: { version, sha256Hash } });

/** Refused before anything ran: errors with a message and a code, and no data. */
function refused(answer, status, expected) {
  assert.equal(answer.status, status, answer.text);
  assert.ok(Array.isArray(answer.json?.errors) && answer.json.errors.length > 0, answer.text);
  for (const error of answer.json.errors) {
    assert.equal(typeof error.message, 'string');
    assert.equal(typeof error.extensions.code, 'string');
    const known = ['message', 'locations', 'path', 'extensions'];
    assert.deepEqual(Object.keys(error).filter((it) => !known.includes(it)), []);
  }
  assert.equal('data' in answer.json, false, answer.text);
  if (expected) assert.equal(code(answer), expected);
}
function ran(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.ok('data' in answer.json, answer.text);
  assert.equal('errors' in answer.json, false, answer.text);
}

const checks = {
  async 'members that nobody knows are ignored'() {
    ran(await send({ query: QUERY, id: 7, batch: [1], documentID: 'x', extensions: { tracing: true, persisted: 1 } }));
    ran(await get({ query: QUERY, colour: 'red' }));
  },

  async 'null is as good as absent'() {
    ran(await send({ query: QUERY, operationName: null, variables: null, extensions: null, documentId: null }));
    ran(await send({ query: QUERY, extensions: { persistedQuery: null } }));
    ran(await get({ query: QUERY, variables: 'null', extensions: 'null' }));
    ran(await get({ query: QUERY, variables: '', operationName: '', extensions: '' }));
    refused(await send({ query: null }), 400, 'BAD_REQUEST');
  },

  async 'members of another type are refused'() {
    for (const body of [
      { query: 7 }, { query: [QUERY] }, { query: QUERY, variables: [] }, { query: QUERY, variables: 'x' },
      { query: QUERY, operationName: {} }, { query: QUERY, extensions: [] }, { documentId: 7 },
    ]) refused(await send(body), 400, 'BAD_REQUEST');
    for (const body of ['', '{', 'null', '7', '"x"', '[]', '\u0000', '{"query": "{ __typename }"} x']) refused(await send(body), 400, 'BAD_REQUEST');
    refused(await get({ query: QUERY, variables: '{' }), 400, 'BAD_REQUEST');
    refused(await get({}), 400, 'BAD_REQUEST');
  },

  async 'batches are refused'() {
    refused(await send([{ query: QUERY }]), 400, 'BAD_REQUEST');
    refused(await send([{ query: QUERY }, { query: QUERY }], { accept: JSON_TYPE }), 400, 'BAD_REQUEST');
  },

  async 'the form is the one that Accept prefers'() {
    for (const [accept, type] of [
      [undefined, JSON_TYPE],
      ['', JSON_TYPE],
      ['*/*', JSON_TYPE],
      ['application/*', JSON_TYPE],
      ['*/*;q=0.1', JSON_TYPE],
      [JSON_TYPE, JSON_TYPE],
      [GRAPHQL_TYPE, GRAPHQL_TYPE],
      [GRAPHQL_TYPE.toUpperCase(), GRAPHQL_TYPE],
      [`${GRAPHQL_TYPE}; charset=utf-8, ${JSON_TYPE}; charset=utf-8`, GRAPHQL_TYPE],
      [`${JSON_TYPE}, ${GRAPHQL_TYPE}`, GRAPHQL_TYPE],
      [`${GRAPHQL_TYPE};q=0.5, ${JSON_TYPE};q=0.9`, JSON_TYPE],
      [`${GRAPHQL_TYPE};q=0.9, ${JSON_TYPE};q=0.5`, GRAPHQL_TYPE],
      [`${GRAPHQL_TYPE};Q=0.5, ${JSON_TYPE};Q=0.9`, JSON_TYPE],
      [`${GRAPHQL_TYPE};q=0, */*`, JSON_TYPE],
      [`${JSON_TYPE};q=0, application/*`, GRAPHQL_TYPE],
      [`text/html, ${GRAPHQL_TYPE};q=0.3, */*;q=0.1`, GRAPHQL_TYPE],
      [`text/html;q=0.9, */*;q=0.8`, JSON_TYPE],
      [`  ${JSON_TYPE} ;  q=1.0 `, JSON_TYPE],
      [`${JSON_TYPE};v=1;q=0.2, ${GRAPHQL_TYPE};q=0.1`, JSON_TYPE],
    ]) {
      const headers = { 'content-type': JSON_TYPE };
      if (accept !== undefined) headers.accept = accept;
      const answer = await raw('POST', headers, JSON.stringify({ query: QUERY }));
      ran(answer);
      assert.equal(answer.headers['content-type'], `${type}; charset=utf-8`, accept);
    }
  },

  async 'what Accept does not take is not sent'() {
    for (const accept of ['text/html', 'image/*', `${JSON_TYPE};q=0`, `${JSON_TYPE};q=0, ${GRAPHQL_TYPE};q=0`, '*/*;q=0', 'application/xml, text/plain']) {
      refused(await send({ query: QUERY }, { accept }), 406);
      refused(await get({ query: QUERY }, { accept }), 406);
    }
  },

  async 'the status says what became of it, where a client reads statuses'() {
    for (const [body, graphql, json, expected] of [
      [{ query: '{' }, 400, 200, 'GRAPHQL_PARSE_FAILED'],
      [{ query: '{ nothing }' }, 400, 200, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: 'query($id: ID!) { node(id: $id) { id } }' }, 400, 200, 'BAD_USER_INPUT'],
      [{ query: `query A ${QUERY}`, operationName: 'B' }, 400, 200, 'OPERATION_RESOLUTION_FAILURE'],
      [{ query: 'subscription { jobProgress(id: "x") { __typename } }' }, 400, 200, 'BAD_REQUEST'],
    ]) {
      refused(await send(body), graphql, expected);
      refused(await send(body, { accept: JSON_TYPE }), json, expected);
    }
    // What ran is 200 in both, with an error beside null.
    for (const accept of [GRAPHQL_TYPE, JSON_TYPE]) {
      const answer = await send({ query: '{ hourEntry(id: "x") { id } approvalQueue(organizationId: "x") { totalCount } }' }, { accept });
      assert.equal(answer.status, 200);
      assert.ok('data' in answer.json);
    }
  },

  async 'other methods are refused, with those that are taken'() {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await raw(method, { accept: GRAPHQL_TYPE, 'content-type': JSON_TYPE }, JSON.stringify({ query: QUERY }));
      refused(answer, 405);
      assert.equal(answer.headers.allow, 'GET, POST');
    }
  },

  async 'nothing but queries comes by GET'() {
    const mutation = 'mutation { signOut { userErrors { code } } }';
    const answer = await get({ query: mutation });
    refused(answer, 405);
    assert.equal(answer.headers.allow, 'POST');
    refused(await get({ query: mutation }, { accept: JSON_TYPE }), 405);
    refused(await get({ query: 'subscription { jobProgress(id: "x") { __typename } }' }), 405);
    // Nor by its digest, once it was sent as it should be.
    const extensions = persisted(sha256(mutation));
    await send({ query: mutation, extensions });
    refused(await get({ extensions: JSON.stringify(extensions) }), 405);
    // Of two operations it is the one that is asked for which counts.
    const both = `query Q ${QUERY} ${mutation.replace('mutation', 'mutation M')}`;
    ran(await get({ query: both, operationName: 'Q' }));
    refused(await get({ query: both, operationName: 'M' }), 405);
  },

  async 'only JSON in UTF-8 is read: what pages of other sites can send without asking is not'() {
    const body = JSON.stringify({ query: QUERY });
    for (const type of [
      undefined, '', 'text/plain', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x',
      'application/graphql', 'application/json; charset=utf-16', 'application/json; charset=latin1', 'application/jsonx', 'text/json',
    ]) {
      const headers = { accept: GRAPHQL_TYPE };
      if (type !== undefined) headers['content-type'] = type;
      refused(await raw('POST', headers, body), 415);
      // Nor with a header that asks first: nothing is read that is no JSON.
      refused(await raw('POST', { ...headers, 'graphql-require-preflight': '1' }, body), 415);
    }
    const form = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${body}\r\n--x--\r\n`;
    refused(await raw('POST', { accept: GRAPHQL_TYPE, 'content-type': 'multipart/form-data; boundary=x' }, form), 415);
    for (const type of [JSON_TYPE, 'application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'APPLICATION/JSON', 'application/json; profile=x']) {
      ran(await raw('POST', { accept: GRAPHQL_TYPE, 'content-type': type }, body));
    }
  },

  async 'nothing is allowed to pages of other sites'() {
    for (const method of ['OPTIONS', 'POST']) {
      const headers = { origin: 'https://elsewhere.example', 'content-type': JSON_TYPE, accept: GRAPHQL_TYPE, 'access-control-request-method': 'POST' };
      const answer = await raw(method, headers, JSON.stringify({ query: QUERY }));
      assert.deepEqual(Object.keys(answer.headers).filter((it) => it.startsWith('access-control-')), []);
    }
    // A cookie is nobody's right.
    const answer = await send({ query: '{ viewer { user { id } } }' }, { cookie: 'session=x; authorization=Bearer%20x' });
    assert.deepEqual(answer.json.data, { viewer: null });
  },

  async 'bodies have a bound, and compressed ones are not read'() {
    const large = JSON.stringify({ query: QUERY, padding: 'x'.repeat(1024 * 1024) });
    refused(await send(large), 413);
    // Also where its size is not said before.
    refused(await send(large, { 'transfer-encoding': 'chunked' }), 413);
    refused(await send({ query: QUERY }, { 'content-encoding': 'gzip' }), 415);
    ran(await send({ query: QUERY }, { 'content-encoding': 'identity' }));
  },

  async 'text is UTF-8 in both directions'() {
    const query = 'query($code: String) { territory(code: $code) { name } }';
    ran(await send({ query, variables: { code: 'الأمل ⵜⵉⵡⵉⵣⵉ 🌍' } }));
    refused(await send(Buffer.from([...Buffer.from('{"query": "{ __typename }'), 0xff, 0xfe, ...Buffer.from('"}')]).toString('latin1')), 400);
    const answer = await send({ query: '{ territory(code: "07") { name(locale: "ar") } }' });
    assert.match(answer.json.data.territory.name, /مراكش/);
  },

  async 'answers are kept by nobody, and tell what they depend on'() {
    for (const answer of [
      await send({ query: QUERY }), await get({ query: QUERY }), await send({ query: '{' }), await send('x'),
      await raw('PUT', {}), await send({ query: QUERY }, { accept: 'text/html' }),
    ]) {
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      const vary = answer.headers.vary.toLowerCase().split(/,\s*/);
      for (const name of ['accept', 'accept-encoding', 'accept-language', 'authorization']) assert.ok(vary.includes(name), answer.headers.vary);
      assert.match(answer.headers['x-request-id'], /^\S{8,64}$/);
    }
  },

  async 'a token that is not taken is 401 with the way to sign in'() {
    for (const authorization of ['Bearer x', 'Bearer', 'Basic YTpi', 'Bearer twz_nothing', `Bearer ${'x'.repeat(5_000)}`]) {
      for (const accept of [GRAPHQL_TYPE, JSON_TYPE]) {
        const answer = await send({ query: QUERY }, { authorization, accept });
        refused(answer, 401, 'UNAUTHENTICATED');
        assert.match(answer.headers['www-authenticate'], /^Bearer/);
      }
    }
  },

  async 'a persisted query is missed, sent whole, and found'() {
    const query = `query P${randomUUID().replaceAll('-', '')} ${QUERY}`;
    const extensions = persisted(sha256(query));
    const missed = await send({ extensions });
    refused(missed, 400, 'PERSISTED_QUERY_NOT_FOUND');
    assert.equal(missed.json.errors[0].message, 'PersistedQueryNotFound');
    assert.equal(missed.headers['cache-control'], 'no-store');
    refused(await get({ extensions: JSON.stringify(extensions) }), 400, 'PERSISTED_QUERY_NOT_FOUND');
    refused(await send({ extensions }, { accept: JSON_TYPE }), 200, 'PERSISTED_QUERY_NOT_FOUND');
    ran(await send({ query, extensions }));
    ran(await send({ extensions }));
    ran(await get({ extensions: JSON.stringify(extensions) }));
    ran(await send({ extensions: persisted(sha256(query).toUpperCase()) }));
  },

  async 'a digest that is none, or of another document, is refused'() {
    const hash = sha256(QUERY);
    for (const extensions of [
      persisted(sha256('{ other }')), persisted(hash, 2), persisted(hash, '1'), persisted(hash.slice(1)), persisted(`${hash}0`),
      persisted('x'.repeat(64)), persisted(7), { persistedQuery: { version: 1 } }, { persistedQuery: 'x' },
    ]) refused(await send({ query: QUERY, extensions }), 400, 'BAD_REQUEST');
  },

  async 'what is not valid is not kept under its digest'() {
    const query = `{ nothing${randomUUID().replaceAll('-', '')} }`;
    const extensions = persisted(sha256(query));
    refused(await send({ query, extensions }), 400, 'GRAPHQL_VALIDATION_FAILED');
    refused(await send({ extensions }), 400, 'PERSISTED_QUERY_NOT_FOUND');
  },

  async 'documents are asked by the name of their list, or not at all'() {
    refused(await send({ documentId: 'nothing' }), 400, 'PERSISTED_QUERY_NOT_FOUND');
    refused(await send({ documentId: `sha256:${sha256(QUERY)}x` }), 400, 'PERSISTED_QUERY_NOT_FOUND');
    refused(await send({ documentId: 'tiwizi-sign-in', query: QUERY }), 400, 'BAD_REQUEST');
    // The documents of the pages of the server are always listed.
    const variables = { input: { email: 'nobody@example.org', password: 'not the password' } };
    const answer = await send({ documentId: 'tiwizi-sign-in', variables });
    ran(answer);
    assert.equal(answer.json.data.signIn.userErrors[0].code, 'INVALID_CREDENTIALS');
    refused(await get({ documentId: 'tiwizi-sign-in', variables: JSON.stringify(variables) }), 405);
  },

  async 'an answer says what it cost'() {
    const answer = await send({ query: '{ territories(first: 10) { nodes { name } } }' });
    const { requested, limit } = answer.json.extensions.cost;
    assert.ok(requested > 10 && requested < limit, answer.text);
  },

  async 'keys of an answer are in the order of the document'() {
    const answer = await send({ query: '{ z: __typename a: serverInfo { version __typename } m: __typename }' });
    assert.deepEqual(Object.keys(answer.json.data), ['z', 'a', 'm']);
    assert.deepEqual(Object.keys(answer.json.data.a), ['version', '__typename']);
  },

  async 'errors say where they are'() {
    const answer = await send({ query: '{\n  nothing\n}' });
    assert.deepEqual(answer.json.errors[0].locations, [{ line: 2, column: 3 }]);
    assert.equal('path' in answer.json.errors[0], false);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${name}: ${error.stack ?? error}`);
  }
}
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
