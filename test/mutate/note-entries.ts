// Notes the functions that a test file enters, for the choice of tests of a mutant.

import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { root } from '../project/source.ts';
import type { Entered } from './entries.ts';

declare global {
  var entered: Set<string> | undefined;
}

const began = performance.now();
globalThis.entered = new Set();
let passed = true;

afterEach(({ task }) => {
  if (task.result?.state === 'fail') passed = false;
});

afterAll(() => {
  const line: Entered = {
    test: path.relative(root, expect.getState().testPath!),
    ms: Math.round(performance.now() - began),
    passed,
    keys: [...globalThis.entered!],
  };
  appendFileSync(process.env.MUTATE_ENTERED!, `${JSON.stringify(line)}\n`);
});
