import { expect, it } from 'vitest';
import { insertImport } from '../../../src/db/imports/imports.ts';
import { getImport } from '../../../src/operations/imports/get.ts';
import { addCampaign } from '../../factories/rows.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const t = await testDatabase();
const { call } = createCaller(t.services, t);
const campaignId = await addCampaign(t, 'draft');
const id = t.services.newId();
await insertImport(t.db, {
  workspaceId: t.workspaceId,
  importId: id,
  campaignId,
  choices: { existing: 'keep', optOuts: 'suppress' },
  now: t.clock.now(),
});

it('those who wait for one import share its looks, and more than twenty are refused', async () => {
  let queries = 0;
  const count = () => {
    queries += 1;
  };
  t.pool.on('acquire', count);
  const asked = Array.from({ length: 23 }, () => call(getImport, { id, wait: 1 }));
  const outcomes = await Promise.allSettled(asked);
  t.pool.off('acquire', count);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
  expect(queries).toBeLessThan(23 + 5);
});

it('who hangs up waits no longer, and makes room for another', async () => {
  const gone = new AbortController();
  const asked = Array.from({ length: 20 }, () =>
    call(getImport, { id, wait: 60 }, { signal: gone.signal }),
  );
  const outcomes = Promise.allSettled(asked);
  await t.pool.query('select 1');
  gone.abort(new Error('hung up'));
  expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await call(getImport, { id, wait: 1 })).toMatchObject({ import: { status: 'receiving' } });
});
