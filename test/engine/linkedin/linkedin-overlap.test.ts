import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { createCampaign } from '../../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { readEvents } from '../../fixtures/engine.ts';
import {
  invite,
  openLinkedinEngine,
  profile,
  readPeople,
  write,
} from '../../fixtures/linkedin-engine.ts';

const fixture = await openLinkedinEngine();
const { call, fail, clock } = fixture;
const later = (ms: number) => new Date(clock.now().getTime() + ms);
const nodes = [invite, write];

async function draft(
  people: readonly string[],
  settings: object = { skip_other_campaigns: true },
): Promise<string> {
  const seat = await fixture.addSeat();
  const { campaign } = await call(createCampaign, {
    type: 'linkedin',
    name: fixture.services.newId(),
    sender_account_ids: [seat],
  });
  await call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: [...nodes, { type: 'end' }],
    ...settings,
  });
  const prospects = people.map((name) => ({ linkedin_url: profile(name), first_name: name }));
  if (prospects.length > 0) await call(addProspects, { id: campaign.id, prospects });
  return campaign.id;
}

describe('a launch with skip_other_campaigns', () => {
  test('leaves out and lists prospects under way elsewhere, and says so before', async () => {
    await fixture.launch({ nodes, people: ['ada+never', 'bea+never'] });
    await fixture.runUntil(later(hourMs));
    const id = await draft(['ada+never', 'bea+never', 'cleo+never']);
    const dry = await call(launchCampaign, { id, dry_run: true });
    expect(dry).toMatchObject({ prospectsToProcess: 1, skippedCount: 2, status: 'active' });
    expect((await readPeople(fixture, id))['ada+never']).toMatchObject({ status: 'pending' });
    const done = await call(launchCampaign, { id });
    expect(done).toMatchObject({
      prospectsToProcess: 1,
      skippedCount: 2,
      skippedProspects: dry.skippedProspects,
    });
    expect(done.skippedProspects).toEqual([
      { id: expect.any(String), name: 'ada+never', linkedin_url: profile('ada+never') },
      { id: expect.any(String), name: 'bea+never', linkedin_url: profile('bea+never') },
    ]);
    const { prospects } = await call(listRoster, { id, status: 'skipped' });
    expect(prospects.map(({ end_reason }) => end_reason)).toEqual([
      'in another active campaign',
      'in another active campaign',
    ]);
    expect(await readEvents(fixture, id)).toEqual([
      'campaign.launched',
      'prospect.skipped',
      'prospect.skipped',
    ]);
    await fixture.runUntil(later(hourMs));
    expect(fixture.deliveries.filter(({ to }) => to === profile('ada+never'))).toHaveLength(1);
    await fixture.checkLaws();
  });

  test('ignores drafts, dry runs and ended prospects, and does nothing unless set', async () => {
    await draft(['dina+never']);
    await fixture.launch({ nodes, people: ['dina+never'], settings: { dry_run: true } });
    await fixture.launch({ nodes: [invite], people: ['edda+accept-1h'] });
    await fixture.runUntil(later(3 * hourMs));
    expect(
      await call(launchCampaign, { id: await draft(['dina+never', 'edda+accept-1h']) }),
    ).not.toHaveProperty('skippedCount');
    expect(await call(launchCampaign, { id: await draft(['dina+never'], {}) })).toMatchObject({
      prospectsToProcess: 1,
    });
  });

  test('is refused and changes nothing when no prospect is left', async () => {
    await fixture.launch({ nodes, people: ['fox+never'] });
    const id = await draft(['fox+never']);
    expect((await fail(launchCampaign, { id })).errors).toMatchObject([
      { code: 'all_skipped', pointer: '/leads' },
    ]);
    expect((await readPeople(fixture, id))['fox+never']).toMatchObject({ status: 'pending' });
  });

  test('goes ahead when a list feeds the campaign, although nobody is left now', async () => {
    await fixture.launch({ nodes, people: ['gus+never'] });
    const id = await draft(['gus+never']);
    const { list } = await call(createList, { name: 'Feed', leadIds: [] });
    await call(updateRules, { id, synced_list_ids: [list.id] });
    expect(await call(launchCampaign, { id })).toMatchObject({
      status: 'active',
      prospectsToProcess: 0,
      skippedCount: 1,
    });
    await fixture.checkLaws();
  });

  test('lists the first thousand of many', async () => {
    const people = Array.from({ length: 3000 }, (_, i) => `crowd${i}+never`);
    const settings = { operating_hours: { 0: { start: 0, end: 1 } } };
    const first = await draft([], settings);
    const id = await draft([]);
    for (const campaign of [first, id])
      for (let i = 0; i < people.length; i += 1000) {
        const prospects = people
          .slice(i, i + 1000)
          .map((name) => ({ linkedin_url: profile(name) }));
        await call(addProspects, { id: campaign, prospects });
      }
    await call(addProspects, { id, prospects: [{ linkedin_url: profile('alone+never') }] });
    await call(launchCampaign, { id: first });
    const done = await call(launchCampaign, { id });
    expect(done).toMatchObject({ prospectsToProcess: 1, skippedCount: 3000 });
    expect(done.skippedProspects).toHaveLength(1000);
    await fixture.checkLaws();
  });
});

describe('two campaigns with the same prospect', () => {
  test('one of them writes, whichever comes first', async () => {
    const [one, two] = [
      await draft([], { skip_other_campaigns: true, roster: 'open' }),
      await draft([], { skip_other_campaigns: true, roster: 'open' }),
    ];
    for (const id of [one, two]) {
      await call(addProspects, { id, prospects: [{ linkedin_url: profile(`own-${id}+never`) }] });
      await call(launchCampaign, { id });
    }
    const shared = Array.from({ length: 6 }, (_, i) => `both${i}+never`);
    for (const id of [one, two])
      await call(addProspects, {
        id,
        prospects: shared.map((name) => ({ linkedin_url: profile(name) })),
      });
    await fixture.runUntil(later(6 * hourMs));
    for (const name of shared) {
      expect((await readPeople(fixture, one))[name]).toMatchObject({ status: 'connection_sent' });
      expect((await readPeople(fixture, two))[name]).toMatchObject({
        status: 'skipped',
        end_reason: 'in another active campaign',
      });
      expect(fixture.deliveries.filter(({ to }) => to === profile(name))).toHaveLength(1);
    }
    await fixture.checkLaws();
  });

  test('the one that has begun goes on although it was launched later', async () => {
    const one = await draft(['gwen-own+never'], { skip_other_campaigns: true, roster: 'open' });
    await call(launchCampaign, { id: one });
    const two = await draft(['gwen+never'], { skip_other_campaigns: true });
    await call(launchCampaign, { id: two });
    await fixture.runUntil(later(hourMs));
    await call(addProspects, { id: one, prospects: [{ linkedin_url: profile('gwen+never') }] });
    await fixture.runUntil(later(hourMs));
    expect((await readPeople(fixture, two))['gwen+never']).toMatchObject({
      status: 'connection_sent',
    });
    expect((await readPeople(fixture, one))['gwen+never']).toMatchObject({ status: 'skipped' });
    await fixture.checkLaws();
  });
});
