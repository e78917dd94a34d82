import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { indexFile, operationsIndex } from './operations-index.ts';
import { root } from './source.ts';

it(`${indexFile} lists every operation of the folder`, () => {
  const recorded = readFileSync(path.join(root, indexFile), 'utf8');
  expect(recorded.split('\n'), 'npm run record, then read the diff').toEqual(
    operationsIndex().split('\n'),
  );
});
