import { parentPort } from 'node:worker_threads';
import { parseReceived } from './parse.ts';
import type { ParseTask } from './parser.ts';

// A thread of the parser (parser.ts).
parentPort?.on('message', async ({ source, where }: ParseTask) => {
  parentPort?.postMessage(await parseReceived(Buffer.from(source), where));
});
