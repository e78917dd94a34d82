// npm run bench -- <name> …: each bench prints its figure as JSON on its last line.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from './harness.ts';

const here = import.meta.dirname;
const shared = ['run.ts', 'harness.ts', 'people.ts'];
const names = readdirSync(here)
  .filter((file) => file.endsWith('.ts') && !shared.includes(file))
  .map((file) => path.basename(file, '.ts'));
const wanted = process.argv.slice(2);
const strays = wanted.filter((name) => !names.includes(name));
if (strays.length > 0 || wanted.length === 0) {
  console.error(`usage: npm run bench -- <name> …   names: ${names.join(', ')}`);
  process.exit(2);
}
for (const name of wanted) {
  const { bench } = (await import(path.join(here, `${name}.ts`))) as { bench: () => Promise<Figure[]> };
  for (const figure of await bench()) console.log(JSON.stringify(figure));
}
process.exit(0);
