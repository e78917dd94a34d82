import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';

const [folder, stamp] = process.argv.slice(2);
if (!folder || !stamp) throw new Error('Usage: node web/build.ts <folder> <stamp>');

// Built beside and renamed, because two servers may build into one data directory.
const beside = `${folder}-${process.pid}`;
mkdirSync(path.dirname(folder), { recursive: true });
try {
  await build({
    configFile: path.join(import.meta.dirname, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: beside, emptyOutDir: true },
  });
  writeFileSync(path.join(beside, 'stamp'), stamp);
  rmSync(folder, { recursive: true, force: true });
  renameSync(beside, folder);
} finally {
  rmSync(beside, { recursive: true, force: true });
}
