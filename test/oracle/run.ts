import { readCount, readOptions } from '../project/command-options.ts';
import { violationsOf } from './cases.ts';

// Holds hours, holidays and zones against minutes that Intl alone tells apart. `--seed N --cases 1`
// replays one case.
const values = readOptions('usage: npm run oracle -- [--cases 100000] [--seed 1]', {
  cases: '100000',
  seed: '1',
});
const [cases, seed] = [readCount('cases', values.cases), readCount('seed', values.seed)];
let violations = 0;
for (let i = 0; i < cases; i++) {
  for (const violation of violationsOf(seed + i)) {
    violations += 1;
    if (violations <= 20) console.log(violation);
  }
}
console.log(JSON.stringify({ cases, violations }));
process.exitCode = violations === 0 ? 0 : 1;
