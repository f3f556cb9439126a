// Runs every audit of graphql-http against a server: node audits.mjs http://127.0.0.1:8080/graphql
import { serverAudits } from 'graphql-http';

// As many as the package of the lock file has. Fewer would pass without having asked.
const EXPECTED = 61;

const url = process.argv[2];
if (!url) {
  console.error('usage: node audits.mjs URL');
  process.exit(2);
}
let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  if (result.status === 'ok') {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${result.status}  ${audit.id}  ${audit.name}: ${result.reason}`);
  }
}
console.log(`${passed} of ${EXPECTED} passed, ${failed} failed`);
process.exit(failed === 0 && passed === EXPECTED ? 0 : 1);
