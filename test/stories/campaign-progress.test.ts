import { expect, it } from 'vitest';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../src/operations/campaigns/get.ts';
import { listCampaigns } from '../../src/operations/campaigns/list.ts';
import { pauseCampaign } from '../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { launchIn, sandboxHouse, walkTo } from '../sandbox.ts';

const house = await sandboxHouse({ clock: '2026-03-02T09:00:00Z' });
const { call, fail } = house;
const shown = async (id: string) => (await call(getCampaign, { id })).campaign;

it('a campaign says how far it is, whether it is meant to run, and when it last began to', async () => {
  const draft = (await call(createCampaign, { type: 'email', name: 'Draft', description: 'First try', hourly_limit: 8 })).campaign;
  expect(draft).toMatchObject({ description: 'First try', hourly_limit: 8, enabled: false, last_started_at: null });
  expect(draft).toMatchObject({ targets_count: 0, scope_assessed_count: 0, completion_rate: 0, reply_rate: 0, syncing: false });
  const people = ['ann+reply-2h', 'bob', 'cid', 'dan'].map((name) => ({ email: `${name}@people.test`, first_name: name }));
  const nodes = [{ type: 'email', subject: 'Hi', body: 'Hello' }];
  const id = await launchIn(house, {
    name: 'runs',
    senders: 1,
    dailyLimit: 50,
    nodes: [...nodes, { type: 'delay', delay_days: 3 }, ...nodes],
    people,
  });
  expect(await shown(id)).toMatchObject({
    enabled: true,
    last_started_at: '2026-03-02T09:00:00.000Z',
    targets_count: 4,
    scope_assessed_count: 4,
  });
  await walkTo(house, '2026-03-04T09:00:00Z');
  expect(await shown(id)).toMatchObject({ completion_rate: 0, reply_rate: 0.25 });
  await call(pauseCampaign, { id });
  expect(await shown(id)).toMatchObject({ status: 'paused', enabled: false, paused_at: '2026-03-04T09:00:00.000Z' });
  await walkTo(house, '2026-03-05T09:00:00Z');
  await call(resumeCampaign, { id });
  expect(await shown(id)).toMatchObject({ status: 'active', enabled: true, last_started_at: '2026-03-05T09:00:00.000Z' });
  await walkTo(house, '2026-03-09T09:00:00Z');
  const done = { status: 'completed', enabled: true, completion_rate: 0.75, reply_rate: 0.25, paused_at: '2026-03-04T09:00:00.000Z' };
  expect(await shown(id)).toMatchObject(done);
  expect((await call(listCampaigns, { q: 'runs' })).campaigns).toMatchObject([done]);
});

it('description and hourly limit can change at any time, within their ranges', async () => {
  const { id } = (await call(createCampaign, { type: 'email', name: 'Ranges' })).campaign;
  await call(updateCampaign, { id, description: 'New', hourly_limit: 25 });
  expect(await shown(id)).toMatchObject({ description: 'New', hourly_limit: 25 });
  await call(updateCampaign, { id, description: null, hourly_limit: null });
  expect(await shown(id)).toMatchObject({ description: null, hourly_limit: null });
  for (const hourly_limit of [0, 26, 1.5]) expect(await fail(updateCampaign, { id, hourly_limit })).toMatchObject({ status: 400 });
});
