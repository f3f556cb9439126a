// A linter with its rules on naming, descriptions and Relay reads the schema; it finds nothing.
import { ESLint } from 'eslint';
import plugin from '@graphql-eslint/eslint-plugin';

const { 'flat/schema-all': all, 'flat/schema-relay': relay } = plugin.configs;

// Rules that are off or narrowed, each with the reason.
const SWITCHED = {
  // Payloads, edges and figures are no things: what is one is a `Node`, and tests/schema.rs holds those.
  'strict-id-in-types': 'off',
  // The file is sorted by another order of letters (`cancelReason` before `cancelledAt`), the same for every field.
  alphabetize: 'off',
  // Forbids mutations and subscriptions altogether.
  'no-root-type': 'off',
  // A payload is always there, and says in `userErrors` what was refused; nothing hides behind its absence.
  'require-nullable-result-in-root': 'off',
  // Whatever else is asked afterwards is another operation, with a cost of its own.
  'require-field-of-type-query-in-mutation-result': 'off',
  // The day stands in the reason, where every client sees it; tests/schema.rs demands one.
  'require-deprecation-date': 'off',
  // Lists of a few fixed things are plain lists, and pages have `nodes` beside `edges`. Rows that are made for a page,
  // such as an item of a queue, have no id by which they could be found again.
  'relay-edge-types': ['error', { withEdgeSuffix: true, listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
};

// Names that stay, each with the reason.
const KEPT = {
  'Field "additivity" starts with the name of the parent type "Additivity"': 'the word of the contract for that property',
  'Field "volunteerRateGap" starts with the name of the parent type "VolunteerRate"': 'beside `volunteersPerThousandGap`, of which measure',
  'Field "volunteerRatePercent" starts with the name of the parent type "VolunteerRate"': 'the name of the measure with the ILO',
};

/** Findings of the linter in the file of a schema. */
export async function lint(folder, file) {
  const rules = { ...all.rules, ...relay.rules };
  for (const [rule, set] of Object.entries(SWITCHED)) {
    if (!(`@graphql-eslint/${rule}` in rules)) throw new Error(`the linter has no rule ${rule}`);
    rules[`@graphql-eslint/${rule}`] = set;
  }
  const eslint = new ESLint({
    cwd: folder,
    overrideConfigFile: true,
    overrideConfig: [{
      files: ['**/*.graphql'],
      languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig: { schema: file } } },
      plugins: { '@graphql-eslint': plugin },
      rules,
    }],
  });
  const [result] = await eslint.lintFiles([file]);
  const kept = new Set();
  const findings = result.messages.filter(({ message }) => !(message in KEPT && kept.add(message)));
  const gone = Object.keys(KEPT).filter((it) => !kept.has(it));
  if (gone.length > 0) throw new Error(`kept names that are not found any more: ${gone.join('; ')}`);
  if (findings.length > 0) {
    const lines = findings.map((it) => `  ${it.line}: ${it.message} (${it.ruleId})`);
    throw new Error(`${findings.length} findings\n${lines.join('\n')}`);
  }
  const on = Object.values(rules).filter((it) => it !== 'off' && it !== 0).length;
  return `0 findings by ${on} rules`;
}
