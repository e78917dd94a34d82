import { readCount, readOptions } from '../project/command-options.ts';
import { capViolationsOf } from './caps.ts';
import { violationsOf } from './cases.ts';
import { limitViolationsOf } from './limits.ts';

// Holds hours, holidays, zones, limits and caps against minutes and dates that Intl alone tells.
// `--only limits --seed N --cases 1` replays one case.
const oracles = { hours: violationsOf, limits: limitViolationsOf, caps: capViolationsOf };
const values = readOptions(
  'usage: npm run oracle -- [--cases 100000] [--seed 1] [--only hours|limits|caps]',
  { cases: '100000', seed: '1', only: '' },
);
const [cases, seed] = [readCount('cases', values.cases), readCount('seed', values.seed)];
const chosen = Object.entries(oracles).filter(([name]) => !values.only || name === values.only);
if (chosen.length === 0) {
  console.error(`--only is to be one of ${Object.keys(oracles).join(', ')}, not "${values.only}".`);
  process.exit(2);
}
let violations = 0;
let tried = 0;
for (const [name, check] of chosen) {
  // A case of limits is a walk through days, which takes as long as hundreds of the others.
  const count = Math.ceil(name === 'limits' ? cases / 200 : cases);
  tried += count;
  for (let i = 0; i < count; i++) {
    for (const violation of check(seed + i)) {
      violations += 1;
      if (violations <= 20) console.log(`${name}: ${violation}`);
    }
  }
}
console.log(JSON.stringify({ cases: tried, violations }));
process.exitCode = violations === 0 ? 0 : 1;
