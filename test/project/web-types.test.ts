import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from './source.ts';
import { webTypes, webTypesFile } from './web-types.ts';

it(`${webTypesFile} has the types of every route`, () => {
  const recorded = readFileSync(path.join(root, webTypesFile), 'utf8');
  expect(recorded.split('\n'), 'npm run record, then read the diff').toEqual(
    webTypes().split('\n'),
  );
});
