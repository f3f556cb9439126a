// Types for TypeScript are generated for the operations of GraphiQL's library and of the journeys, and compiled strictly
// with code that uses them.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { isScalarType, isSpecifiedScalarType, parse, validate } from 'graphql';
import ts from 'typescript';

const FOLDERS = ['../../graphiql/examples', '../clients/operations'];
const scalars = JSON.parse(readFileSync(new URL('scalars.json', import.meta.url), 'utf8'));

export async function types(schema, file, folder) {
  mkdirSync(folder, { recursive: true });
  const mapped = Object.keys(scalars).sort().join(' ');
  const own = Object.values(schema.getTypeMap()).filter((it) => isScalarType(it) && !isSpecifiedScalarType(it));
  const named = own.map(({ name }) => name).sort().join(' ');
  if (mapped !== named) throw new Error(`scalars.json maps ${mapped}; the schema has ${named}`);

  const documents = FOLDERS.flatMap((it) => {
    const from = fileURLToPath(new URL(it, import.meta.url));
    return readdirSync(from).filter((name) => name.endsWith('.graphql')).map((name) => join(from, name));
  });
  for (const path of documents) {
    const errors = validate(schema, parse(readFileSync(path, 'utf8')));
    if (errors.length > 0) throw new Error(`${path}: ${errors.map(({ message }) => message).join('; ')}`);
  }
  const made = join(folder, 'operations.ts');
  await generate({
    schema: file,
    documents,
    silent: true,
    errorsOnly: true,
    generates: {
      [made]: {
        plugins: ['typescript-operations'],
        config: { scalars, strictScalars: true, enumsAsTypes: true, useTypeImports: true, avoidOptionals: { field: true } },
      },
    },
  }, true);
  copyFileSync(new URL('use.ts', import.meta.url), join(folder, 'use.ts'));
  const program = ts.createProgram([made, join(folder, 'use.ts')], {
    strict: true, noEmit: true, noUnusedLocals: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true,
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, types: [],
    lib: ['lib.es2022.d.ts'],
  });
  const found = ts.getPreEmitDiagnostics(program);
  if (found.length > 0) {
    throw new Error(ts.formatDiagnostics(found, { getCanonicalFileName: (it) => it, getCurrentDirectory: () => folder, getNewLine: () => '\n' }));
  }
  const results = readFileSync(made, 'utf8').match(/export type \w+(Query|Mutation|Subscription) =/g).length;
  if (results < documents.length) throw new Error(`${documents.length} documents, types of ${results}`);
  return `${results} operations of ${documents.length} documents, ${own.length} scalars`;
}
