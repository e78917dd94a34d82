import { afterAll, expect, test, vi } from 'vitest';
import { seeded } from '../../src/domain/sending/pacing.ts';
import { removePrototype } from './fixture.ts';
import { scenarios } from './scenarios/index.ts';

afterAll(removePrototype);

// Most of their time they wait for deadlines, so two run beside each other.
vi.setConfig({ maxConcurrency: 2 });

// The short forms; `npm run chaos -- --scenario all` runs the long ones.
test.concurrent.each(scenarios)(
  '$name ($fault): nothing twice, nothing lost, all as promised',
  { timeout: 300_000 },
  async (scenario) => {
    let drawn = 0;
    const said: string[] = [];
    const verdict = await scenario.run({
      options: scenario.short,
      random: () => seeded('short', scenario.name, drawn++),
      say: (line) => void said.push(line),
      report: () => {},
    });
    expect(verdict, said.join('\n')).toMatchObject({ duplicates: 0, lost: 0, breaches: [] });
  },
);
