import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { delayHours, followUp, hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { mailsByRecipient, openEmailFixture } from '../../fixtures/email.ts';
import { readEvents, readLane, readMessages, readProspects } from '../../fixtures/engine.ts';

const t = await openEmailFixture({ connections: 20 });

/** A sender with one prospect, `NAME@people.test`, that waits for the first of two mails. */
async function scene(name: string, nodes = [hello, delayHours(1), followUp]) {
  const sender = await addMailbox(t, {
    address: `${name}@sender.test`,
    smtp: t.sink,
    minGapSeconds: 1,
  });
  const to = `${name}@people.test`;
  const people = [{ email: to, first_name: 'Pat' }];
  const id = await launchEmailCampaign(t, { name, senders: [sender], nodes, people });
  return {
    id,
    sender,
    mails: () => mailsByRecipient(t)[to] ?? 0,
    person: async () => (await readProspects(t, id))[0]!,
    message: async () => (await readMessages(t, id))[0]!,
  };
}

describe('a channel that throws', () => {
  test.each([true, false])(
    'leaves the message to be asked about, and never sends it again by guess; handed over: %s',
    async (handedOver) => {
      const s = await scene(`throws-${handedOver}`);
      t.mailServer.send = async (deliver) => {
        if (handedOver) await deliver();
        throw new Error('Broken');
      };
      await t.engine.tick();
      await t.engine.settled();
      delete t.mailServer.send;
      expect(await s.message()).toMatchObject({ state: 'reserved', attempts: 1 });
      expect(await s.person()).toMatchObject({ hold: 'reserved', contacted_at: null });
      expect((await readLane(t, s.sender)).owner).toBeNull();
      await t.runFor(3 * hourMs);
      expect(s.mails()).toBe(handedOver ? 1 : 0);
      await t.checkLaws();
      t.mailServer.find = () => 'unknown';
      await t.recover();
      expect((await s.message()).state).toBe('unknown');
      expect(s.mails()).toBe(handedOver ? 1 : 0);
      await t.checkLaws();
    },
  );
});

test('a channel has half of the time to hand a message over', async () => {
  await scene('deadline');
  const { workerId } = await t.startWorker();
  const email = t.services.channels.get('email')!;
  let deadline = 0;
  let handedAt = 0;
  const noting: typeof email = {
    ...email,
    send: (account, message, until) => {
      deadline = until;
      handedAt = performance.now();
      return email.send(account, message, until);
    },
  };
  const services = { ...t.services, channels: new Map([['email', noting]]) };
  const engine = new Engine(services, workerId);
  const before = performance.now();
  await engine.tick();
  const half = t.services.config.sendMs / 2;
  await engine.settled();
  expect(deadline).toBeGreaterThanOrEqual(before + half);
  expect(deadline).toBeLessThanOrEqual(handedAt + half);
});

describe('results that the database refuses', () => {
  /** Refuses the first `n` recordings of a touch as sent. */
  async function refuse(n: number): Promise<void> {
    await sql`create sequence if not exists refusals`.execute(t.db);
    await sql`alter sequence refusals restart`.execute(t.db);
    await sql`create or replace function refuse() returns trigger language plpgsql as $$ begin
      if new.state = 'sent' and nextval('refusals') <= ${sql.lit(n)} then raise exception 'not yet'; end if;
      return new; end $$`.execute(t.db);
    await sql`create or replace trigger refused before update on messages
      for each row execute function refuse()`.execute(t.db);
  }

  test.each([1, 3])(
    'are written at the next try, and nothing is sent again; refused %i times',
    async (n) => {
      const s = await scene(`refused-${n}`);
      await refuse(n);
      await t.engine.tick();
      await t.engine.settled();
      expect(await s.message()).toMatchObject({ state: 'sent', attempts: 1 });
      expect(await s.person()).toMatchObject({ status: 'sent', hold: null });
      expect((await readLane(t, s.sender)).owner).toBeNull();
      expect(s.mails()).toBe(1);
      await t.checkLaws();
      await refuse(0);
      await t.runFor(2 * hourMs);
      expect(s.mails()).toBe(2);
      await t.checkLaws();
    },
  );

  test('are dropped only when the worker gives up, and are asked about then', async () => {
    const s = await scene('abandoned');
    await refuse(1_000_000);
    const worker = await t.startWorker();
    await worker.engine.tick();
    await expect.poll(s.mails).toBe(1);
    worker.engine.abandon();
    await worker.engine.settled();
    await worker.die();
    expect((await s.message()).state).toBe('reserved');
    await refuse(0);
    t.mailServer.find = () => 'found';
    await t.recover();
    expect((await s.message()).state).toBe('sent');
    expect(s.mails()).toBe(1);
    await t.checkLaws();
  });
});

test('a lane stays with its worker until the last of its results is written', async () => {
  const crowd = await openEmailFixture({ connections: 20 });
  const senders: string[] = [];
  for (let i = 0; i < 130; i++)
    senders.push(
      await addMailbox(crowd, {
        address: `lane${i}@sender.test`,
        smtp: crowd.sink,
        dailyLimit: 1_000_000,
        minGapSeconds: 0,
      }),
    );
  const people = Array.from({ length: 520 }, (_, i) => ({
    email: `crowd${i}@people.test`,
    first_name: 'Pat',
  }));
  const id = await launchEmailCampaign(crowd, { name: 'crowd', senders, nodes: [hello], people });
  // Notes every lane that is given back while a message of it waits for its result.
  await sql`create table early (sender_id uuid)`.execute(crowd.db);
  await sql`create function note_early() returns trigger language plpgsql as $$ begin
    insert into early select new.sender_id from messages m
      where m.sender_id = new.sender_id and m.state = 'reserved';
    return null; end $$`.execute(crowd.db);
  await sql`create trigger early after update on lanes for each row
    when (old.owner is not null and new.owner is null) execute function note_early()`.execute(
    crowd.db,
  );
  // All results come in one turn of the event loop: more than one batch holds.
  crowd.mailServer.send = async () => ({ ok: true, response: '250 OK' });
  crowd.clock.advanceMs(minuteMs);
  await crowd.engine.tick();
  await crowd.engine.settled();
  const messages = await readMessages(crowd, id);
  expect(messages.filter(({ state }) => state === 'sent').length).toBeGreaterThan(500);
  const { rows } = await sql`select * from early`.execute(crowd.db);
  expect(rows).toEqual([]);
  const owned = await crowd.db
    .selectFrom('lanes')
    .select('sender_id')
    .where('owner', 'is not', null)
    .execute();
  expect(owned).toEqual([]);
  await crowd.checkLaws();
});

test('a prospect that lacks a value is held, and an event tells which', async () => {
  const s = await scene('lacking', [{ ...hello, body: 'As %position% you know.' }]);
  await t.runFor(minuteMs);
  expect(await s.person()).toMatchObject({
    status: 'pending',
    hold: 'missing_variable',
    hold_detail: 'missing_variable: position',
  });
  expect(await readEvents(t, s.id)).toEqual(['campaign.launched', 'prospect.held']);
  const { prospect_id, sender_id, data } = await t.db
    .selectFrom('events')
    .selectAll()
    .where('campaign_id', '=', s.id)
    .where('kind', '=', 'prospect.held')
    .executeTakeFirstOrThrow();
  expect({ prospect_id, sender_id, data }).toEqual({
    prospect_id: (await s.person()).id,
    sender_id: s.sender,
    data: { reason: 'missing_variable', missing: ['position'] },
  });
  await t.checkLaws();
});
