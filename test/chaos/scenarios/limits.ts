import { setTimeout as pause } from 'node:timers/promises';
import { dayMs, minuteMs } from '../../../src/domain/time.ts';
import { addCampaign, addMailbox, addMailboxes, launch, peopleOf } from '../campaigns.ts';
import { type ChaosFixture, openChaosFixture } from '../fixture.ts';
import { judge } from '../judge.ts';
import type { Run, Scenario } from '../scenario.ts';
import { startProvider } from '../sink.ts';
import { until } from '../waiting.ts';

const perHour = 6;
const perDay = 3;
const perAccount = 2;
const gapSeconds = 1;
/** A window that is over sooner is left for the next. */
const minWindowMs = 20_000;

/**
 * Several processes share many senders with tight limits: no sender exceeds a limit, and none stays
 * unused. Killed processes lose no count.
 */
export const limits: Scenario = {
  name: 'limits',
  fault: 'F8',
  usual: { workers: '4', senders: '40', kills: '6', window: 'yes' },
  short: { workers: '3', senders: '6', kills: '1', window: 'no' },
  async run(run) {
    const { options, random } = run;
    const fixture = await openChaosFixture({
      others: Array(Number(options.workers) - 1).fill('worker'),
      mail: true,
    });
    const peers = fixture.peers!;
    const provider = await startProvider({
      random,
      sentFolder: (sender) => peers.folder(sender, 'Sent'),
    });
    const breaches: string[] = [];
    try {
      const hourly = await fillHours(run, fixture, { port: provider.port, breaches });
      const window =
        options.window === 'yes'
          ? await fillWindow(run, fixture, { port: provider.port, breaches })
          : 0;
      const verdict = await judge(fixture, provider);
      if (verdict.unknown > 0)
        breaches.push(`${verdict.unknown} messages are in doubt although Sent shows them`);
      breaches.push(...(await fixture.breaches()));
      return {
        ...verdict,
        workers: Number(options.workers),
        senders: Number(options.senders),
        sends: provider.count(),
        hourly,
        window,
        breaches,
      };
    } finally {
      await fixture.close();
      await provider.stop();
    }
  },
};

type Trial = { port: number; breaches: string[] };

/**
 * Two campaigns share senders that may write `perHour` an hour, a second apart; processes are
 * killed on the way. Returns how many went out.
 */
async function fillHours(
  { options, random, say }: Run,
  fixture: ChaosFixture,
  { port, breaches }: Trial,
): Promise<number> {
  const count = Number(options.senders);
  const senders = await addMailboxes(fixture, count, {
    port,
    sentFolder: true,
    hourly_limit: perHour,
    min_gap_seconds: gapSeconds,
  });
  for (const [index, name] of ['One', 'Two'].entries())
    await launch(
      fixture,
      await addCampaign(fixture, {
        name,
        senders,
        people: peopleOf(count * perHour, index * 100_000),
        timezone: 'UTC',
      }),
    );
  const before = await hourOf(fixture);
  for (let kill = 1; kill <= Number(options.kills); kill++) {
    await pause(300 + random() * 2000);
    const victim = fixture.servers[Math.floor(random() * fixture.servers.length)]!;
    await victim.kill();
    await victim.start();
  }
  const sent = async () =>
    (await fixture.query(`select from messages where state = 'sent'`)).length;
  await until('every hour is full', async () => (await sent()) >= count * perHour, 90).catch(
    (error: Error) => breaches.push(error.message),
  );
  await pause(2_000);
  const total = await sent();
  say(`${total} of ${count * perHour} in the hour, through ${options.workers} processes`);
  if (total > count * perHour && (await hourOf(fixture)) === before)
    breaches.push(`${total} went out where ${count * perHour} may`);
  const over = await fixture.query(
    `select sender_id, date_trunc('hour', reserved_at) from messages where state <> 'draft'
      group by 1, 2 having count(*) > $1`,
    [perHour],
  );
  if (over.length > 0) breaches.push(`${over.length} senders were over their hour`);
  const close = await fixture.query(
    `select 1 from (
      select reserved_at - lag(reserved_at)
          over (partition by sender_id order by reserved_at) as gap
      from messages where state <> 'draft') g where gap < $1 * interval '1 second'`,
    [gapSeconds],
  );
  if (close.length > 0) breaches.push(`${close.length} messages came too close to the one before`);
  return total;
}

async function hourOf(fixture: ChaosFixture): Promise<string> {
  const [row] = await fixture.query<{ hour: string }>(
    `select date_trunc('hour', clock_timestamp())::text as hour`,
  );
  return row!.hour;
}

/**
 * Senders and a campaign with little room for the day, and a window that ends in a moment. Returns
 * how many went out.
 */
async function fillWindow(
  { options, say }: Run,
  fixture: ChaosFixture,
  { port, breaches }: Trial,
): Promise<number> {
  const count = Number(options.senders);
  const ids: string[] = [];
  const limited = { port, sentFolder: true, daily_limit: perDay, min_gap_seconds: gapSeconds };
  for (let i = 0; i < count; i++)
    ids.push(await addMailbox(fixture, { ...limited, address: `day${i}@sender.test` }));
  const now = new Date();
  const sinceMidnight = (now.getTime() + minWindowMs) % dayMs;
  const end = Math.floor(sinceMidnight / minuteMs) + 1;
  const closesAt = now.getTime() - (now.getTime() % dayMs) + end * minuteMs;
  const hours = Object.fromEntries(
    Array.from({ length: 7 }, (_, day) => [String(day), { start: 0, end }]),
  );
  const dailyLimit = count * perAccount - 1;
  const campaign = await addCampaign(fixture, {
    name: 'Window',
    senders: ids,
    people: peopleOf(count * perDay, 900_000),
    timezone: 'UTC',
    operating_hours: hours,
    daily_limit: Math.min(500, dailyLimit),
    account_limits: ids.map((account_id) => ({ account_id, daily_limit: perAccount })),
  });
  await launch(fixture, campaign);
  await pause(Math.max(0, closesAt - Date.now()) + 5_000);
  const rows = await fixture.query<{ sender_id: string; at: Date }>(
    `select sender_id, reserved_at as at from messages where campaign_id = $1 and state <> 'draft'`,
    [campaign],
  );
  const late = rows.filter(({ at }) => at.getTime() >= closesAt).length;
  if (late > 0) breaches.push(`${late} went out after the window had closed`);
  const max = Math.max(
    0,
    ...[...Map.groupBy(rows, (row) => row.sender_id).values()].map((own) => own.length),
  );
  if (max > perAccount) breaches.push(`a sender sent ${max} where ${perAccount} may go out`);
  if (rows.length > dailyLimit) breaches.push(`${rows.length} went out where ${dailyLimit} may`);
  if (rows.length < dailyLimit * 0.9)
    breaches.push(`only ${rows.length} of ${dailyLimit} went out`);
  say(`${rows.length} of ${dailyLimit} before the window closed`);
  return rows.length;
}
