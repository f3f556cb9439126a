// Relay's compiler reads the schema: the fragments, connections, updaters and subscriptions of relay/hours.js, and, made
// from the schema itself, a page of every connection, a refetch of every node and every mutation.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { getNamedType, isInterfaceType, isLeafType, isNonNullType, isObjectType } from 'graphql';

const compiler = createRequire(import.meta.url)('relay-compiler');
const PAGE = ['first', 'after', 'last', 'before'];

/** Compiles in a folder of its own; throws with what the compiler says. */
export function relay(schema, text, folder) {
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'schema.graphql'), text);
  cpSync(new URL('relay/hours.js', import.meta.url), join(folder, 'src/hours.js'));
  const made = everything(schema);
  writeFileSync(join(folder, 'src/every.js'), made.source);
  const customScalarTypes = JSON.parse(readFileSync(new URL('scalars.json', import.meta.url), 'utf8'));
  const config = { src: 'src', schema: 'schema.graphql', language: 'typescript', artifactDirectory: 'made', customScalarTypes };
  mkdirSync(join(folder, 'made'));
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  try {
    execFileSync(compiler, ['relay.config.json'], { cwd: folder, stdio: 'pipe' });
  } catch (failed) {
    throw new Error(`Relay's compiler refuses the schema or what is asked of it:\n${failed.stderr}${failed.stdout}`);
  }
  return { ...made.counts, artifacts: readdirSync(join(folder, 'made')).length };
}

function everything(schema) {
  const parts = [];
  const counts = { connections: 0, nodes: 0, mutations: 0 };
  const node = schema.getType('Node');
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type === schema.getMutationType() || type === schema.getSubscriptionType()) continue;
    const refetched = type.getInterfaces().includes(node) || type === schema.getQueryType() || type.name === 'Viewer';
    if (type.getInterfaces().includes(node)) {
      counts.nodes += 1;
      parts.push(`fragment every_${type.name} on ${type.name} @refetchable(queryName: "every${type.name}Query") { ${leaves(type)} }`);
    }
    for (const field of Object.values(type.getFields())) {
      const page = getNamedType(field.type);
      if (!page.name.endsWith('Connection') || !PAGE.every((it) => field.args.some(({ name }) => name === it))) continue;
      counts.connections += 1;
      const others = field.args.filter((it) => isNonNullType(it.type) && it.defaultValue === undefined);
      const name = `${type.name}_${field.name}`.replaceAll('_', '');
      const variables = others.map((it) => `${it.name}: { type: "${it.type}" }`);
      const given = others.map((it) => `, ${it.name}: $${it.name}`).join('');
      const refetch = refetched ? ` @refetchable(queryName: "every${name}Query")` : '';
      const element = leaves(getNamedType(getNamedType(page.getFields().edges.type).getFields().node.type));
      // What is not refetched takes its arguments from whoever spreads it; here they stay open.
      if (!refetched && others.length > 0) throw new Error(`${type.name}.${field.name} needs arguments and cannot be refetched`);
      parts.push(`fragment every_${name} on ${type.name}
        @argumentDefinitions(count: { type: "Int", defaultValue: 10 } cursor: { type: "String" } ${variables.join(' ')})${refetch} {
        ${field.name}(first: $count, after: $cursor${given}) @connection(key: "every_${name}_${field.name}") {
          edges { cursor node { ${element} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }`);
    }
  }
  for (const field of Object.values(schema.getMutationType().getFields())) {
    counts.mutations += 1;
    const input = field.args[0];
    const payload = getNamedType(field.type);
    const parts_ = Object.values(payload.getFields()).map((it) => {
      const type = getNamedType(it.type);
      return isLeafType(type) ? it.name : `${it.name} { ${leaves(type)} }`;
    });
    const upper = field.name[0].toUpperCase() + field.name.slice(1);
    parts.push(`mutation every${upper}Mutation($input: ${input.type}) @raw_response_type { ${field.name}(input: $input) { ${parts_.join(' ')} } }`);
  }
  const source = `import { graphql } from 'relay-runtime';\n${parts.map((it) => `graphql\`${it}\`;\n`).join('')}`;
  return { source, counts };
}

/** The fields of a type that need neither arguments nor a selection. */
function leaves(type) {
  if (isInterfaceType(type) || !isObjectType(type)) return '__typename';
  const plain = Object.values(type.getFields()).filter(
    (it) => isLeafType(getNamedType(it.type)) && !it.args.some((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined));
  return ['__typename', ...plain.map(({ name }) => name)].join(' ');
}
