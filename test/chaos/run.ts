// Breaks a real server in many ways and counts the results. The last line is JSON. Exits with 1
// after a breach.
import { seeded } from '../../src/domain/sending/pacing.ts';
import { readOptions } from '../project/command-options.ts';
import { removePrototype } from './fixture.ts';
import { isBroken, type Scenario, type Verdict } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const listed = scenarios.map(({ name, usual }) => {
  const options = Object.entries(usual).map(([option, value]) => `--${option} ${value}`);
  return `  ${[name.padEnd(12), ...options].join(' ')}`;
});
const usage = `usage: npm run chaos -- --scenario <name>[,<name>] | all [--seed 1]
  [--<option> <value>]
scenarios, each with its options and their long form:
${listed.join('\n')}`;
const names = [...new Set(scenarios.flatMap((scenario) => Object.keys(scenario.usual)))];
const given: Record<string, string> = readOptions(usage, {
  scenario: 'kills',
  seed: '1',
  ...Object.fromEntries(names.map((name) => [name, ''])),
});
const wanted =
  given.scenario === 'all' ? scenarios.map(({ name }) => name) : given.scenario!.split(',');
const stray = wanted.find((name) => !scenarios.some((scenario) => scenario.name === name));
if (stray !== undefined) {
  console.error(`There is no scenario "${stray}".\n${usage}`);
  process.exit(2);
}

async function runScenario({ name, usual, run }: Scenario): Promise<Verdict> {
  let drawn = 0;
  const options = Object.fromEntries(
    Object.entries(usual).map(([option, value]) => [option, given[option] || value]),
  );
  const verdict = await run({
    options,
    random: () => seeded(given.seed!, name, drawn++),
    say: (line) => process.stderr.write(`${name}: ${line}\n`),
    report: (line) => console.log(JSON.stringify(line)),
  });
  console.log(
    JSON.stringify({ scenario: name, ...verdict, breaches: verdict.breaches.slice(0, 20) }),
  );
  return verdict;
}

const verdicts: Verdict[] = [];
for (const scenario of scenarios.filter(({ name }) => wanted.includes(name)))
  verdicts.push(await runScenario(scenario));
const broken = verdicts.filter(isBroken).length;
if (verdicts.length > 1) {
  const sum = (figure: 'duplicates' | 'lost' | 'unknown') =>
    verdicts.reduce((total, verdict) => total + verdict[figure], 0);
  const totals = { duplicates: sum('duplicates'), lost: sum('lost'), unknown: sum('unknown') };
  console.log(JSON.stringify({ scenarios: verdicts.length, broken, ...totals }));
}
await removePrototype();
process.exit(broken > 0 ? 1 : 0);
