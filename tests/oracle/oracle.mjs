// The reference implementation of GraphQL judges documents by the committed schema; the server must judge
// alike, by verdict and by status: node oracle.mjs http://127.0.0.1:8080/graphql
//
// Where the two differ on purpose, docs/graphql.md says why, and `deviations.json` holds it: a row that is
// no longer true fails as much as a difference that has no row.
import { readFileSync } from 'node:fs';
import { GraphQLError, GraphQLScalarType, Kind, buildSchema, getOperationAST, parse, validate, valueFromASTUntyped } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { groups } from './documents.mjs';

const url = process.argv[2];
if (!url) {
  console.error('usage: node oracle.mjs URL');
  process.exit(2);
}
const near = (path) => new URL(path, import.meta.url);
const schema = buildSchema(readFileSync(near('../../schema.graphql'), 'utf8'));
const deviations = JSON.parse(readFileSync(near('deviations.json'), 'utf8'));

// A schema of text says nothing of what its scalars take: the reference is told what their links say.
const day = (it) => /^\d{4}-\d{2}-\d{2}$/.test(it) && new Date(`${it}T00:00:00Z`).toISOString().startsWith(it);
const taken = {
  Date: (it) => typeof it === 'string' && !Number.isNaN(Date.parse(it)) && day(it),
  DateTime: (it) => typeof it === 'string' && /T.*(Z|[+-]\d{2}:\d{2})$/.test(it) && !Number.isNaN(Date.parse(it)),
  Minutes: Number.isInteger,
};
for (const [name, takes] of Object.entries(taken)) {
  const read = (value) => {
    if (!takes(value)) throw new GraphQLError(`No ${name}: ${JSON.stringify(value)}`);
    return value;
  };
  const scalar = schema.getType(name);
  if (!(scalar instanceof GraphQLScalarType)) throw new Error(`the schema has no scalar ${name}`);
  scalar.parseValue = read;
  scalar.parseLiteral = (node, variables) =>
    node.kind === Kind.VARIABLE ? undefined : read(node.kind === Kind.INT ? Number(node.value) : valueFromASTUntyped(node, variables));
}

// What the code of the first error says, and the status that belongs to it where a client reads statuses.
function reference(query, variables, operationName) {
  let document;
  try {
    document = parse(query);
  } catch {
    return 'GRAPHQL_PARSE_FAILED';
  }
  if (validate(schema, document).length > 0) return 'GRAPHQL_VALIDATION_FAILED';
  const operation = getOperationAST(document, operationName);
  if (!operation) return 'OPERATION_RESOLUTION_FAILURE';
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  return errors ? 'BAD_USER_INPUT' : 'VALID';
}

// What stops a valid document before it runs is not a verdict on it.
const CARRIER = 'A subscription needs a WebSocket';
const CLOSED = 'The schema is described to';

async function served(query, variables, operationName) {
  const given = variables === undefined ? '' : `, "variables": ${variables}`;
  const name = operationName === undefined ? '' : `, "operationName": ${JSON.stringify(operationName)}`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: `{"query": ${JSON.stringify(query)}${given}${name}}`,
  });
  const body = await response.json();
  const first = body.errors?.[0];
  const valid = 'data' in body || first?.message.startsWith(CARRIER) || first?.message.startsWith(CLOSED);
  return { verdict: valid ? 'VALID' : first?.extensions?.code, status: response.status, ran: 'data' in body, first, body };
}

let judged = 0;
const wrong = [];
const met = new Set();
for (const [group, documents] of Object.entries(groups)) {
  for (const [about, query, variables, operationName] of documents) {
    const name = `${group}: ${about}`;
    judged += 1;
    // As text where it matters how a number is written.
    const text = typeof variables === 'string' ? variables : variables && JSON.stringify(variables);
    const expected = reference(query, text ? JSON.parse(text) : {}, operationName);
    const { verdict, status, ran, first, body } = await served(query, text, operationName);
    const deviation = deviations[name];
    if (deviation) {
      met.add(name);
      if (deviation.reference !== expected || deviation.server !== verdict || expected === verdict) {
        wrong.push(`${name}: deviations.json says ${deviation.reference} and ${deviation.server}, it is ${expected} and ${verdict}`);
      }
    } else if (expected !== verdict) {
      wrong.push(`${name}: ${expected} by the reference, ${verdict} by the server (${first?.message ?? 'data'})`);
    }
    // An answer to what never ran has no data, and every error a code and a message.
    const status_fits = ran ? status === 200 : status === 400;
    const shaped = (body.errors ?? []).every((it) => it.message && it.extensions?.code) && (ran || body.errors?.length > 0);
    if (!status_fits || !shaped) wrong.push(`${name}: status ${status}, ${JSON.stringify(body)}`);
  }
}
for (const name of Object.keys(deviations)) {
  if (!met.has(name)) wrong.push(`deviations.json names \`${name}\`, which is no document`);
}
wrong.forEach((it) => console.log(`differs  ${it}`));
console.log(`${judged} documents judged, ${met.size} known deviations, ${wrong.length} wrong`);
process.exit(wrong.length === 0 && judged >= 100 ? 0 : 1);
