import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { beat, leave } from '../../../src/db/workers.ts';
import { hourMs } from '../../../src/domain/time.ts';
import { requestTextsAhead } from '../../../src/engine/ai/schedule.ts';
import { DraftWorker } from '../../../src/engine/ai/worker.ts';
import { notDelivered } from '../../../src/engine/sending/dispatch.ts';
import { record } from '../../../src/engine/sending/record.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { promoteCampaign } from '../../../src/operations/campaigns/promote.ts';
import { removeProspects } from '../../../src/operations/roster/remove.ts';
import { people } from '../../factories/campaigns.ts';
import { aiEmail, openAiFixture } from '../../fixtures/ai.ts';
import { readMessages, readProspects } from '../../fixtures/engine.ts';
import { writeAll } from '../../peers/llm.ts';

const fixture = await openAiFixture();
const { call, clock, db, llm, services, workspaceId } = fixture;

test('a worker writes a text again that the database failed to keep', async () => {
  const workerId = services.newId();
  await beat(db, workerId);
  const drafter = new DraftWorker(services, workerId);
  const id = await fixture.launch({
    senders: [await fixture.sender()],
    nodes: [aiEmail],
    people: people(3),
  });
  await requestTextsAhead(services);
  await sql`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`.execute(
    db,
  );
  llm.reply = async (asked) => {
    if (llm.asked.length === 1)
      await sql`create trigger full_disk before insert on messages execute function refuse()`.execute(
        db,
      );
    return writeAll(asked);
  };
  await expect(drafter.write()).rejects.toThrow('the disk is full');
  await sql`drop trigger full_disk on messages`.execute(db);
  expect(Object.values(await fixture.holds(id))).toContain('draft_pending');
  await beat(db, workerId);
  while ((await drafter.write()) > 0);
  expect(Object.values(await fixture.holds(id))).toEqual([null, null, null]);
  await fixture.runFor(hourMs);
  expect(fixture.sink.messages).toHaveLength(3);
  await fixture.checkLaws();
});

test('a dry run’s touch recorded after the promotion does not count for real', async () => {
  const senders = [await fixture.sender()];
  const id = await fixture.launch({
    senders,
    nodes: [aiEmail],
    people: people(1, 'dry'),
    settings: { dry_run: true },
  });
  await fixture.write();
  const workerId = services.newId();
  await beat(db, workerId);
  const { reserved } = await tick(services, { workspaceId, workerId, limit: 10 });
  expect(reserved).toMatchObject([{ dryRun: true }]);
  await call(promoteCampaign, { id });
  const finished = reserved.map((one) => ({
    reserved: one,
    result: { ok: true, response: notDelivered } as const,
    at: clock.now(),
  }));
  await record(services, workspaceId, { finished, skipped: [], lanes: [], workerId });
  expect(await readProspects(fixture, id)).toMatchObject([
    { status: 'pending', contacted_at: null },
  ]);
  await leave(db, workerId);
  await fixture.write();
  await fixture.runFor(hourMs);
  expect(fixture.sink.messages.filter(({ to }) => to[0] === 'dry0@people.test')).toHaveLength(1);
  await fixture.checkLaws();
});

test('a text for a prospect that is removed while it is written is dropped', async () => {
  const senders = [await fixture.sender()];
  const id = await fixture.launch({
    senders,
    nodes: [aiEmail],
    people: people(2, 'gone'),
    settings: { roster: 'open' },
  });
  const [first] = await readProspects(fixture, id);
  llm.reply = async (asked) => {
    if (asked.recipient.email === first!.email)
      await call(removeProspects, { id, prospect_ids: [first!.id] });
    return writeAll(asked);
  };
  await fixture.write();
  expect((await readMessages(fixture, id)).map(({ prospect_id }) => prospect_id)).not.toContain(
    first!.id,
  );
  await fixture.runFor(hourMs);
  await fixture.checkLaws();
});
