import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { countAllUnknown } from '../../db/campaigns/stats.ts';
import { type Breach, findBreaches, lawNames } from '../../db/campaigns/verify.ts';
import { withTime } from '../../db/database.ts';
import { minuteMs } from '../../domain/time.ts';
import { Turns } from '../../engine/turns.ts';
import { defineOperation } from '../../operation.ts';

const maxPerLaw = 100;
const settleMs = 1_000;
/** Time to recount one law of a large workspace. */
const lawMs = 5 * minuteMs;
/** A workspace is recounted once at a time, and ends with its caller. */
const turns = new Turns(2);

export const verify = defineOperation({
  name: 'verification.run',
  route: 'GET /api/verify',
  cli: 'verify',
  summary: 'Recount counters, ledger and states, and report every difference',
  description:
    'Checks the laws of the engine against all data of the workspace, and changes nothing. ' +
    'Differences are checked again a second later, because a send under way settles in steps; ' +
    'only those that remain are reported, up to 100 a law. Reads the whole workspace, one call ' +
    'at a time and two that wait. The CLI exits with 1 when there is a difference.',
  scope: 'read',
  input: z.object({}),
  output: z.object({
    ok: z.boolean(),
    differences: z.int(),
    checked: z.array(z.string()).describe('The laws.'),
    unknown: z
      .int()
      .describe('Messages of which nobody can tell whether they went out; not a difference.'),
    found: z.array(z.object({ law: z.string(), row: z.record(z.string(), z.unknown()) })),
  }),
  errors: [],
  isFailure: ({ ok }) => !ok,
  async run({ db, workspaceId, signal }) {
    const found = await turns.take(workspaceId, signal, () =>
      withTime(db, { ms: lawMs }, (own) =>
        lastingBreaches(() => findBreaches(own, workspaceId, { limit: maxPerLaw, signal })),
      ),
    );
    const unknown = await countAllUnknown(db, workspaceId);
    const differences = found.length;
    return { ok: differences === 0, differences, checked: [...lawNames], unknown, found };
  },
});

/** Breaches that two looks, a second apart, have both found. */
async function lastingBreaches(find: () => Promise<Breach[]>): Promise<Breach[]> {
  const first = await find();
  if (first.length === 0) return [];
  await sleep(settleMs);
  const known = new Set(first.map((breach) => JSON.stringify(breach)));
  return (await find()).filter((breach) => known.has(JSON.stringify(breach)));
}
