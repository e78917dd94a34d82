import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { minute } from './house.ts';
import { deeds, openStorm, populate, type Storm, settle, stormDays, type Window } from './storm.ts';

// SEED=<seed> replays one story.
const seeds = process.env.SEED ? [process.env.SEED] : ['1', '2', String(Date.now())];

type Sent = { campaign_id: string; sender_id: string; email: string; at: Date; ended_at: Date | null; replied_at: Date | null };

const wall = (at: Date, timeZone: string) =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: 'numeric',
      minute: 'numeric',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  ) as Record<'weekday' | 'year' | 'month' | 'day' | 'hour' | 'minute', string>;
const dayOf = (at: Date, zone: string) => {
  const { year, month, day } = wall(at, zone);
  return `${year}-${month}-${day}`;
};

function isWithin({ zone, hours }: Window, at: Date): boolean {
  if (hours === null || Object.keys(hours).length === 0) return true;
  const { weekday, hour, minute: past } = wall(at, zone);
  const ofDay = Number(hour) * 60 + Number(past);
  const spans = hours[String(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(weekday))] ?? [];
  return spans.some(({ start, end }) => start <= ofDay && ofDay < end);
}

/** Law 3, held against what was asked and when, with no code of the engine's. */
async function checkNeverOutside({ house, asked }: Storm): Promise<void> {
  const { rows } = await sql<Sent>`
    select m.campaign_id, m.sender_id, p.email, m.reserved_at as at, p.ended_at, p.replied_at from messages m join prospects p on p.id = m.prospect_id
    where m.reserved_at is not null and m.state <> 'draft' order by m.reserved_at`.execute(house.db);
  const breaches: string[] = [];
  const counts = new Map<string, number>();
  const last = new Map<string, number>();
  const count = (key: string, limit: number) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (counts.get(key)! > limit) breaches.push(`over the limit of ${limit}: ${key}`);
  };
  for (const { campaign_id, sender_id, email, at, replied_at } of rows) {
    const campaign = asked.campaigns.get(campaign_id)!;
    const sender = asked.senders.get(sender_id)!;
    const time = at.getTime();
    const window = campaign.windows.findLast(({ from }) => from <= time)!;
    const where = `${email} at ${at.toISOString()}`;
    if (!isWithin(window, at)) breaches.push(`outside the hours: ${where}`);
    if ([...campaign.paused, ...sender.paused].some(({ from, until }) => from < time && time < until))
      breaches.push(`while paused: ${where}`);
    if ((asked.silenced.get(email) ?? Infinity) < time) breaches.push(`after suppression: ${where}`);
    if (replied_at && replied_at < at) breaches.push(`after a reply: ${where}`);
    // A change of the zone begins another day: only days under one zone are counted.
    if (campaign.windows.every(({ zone }) => zone === window.zone)) count(`${campaign_id} ${dayOf(at, window.zone)}`, campaign.dailyLimit);
    count(`${sender_id} ${dayOf(at, 'America/New_York')}`, sender.dailyLimit);
    const gap = time - (last.get(sender_id) ?? -Infinity);
    if (gap < sender.gapMs) breaches.push(`${gap} ms after the one before: ${where}`);
    last.set(sender_id, time);
  }
  expect(breaches).toEqual([]);
  const doubles = house.sink.messages.map((mail) => mail.headers['message-id']).filter((id, i, all) => all.indexOf(id) !== i);
  expect(doubles).toEqual([]);
}

test.each(seeds)(
  'whatever happens in a week, no law is broken (SEED=%s)',
  async (seed) => {
    const storm = await openStorm(seed);
    const { house, c } = storm;
    await populate(storm);
    const told: string[] = [];
    try {
      for (const end = house.clock.now().getTime() + stormDays; house.clock.now().getTime() < end; ) {
        const deed = c.one(Object.keys(deeds));
        told.push(`${house.clock.now().toISOString()} ${deed}`);
        await deeds[deed]!(storm);
        await settle(storm);
        await house.runFor(c.one([1, 10, 60, 300, 600]) * minute);
        await settle(storm);
        await house.checkLaws();
      }
      await checkNeverOutside(storm);
    } catch (error) {
      throw new Error(`SEED=${seed}\n${told.slice(-12).join('\n')}`, { cause: error });
    }
  },
  60_000,
);
