// The clients that people use walk through what they are used for: node check.mjs http://127.0.0.1:8080/graphql
// The server must hold the demo data.
import { journeys as apollo } from './apollo.mjs';
import { journeys as sockets } from './sockets.mjs';
import { journeys as urql } from './urql.mjs';

const url = process.argv[2];
if (!url) {
  console.error('usage: node check.mjs URL');
  process.exit(2);
}
const clients = { 'Apollo Client': apollo(url), urql: urql(url), 'graphql-ws': sockets(url) };
let passed = 0;
let failed = 0;
for (const [client, journeys] of Object.entries(clients)) {
  for (const [name, journey] of Object.entries(journeys)) {
    try {
      await journey();
      passed += 1;
      console.log(`ok      ${client}: ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`failed  ${client}: ${name}: ${error.stack ?? error}`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
