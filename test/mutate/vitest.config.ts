import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import config from '../../vitest.config.ts';
import { noteEntries } from './entries.ts';
import { applyMutant, type Mutant } from './mutant.ts';

const root = path.resolve(import.meta.dirname, '../..');
const mutant: Mutant | null = JSON.parse(process.env.MUTATE_MUTANT ?? 'null');
const noted: string[] = JSON.parse(process.env.MUTATE_NOTED ?? '[]');
const order: string[] = JSON.parse(process.env.MUTATE_TESTS ?? '[]');

const fileOf = (id: string) => path.relative(root, id.split('?')[0]!);
const isChanged = (id: string) => fileOf(id) === mutant?.file || noted.includes(fileOf(id));

/** Tests load the mutant in place of its source; the file itself is never written. */
const loadMutant: Plugin = {
  name: 'load-mutant',
  enforce: 'pre',
  load(id) {
    if (!isChanged(id)) return null;
    const file = fileOf(id);
    const text = readFileSync(path.join(root, file), 'utf8');
    return mutant ? applyMutant(text, mutant) : noteEntries(file, text);
  },
  // The cache of modules goes by the text on the disk, which is the same for all mutants.
  configureVitest({ defineCacheKeyGenerator }) {
    defineCacheKeyGenerator(({ id }) => (isChanged(id) ? false : null));
  },
};

/** The quickest test first, as `run.ts` gives them. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => order.indexOf(fileOf(moduleId));
    return files.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}

const notes = noted.length > 0 ? ['test/mutate/note-entries.ts'] : [];
export default defineConfig({
  root,
  plugins: [loadMutant],
  test: {
    ...config.test,
    globalSetup: ['test/mutate/setup.ts'],
    setupFiles: [...notes, ...config.test!.setupFiles!],
    sequence: { sequencer: InOrder },
    maxWorkers: 1,
    bail: noted.length > 0 ? 0 : 1,
  },
});
