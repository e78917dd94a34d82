#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 26;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** The Node that npm installed beside us, or this one when it is new enough. */
function findNode() {
  const { resolve } = createRequire(import.meta.url);
  for (const name of [
    `node-${process.platform}-${process.arch}`,
    `node-bin-${process.platform}-${process.arch}`,
  ]) {
    try {
      const found = path.join(path.dirname(resolve(`${name}/package.json`)), 'bin/node');
      if (existsSync(found)) return found;
    } catch {
      // Not this one.
    }
  }
  return Number.parseInt(process.versions.node, 10) >= needed ? process.execPath : null;
}

const node = findNode();
if (node === null) {
  console.error(
    `Postrider needs Node ${needed}; this is ${process.version}, and npm has no Node ${needed} for ${process.platform}-${process.arch} to bring along. Install Node ${needed} and try again.`,
  );
  process.exit(1);
}
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
// As a shell says it: 130 after Ctrl-C.
child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
