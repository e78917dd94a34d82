// A process of its own that attaches to the embedded server of the folder named, says its URL, and
// lets go on SIGTERM.
import { openEmbedded } from '../../src/db/embedded/server.ts';

const server = await openEmbedded(process.argv[2]!);
process.once('SIGTERM', async () => {
  await server.release();
  process.exit(0);
});
console.log(server.url);
setInterval(() => {}, 60_000);
