import { expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../../src/domain/time.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { expectEach, openEmailFixture } from '../../fixtures/email.ts';
import { readLane } from '../../fixtures/engine.ts';

const everybody = people(20);

/** A campaign that was launched, and sent for a while by a clock 40 days ahead. */
async function openAhead(dailyLimit: number, forMs: number) {
  const t = await openEmailFixture();
  const address = 'sam@sender.test';
  const sender = await addMailbox(t, { address, smtp: t.sink, dailyLimit, minGapSeconds: 60 });
  await launchEmailCampaign(t, {
    name: 'ahead',
    senders: [sender],
    nodes: [hello, delayHours(24), followUp],
    people: everybody,
  });
  t.clock.advanceMs(40 * dayMs);
  await t.runFor(forMs);
  const ahead = t.sink.messages.length;
  expect(ahead).toBeGreaterThan(1);
  t.clock.advanceMs(-40 * dayMs);
  return { t, sender, ahead };
}

test('a lane goes on when the clock is set back, and nobody is written to twice', async () => {
  const { t, sender, ahead } = await openAhead(500, 10 * minuteMs);
  expect((await readLane(t, sender)).last_at!.getTime()).toBeGreaterThan(+t.clock.now());
  const back = t.clock.now();
  expect(await t.engine.undoClockJump()).toBe(1);
  expect(await t.engine.undoClockJump()).toBe(0);
  await t.runFor(23 * hourMs);
  expect(+t.clock.now()).toBe(+back + 23 * hourMs);
  expectEach(t, everybody, 1);
  expect(t.sink.messages.length).toBeGreaterThan(ahead);
  await t.runFor(3 * dayMs);
  expectEach(t, everybody, 2);
  await t.checkLaws();
});

test('what went out by the wrong clock counts for the limit of the right day', async () => {
  const { t, ahead } = await openAhead(12, 2 * hourMs);
  await t.engine.undoClockJump();
  await t.runFor(14.9 * hourMs);
  const today = t.sink.messages.length;
  expect(today).toBeGreaterThan(ahead);
  expect(today).toBeLessThanOrEqual(12);
  await t.runFor(dayMs);
  expect(t.sink.messages.length).toBeGreaterThan(12);
});
