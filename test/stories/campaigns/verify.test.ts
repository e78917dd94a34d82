import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { idleChannel } from '../../factories/rows.ts';
import { commandLine, testApi } from '../../fixtures/api.ts';
import { addWorkspace, testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')] });
const { db, services } = database;
const { as } = testApi(services);
const send = await as(database);
const { createActive } = campaignSteps(send, database);
const cli = await commandLine(services, database);

describe('postrider verify', () => {
  it('reports no difference and exits with 0 when the rows are consistent', async () => {
    await createActive();
    const result = await cli.run('verify');
    expect(result).toMatchObject({ code: 0, body: { ok: true, differences: 0, found: [] } });
    expect((result.body.checked as string[]).length).toBeGreaterThan(10);
  });

  it('accepts an active campaign without people only while a list feeds it', async () => {
    const { body } = await send('POST /api/lists', { name: 'Feeds' });
    const feed = (body.list as { id: string }).id;
    const { id } = await createActive();
    await send(`PATCH /api/campaigns/${id}/rules`, { synced_list_ids: [feed] });
    await sql`delete from prospects where campaign_id = ${id}`.execute(db);
    await sql`delete from counters where campaign_id = ${id}`.execute(db);
    expect((await send('GET /api/verify')).body).toMatchObject({ ok: true });
    await sql`delete from lead_rules where campaign_id = ${id}`.execute(db);
    expect((await send('GET /api/verify')).body).toMatchObject({ ok: false, differences: 1 });
    await sql`update campaigns set status = 'completed' where id = ${id}`.execute(db);
  });

  it('reports lead rules whose counts are wrong', async () => {
    const { id } = await createActive();
    await send(`PATCH /api/campaigns/${id}/rules`, { exclude_mutuals: true });
    await sql`update lead_rules set fed = 1 where campaign_id = ${id}`.execute(db);
    const law = 'lead rules count the people they feed and took off';
    expect((await send('GET /api/verify')).body).toMatchObject({ ok: false, found: [{ law }] });
    await sql`update lead_rules set fed = 0 where campaign_id = ${id}`.execute(db);
  });

  it.each([
    ['a counter that is off', sql`update counters set n = n + 1`, 'counters equal a recount'],
    [
      'a person held without a reason',
      sql`update prospects set hold = 'who knows'`,
      'a hold expires or has a reason that somebody can act on',
    ],
    [
      'an end without a reason',
      sql`update prospects set status = 'replied', ended_at = created_at`,
      'an end has its instant and its reason, and waits for nothing',
    ],
    [
      'a gap in the events',
      sql`insert into events (workspace_id, seq, kind, at, actor) select id, 900, 'message.sent', created_at, 'test' from workspaces on conflict do nothing`,
      'events are numbered without a gap',
    ],
  ])('reports %s and exits with 1', async (_name, damage, law) => {
    const other = await addWorkspace(db, services.clock.now());
    const sendAsTenant = await as(other);
    const steps = campaignSteps(sendAsTenant, { ...database, ...other });
    await steps.createActive();
    await damage.execute(db);
    const { body } = await sendAsTenant('GET /api/verify');
    expect(body).toMatchObject({ ok: false });
    expect((body.found as { law: string }[]).map((one) => one.law)).toContain(law);
    expect(body.differences).toBe((body.found as unknown[]).length);
    expect(await cli.run('verify')).toMatchObject({ code: 1, body: { ok: false } });
  });
});
