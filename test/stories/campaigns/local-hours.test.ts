import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { startWorker } from '../../../src/engine/worker.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { updateCampaign } from '../../../src/operations/campaigns/update.ts';
import { startImport } from '../../../src/operations/imports/start.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { updateProspect } from '../../../src/operations/roster/update.ts';
import { createRosters } from '../../factories/rosters.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, makeDraft, setStatus } = createRosters(test);
let worker: Awaited<ReturnType<typeof startWorker>> | null = null;
afterEach(async () => {
  await worker?.stop();
  worker = null;
});

const people = [
  { email: 'said@gmail.com', custom_fields: { time_zone: 'asia/tokyo' } },
  { email: 'called@gmail.com', custom_fields: { phone: '+49 30 123456' } },
  { email: 'addressed@acme.fr' },
  { email: 'unknown@gmail.com' },
];
const expected = [
  ['said@gmail.com', 'Asia/Tokyo', 'field'],
  ['called@gmail.com', 'Europe/Berlin', 'phone'],
  ['addressed@acme.fr', 'Europe/Paris', 'cctld'],
  ['unknown@gmail.com', null, null],
];
const zones = async (id: string) =>
  (await call(listRoster, { id })).prospects.map((person) => [
    person.email,
    person.local_zone,
    person.local_zone_source,
  ]);

describe('local_hours', () => {
  it('finds the zones of people when they are added, with their sources', async () => {
    const id = await makeDraft('email', { local_hours: true });
    await call(addProspects, { id, prospects: people });
    expect(await zones(id)).toEqual(expected);
  });

  it('finds all zones when it is switched on and clears them when it is switched off', async () => {
    const id = await makeDraft();
    expect((await call(getCampaign, { id })).campaign.local_hours).toBe(false);
    await call(addProspects, { id, prospects: people });
    expect((await zones(id)).every(([, zone]) => zone === null)).toBe(true);
    expect((await call(updateCampaign, { id, local_hours: true })).campaign.local_hours).toBe(true);
    expect(await zones(id)).toEqual(expected);
    await call(updateCampaign, { id, local_hours: false });
    expect((await zones(id)).every(([, zone, source]) => zone === null && source === null)).toBe(
      true,
    );
  });

  it('reads the zones of an import that began before it was switched on', async () => {
    const id = await makeDraft();
    const csv = 'email,Time Zone\nsaid@gmail.com,America/Lima\nother@acme.it,\n';
    await call(startImport, { id }, { stream: Readable.from([Buffer.from(csv)]) });
    await call(updateCampaign, { id, local_hours: true });
    worker = await startWorker(test.services);
    await expect.poll(() => zones(id), { timeout: 20_000, interval: 20 }).toHaveLength(2);
    expect(await zones(id)).toEqual([
      ['said@gmail.com', 'America/Lima', 'field'],
      ['other@acme.it', 'Europe/Rome', 'cctld'],
    ]);
  });

  it('finds the zone again when the person is edited', async () => {
    const id = await makeDraft('email', { local_hours: true });
    await call(addProspects, { id, prospects: [{ email: 'moves@acme.de' }] });
    const [person] = (await call(listRoster, { id })).prospects;
    const edited = await call(updateProspect, {
      id,
      prospect_id: person!.id,
      updates: { custom_fields: { timezone: 'America/Lima' } },
    });
    expect(edited.prospect).toMatchObject({
      local_zone: 'America/Lima',
      local_zone_source: 'field',
    });
  });

  it('cannot change after the launch, while contact caps can', async () => {
    const id = await makeDraft();
    await setStatus(id, 'paused');
    const answer = await call(updateCampaign, {
      id,
      local_hours: true,
      domain_daily_limit: 5,
      company_daily_limit: 3,
    });
    expect(answer.warnings).toMatchObject([{ pointer: '/local_hours' }]);
    expect(answer.campaign).toMatchObject({
      local_hours: false,
      domain_daily_limit: 5,
      company_daily_limit: 3,
    });
    const cleared = await call(updateCampaign, { id, domain_daily_limit: null });
    expect(cleared.campaign).toMatchObject({ domain_daily_limit: null, company_daily_limit: 3 });
  });
});
