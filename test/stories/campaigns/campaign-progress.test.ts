import { expect, it } from 'vitest';
import { listSendersOfCampaign } from '../../../src/operations/campaign-senders/list.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { listCampaigns } from '../../../src/operations/campaigns/list.ts';
import { pauseCampaign } from '../../../src/operations/campaigns/pause.ts';
import { resumeCampaign } from '../../../src/operations/campaigns/resume.ts';
import { syncStats } from '../../../src/operations/campaigns/sync-stats.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { cancelProspect } from '../../../src/operations/roster/cancel.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { markReplied } from '../../../src/operations/roster/mark-replied.ts';
import { findBreaches } from '../../fixtures/engine.ts';
import { advanceTo, launchIn, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { call, fail } = fixture;
const readCampaign = async (id: string) => (await call(getCampaign, { id })).campaign;

it('a campaign shows its progress, whether it is enabled and when it last started', async () => {
  const draft = (
    await call(createCampaign, {
      type: 'email',
      name: 'Draft',
      description: 'First try',
      hourly_limit: 8,
    })
  ).campaign;
  expect(draft).toMatchObject({
    description: 'First try',
    hourly_limit: 8,
    enabled: false,
    last_started_at: null,
  });
  expect(draft).toMatchObject({
    targets_count: 0,
    scope_assessed_count: 0,
    completion_rate: 0,
    reply_rate: 0,
    syncing: false,
  });
  const people = ['ann+reply-2h', 'bob', 'cid', 'dan'].map((name) => ({
    email: `${name}@people.test`,
    first_name: name,
  }));
  const nodes = [{ type: 'email', subject: 'Hi', body: 'Hello' }];
  const id = await launchIn(fixture, {
    name: 'runs',
    senders: 1,
    dailyLimit: 50,
    nodes: [...nodes, { type: 'delay', delay_days: 3 }, ...nodes],
    people,
  });
  expect(await readCampaign(id)).toMatchObject({
    enabled: true,
    last_started_at: '2026-03-02T09:00:00.000Z',
    targets_count: 4,
    scope_assessed_count: 4,
  });
  await advanceTo(fixture, '2026-03-04T09:00:00Z');
  expect(await readCampaign(id)).toMatchObject({ completion_rate: 0, reply_rate: 0.25 });
  await call(pauseCampaign, { id });
  expect(await readCampaign(id)).toMatchObject({
    status: 'paused',
    enabled: false,
    paused_at: '2026-03-04T09:00:00.000Z',
  });
  await advanceTo(fixture, '2026-03-05T09:00:00Z');
  await call(resumeCampaign, { id });
  expect(await readCampaign(id)).toMatchObject({
    status: 'active',
    enabled: true,
    last_started_at: '2026-03-05T09:00:00.000Z',
  });
  await advanceTo(fixture, '2026-03-09T09:00:00Z');
  const done = {
    status: 'completed',
    enabled: true,
    completion_rate: 0.75,
    reply_rate: 0.25,
    paused_at: '2026-03-04T09:00:00.000Z',
  };
  expect(await readCampaign(id)).toMatchObject(done);
  expect((await call(listCampaigns, { q: 'runs' })).campaigns).toMatchObject([done]);
});

it('a reply counts when it does not stop the person or comes after the end', async () => {
  const nodes = [{ type: 'email', subject: 'Hi', body: 'Hello' }];
  const person = (name: string) => ({ email: `${name}@people.test`, first_name: name });
  const id = await launchIn(fixture, {
    name: 'answers',
    senders: 1,
    dailyLimit: 50,
    nodes: [...nodes, { type: 'delay', delay_days: 2 }, ...nodes],
    people: ['eve+reply-2h', 'fay+reply-1d', 'gil', 'hal'].map(person),
    settings: { stop_on_reply: false },
  });
  const roster = async () => (await call(listRoster, { id })).prospects;
  const idOf = async (name: string) => (await roster()).find((one) => one.first_name === name)!.id;
  await advanceTo(fixture, '2026-03-09T15:00:00Z');
  expect(await readCampaign(id)).toMatchObject({
    stats: { replied: 0, answered: 1, contacted: 4 },
    reply_rate: 0.25,
  });
  await call(cancelProspect, { id, prospectId: await idOf('fay+reply-1d') });
  await call(markReplied, { id, prospectId: await idOf('gil') });
  await advanceTo(fixture, '2026-03-13T09:00:00Z');
  const answered = {
    stats: { replied: 1, answered: 3, cancelled: 1, completed: 2, contacted: 4 },
    reply_rate: 0.75,
  };
  expect(await readCampaign(id)).toMatchObject(answered);
  expect(
    (await roster()).filter((one) => one.replied_at).map((one) => [one.first_name, one.status]),
  ).toEqual([
    ['eve+reply-2h', 'completed'],
    ['fay+reply-1d', 'cancelled'],
    ['gil', 'replied'],
  ]);
  expect(await call(listSendersOfCampaign, { id })).toMatchObject({ campaign_total_replies: 3 });
  expect(await call(syncStats, { id })).toMatchObject({ repaired: 0 });
  expect(await findBreaches(fixture.db, fixture.workspaceId)).toEqual([]);
});

it('description and hourly limit are changed and cleared within their ranges', async () => {
  const { id } = (await call(createCampaign, { type: 'email', name: 'Ranges' })).campaign;
  await call(updateCampaign, { id, description: 'New', hourly_limit: 25 });
  expect(await readCampaign(id)).toMatchObject({ description: 'New', hourly_limit: 25 });
  await call(updateCampaign, { id, description: null, hourly_limit: null });
  expect(await readCampaign(id)).toMatchObject({ description: null, hourly_limit: null });
  for (const hourly_limit of [0, 26, 1.5])
    expect(await fail(updateCampaign, { id, hourly_limit })).toMatchObject({ status: 400 });
});
