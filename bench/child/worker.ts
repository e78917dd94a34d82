// A worker as `npm start` runs it, of which the parent wants to know the memory, or that it sends.
import { createParts } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { startWorker } from '../../src/engine/worker.ts';

const [dataDir] = process.argv.slice(2) as [string];
const { parts } = await createParts(readConfig({ POSTRIDER_DATA_DIR: dataDir, POSTRIDER_LOG_LEVEL: 'error' }), () => {});
await startWorker(parts);
process.on('message', () => {
  globalThis.gc?.();
  process.send!('collected');
});
process.send!('started');
