import { setTimeout as rest } from 'node:timers/promises';
import { z } from 'zod';
import { type Breach, findBreaches, lawNames } from '../../db/campaigns/verify.ts';
import { defineOperation } from '../../operation.ts';

const max = 100;
const settleMs = 1_000;

export const verify = defineOperation({
  name: 'verification.run',
  route: 'GET /api/verify',
  cli: 'verify',
  summary: 'Recount counters, ledger and states, and report every difference',
  description:
    'Holds the laws of the engine against everything the workspace has in the database, and changes nothing. What is found is looked at again a ' +
    'second later, since a send that is under way settles in steps; only what is still there is reported, up to 100 differences a law. ' +
    'Reads the whole workspace. The CLI exits with 1 when there is a difference.',
  scope: 'read',
  input: z.object({}),
  output: z.object({
    ok: z.boolean(),
    differences: z.int(),
    checked: z.array(z.string()).describe('The laws.'),
    found: z.array(z.object({ law: z.string(), row: z.record(z.string(), z.unknown()) })),
  }),
  errors: [],
  isFailure: ({ ok }) => !ok,
  async run({ db, workspaceId }) {
    const first = await findBreaches(db, workspaceId, max);
    const found =
      first.length > 0
        ? await rest(settleMs).then(() =>
            stillThere(first, () => findBreaches(db, workspaceId, max)),
          )
        : [];
    return { ok: found.length === 0, differences: found.length, checked: [...lawNames], found };
  },
});

async function stillThere(
  before: readonly Breach[],
  look: () => Promise<Breach[]>,
): Promise<Breach[]> {
  const known = new Set(before.map((breach) => JSON.stringify(breach)));
  return (await look()).filter((breach) => known.has(JSON.stringify(breach)));
}
