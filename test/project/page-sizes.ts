import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { builtPage } from './built-page.ts';

/** Most bytes, gzipped, of scripts at the first load, of one page's script, and of all styles. */
const budgets = { first: 200_000, page: 40_000, styles: 15_000 };

const folder = await builtPage();
const index = readFileSync(path.join(folder, 'index.html'), 'utf8');
const sizes = readdirSync(path.join(folder, 'assets')).map((name) => ({
  name,
  bytes: gzipSync(readFileSync(path.join(folder, 'assets', name))).length,
  isFirst: index.includes(name),
}));
const sum = (list: typeof sizes) => list.reduce((all, { bytes }) => all + bytes, 0);
const scripts = sizes.filter(({ name }) => name.endsWith('.js'));
const first = sum(scripts.filter(({ isFirst }) => isFirst));
const styles = sum(sizes.filter(({ name }) => name.endsWith('.css')));
const over = [
  ...(first > budgets.first ? [`first load: ${first} of ${budgets.first} bytes`] : []),
  ...(styles > budgets.styles ? [`styles: ${styles} of ${budgets.styles} bytes`] : []),
  ...scripts
    .filter(({ isFirst, bytes }) => !isFirst && bytes > budgets.page)
    .map(({ name, bytes }) => `${name}: ${bytes} of ${budgets.page} bytes`),
];
console.log(`first load ${first}, styles ${styles} bytes, gzipped`);
for (const line of over) console.log(line);
process.exitCode = over.length > 0 ? 1 : 0;
