import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { minuteMs } from '../../../src/domain/time.ts';
import { tick } from '../../../src/engine/sending/tick.ts';
import { hello, launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const fixture = await openEmailFixture();
const { clock, db, services, workspaceId } = fixture;
const run = { workspaceId, workerId: services.newId(), limit: 10 };
let serial = 0;

/**
 * Lanes due so many minutes after now, with one prospect each, planned together; `script` is in the
 * address of the prospect at `place`. Returns how many of them are planned, and how many minutes
 * ahead the last one is.
 */
async function planned(script: string, minutes: readonly number[], place = 0) {
  const now = clock.now().getTime();
  await sql`update lanes set next_at = null`.execute(db);
  serial += 1;
  for (const [index, minute] of minutes.entries()) {
    const address = `lane${serial}-${index}@sender.test`;
    const sender = await addMailbox(fixture, { address, smtp: fixture.sink });
    const email = `${serial}-${index}${index === place ? script : ''}@people.test`;
    const people = [{ email, first_name: 'Pat' }];
    const name = `lane ${serial} ${index}`;
    await launchEmailCampaign(fixture, { name, senders: [sender], nodes: [hello], people });
    await sql`update lanes set next_at = ${new Date(now + minute * minuteMs)}
      where sender_id = ${sender}`.execute(db);
  }
  const done = await tick(services, { ...run, until: new Date(now + 14 * minuteMs) });
  expect(done.reserved).toHaveLength(done.lanes);
  return [done.lanes, (done.until.getTime() - now) / minuteMs];
}

test('lanes are planned ahead together while nobody answers between them', async () => {
  expect(await planned('', [0, 2, 5])).toEqual([3, 5]);
  expect(await planned('+reply-6m', [0, 2, 5])).toEqual([3, 5]);
});

test('an answer due before the last of them, or with it, is heard first', async () => {
  expect(await planned('+reply-4m', [0, 2, 5])).toEqual([1, 0]);
  expect(await planned('+reply-5m', [0, 2, 5])).toEqual([1, 0]);
  expect(await planned('+unsubscribe-1m', [1, 2, 3])).toEqual([1, 1]);
  expect(await planned('+reply-1m', [1, 2, 3], 1)).toEqual([2, 2]);
  expect(await planned('+reply-1m', [1, 2, 3], 2)).toEqual([3, 3]);
});

test('lanes later than the instant that is asked for are left for another tick', async () => {
  expect(await planned('', [0, 14, 15])).toEqual([2, 14]);
});

test('a lane that reserves less than it planned comes first in a tick of its own', async () => {
  const now = clock.now().getTime();
  await sql`update lanes set next_at = null`.execute(db);
  const senders: string[] = [];
  for (const [index, minute] of [0, 1, 2].entries()) {
    const address = `short${index}@sender.test`;
    const sender = await addMailbox(fixture, { address, smtp: fixture.sink });
    const body = index === 1 ? 'As %position% you know.' : 'Hello.';
    const people = [{ email: `short${index}@people.test`, first_name: 'Pat' }];
    const nodes = [{ ...hello, body }];
    await launchEmailCampaign(fixture, { name: address, senders: [sender], nodes, people });
    await sql`update lanes set next_at = ${new Date(now + minute * minuteMs)}
      where sender_id = ${sender}`.execute(db);
    senders.push(sender);
  }
  const until = new Date(now + 14 * minuteMs);
  const first = await tick(services, { ...run, until });
  expect(first.reserved.map(({ senderId }) => senderId)).toEqual([senders[0]]);
  expect(first.lanes).toBe(1);
  clock.advanceMs(minuteMs);
  expect(await tick(services, { ...run, until })).toMatchObject({ lanes: 1, reserved: [] });
});
