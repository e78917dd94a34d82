// A process that attaches to the embedded server of a folder, prints its URL, and releases it on
// SIGTERM.
import { openEmbedded } from '../../src/db/embedded/server.ts';

const server = await openEmbedded(process.argv[2]!);
process.once('SIGTERM', async () => {
  await server.release();
  process.exit(0);
});
console.log(server.url);
setInterval(() => {}, 60_000);
