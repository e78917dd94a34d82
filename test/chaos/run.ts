// npm run chaos -- --kills 50 --sends 5000 [--workers 2] [--sent-folder yes|no|both] [--thinks 70] [--seed 1]
// npm run chaos -- --scenario postgres,zombie | all [--<option> <value>]
// Breaks a real server in many ways and counts what came of it. The last line is JSON; a breach ends it with 1.
import { parseArgs } from 'node:util';
import { seeded } from '../../src/domain/pacing.ts';
import { removePrototype } from './house.ts';
import { isBroken, type Scenario, type Verdict } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const names = [...new Set(scenarios.flatMap((scenario) => Object.keys(scenario.usual)))];
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'kills' },
    seed: { type: 'string', default: '1' },
    ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  },
});
const given: Record<string, string | undefined> = values;
const wanted = given.scenario === 'all' ? scenarios.map(({ name }) => name) : (given.scenario ?? '').split(',');
const stray = wanted.find((name) => !scenarios.some((scenario) => scenario.name === name));
if (stray !== undefined) {
  console.error(`There is no scenario "${stray}": use all, or some of ${scenarios.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

async function play({ name, usual, run }: Scenario): Promise<Verdict> {
  let drawn = 0;
  const options = Object.fromEntries(Object.entries(usual).map(([option, value]) => [option, given[option] ?? value]));
  const verdict = await run({
    options,
    random: () => seeded(given.seed ?? '', name, drawn++),
    say: (line) => process.stderr.write(`${name}: ${line}\n`),
    report: (line) => console.log(JSON.stringify(line)),
  });
  console.log(JSON.stringify({ scenario: name, ...verdict, breaches: verdict.breaches.slice(0, 20) }));
  return verdict;
}

const verdicts: Verdict[] = [];
for (const scenario of scenarios.filter(({ name }) => wanted.includes(name))) verdicts.push(await play(scenario));
const broken = verdicts.filter(isBroken).length;
if (verdicts.length > 1) {
  const sum = (figure: 'duplicates' | 'lost' | 'unknown') => verdicts.reduce((total, verdict) => total + verdict[figure], 0);
  const totals = { duplicates: sum('duplicates'), lost: sum('lost'), unknown: sum('unknown') };
  console.log(JSON.stringify({ scenarios: verdicts.length, broken, ...totals }));
}
await removePrototype();
process.exit(broken > 0 ? 1 : 0);
