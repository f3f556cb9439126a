// The schema as the tools of client developers read it: node check.mjs
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { lint } from './lint.mjs';
import { relay } from './relay.mjs';
import { types } from './types.mjs';

const text = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
const schema = buildSchema(text);
const folder = mkdtempSync(join(tmpdir(), 'contract-'));
const file = join(folder, 'schema.graphql');
writeFileSync(file, text);
let failed = 0;

const steps = {
  async "Relay's compiler"() {
    const made = relay(schema, text, join(folder, 'relay'));
    return `${made.connections} connections, ${made.nodes} nodes, ${made.mutations} mutations, ${made.artifacts} artifacts`;
  },

  async 'The linter'() {
    return lint(folder, file);
  },

  async 'Typed operations'() {
    return types(schema, file, join(folder, 'types'));
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    console.log(`ok      ${name}: ${await step()}`);
  } catch (error) {
    failed += 1;
    console.log(`failed  ${name}: ${error.message}`);
  }
}
rmSync(folder, { recursive: true });
process.exit(failed === 0 ? 0 : 1);
