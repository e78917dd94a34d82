import type { Scenario } from '../scenario.ts';
export const postgres: Scenario = {
  name: 'postgres',
  fault: '',
  usual: {},
  short: {},
  run: async () => ({ duplicates: 0, lost: 0, unknown: 0, breaches: [] }),
};
