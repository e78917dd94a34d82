#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 26;
const main = new URL('../src/main.ts', import.meta.url);

/** The program of the Node that npm installed beside us; null when npm has none for this machine. */
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
  return null;
}

function refuse(reason) {
  console.error(
    `Postrider needs Node ${needed}; this is ${process.version}, and ${reason} ` +
      `Install Node ${needed} and try again.`,
  );
  process.exit(1);
}

function runWith(node) {
  const args = [fileURLToPath(main), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal));
  child.once('error', (error) =>
    refuse(
      `the one that npm installed does not run here (${error.code}): it needs Linux with glibc, ` +
        'so not Alpine, or macOS.',
    ),
  );
  // As a shell says it: 130 after Ctrl-C.
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

if (Number.parseInt(process.versions.node, 10) >= needed) await import(main.href);
else {
  const node = findNode();
  if (node === null) refuse(`npm has none for ${process.platform}-${process.arch} to bring along.`);
  runWith(node);
}
