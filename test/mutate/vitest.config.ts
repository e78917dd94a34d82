import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import config from '../../vitest.config.ts';
import { applyMutant, type Mutant } from './mutant.ts';

const root = path.resolve(import.meta.dirname, '../..');
const mutant: Mutant | null = JSON.parse(process.env.MUTATE_MUTANT ?? 'null');

const isMutant = (id: string) =>
  mutant !== null && id.split('?')[0] === path.join(root, mutant.file);

/** Tests load the mutant in place of its source; the file itself is never written. */
const loadMutant: Plugin = {
  name: 'load-mutant',
  enforce: 'pre',
  load(id) {
    return isMutant(id) ? applyMutant(readFileSync(id.split('?')[0]!, 'utf8'), mutant!) : null;
  },
  // The cache of modules goes by the text on the disk, which is the same for all mutants.
  configureVitest({ defineCacheKeyGenerator }) {
    defineCacheKeyGenerator(({ id }) => (isMutant(id) ? false : null));
  },
};

export default defineConfig({
  root,
  plugins: [loadMutant],
  test: { ...config.test, globalSetup: ['test/mutate/setup.ts'], maxWorkers: 1, bail: 1 },
});
