import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../src/operations/email/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { addSender } from '../scene.ts';
import type { AskedSender, Hours } from './asked.ts';
import type { Chance } from './chance.ts';
import type { House } from './house.ts';
import { zones } from './zones.ts';

export const villages = ['a', 'b', 'late'] as const;
export const villagers = 30;

/** Some people of a village, who are in several rosters; some have no name, so that what greets them by it holds them. */
export function draft(c: Chance, count: number, village: string) {
  const first = c.upTo(villagers);
  return Array.from({ length: Math.min(count, villagers) }, (_, i) => {
    const n = (first + i) % villagers;
    const email = `${village}${n}@people.test`;
    return n % 7 === 6 ? { email } : { email, first_name: `P${n}` };
  });
}

export function drawHours(c: Chance): Hours {
  if (c.happens(0.3)) return null;
  const start = c.upTo(20) * 60 + c.one([0, 15, 30]);
  const open = [{ start, end: Math.min(1440, start + 60 * (1 + c.upTo(8))) }];
  if (c.happens(0.3) && open[0]!.end < 1380) open.push({ start: open[0]!.end + 30, end: 1440 });
  const days = ['0', '1', '2', '3', '4', '5', '6'].filter(() => c.happens(0.75));
  return Object.fromEntries((days.length > 0 ? days : ['3']).map((weekday) => [weekday, open]));
}

export function drawLimits(c: Chance): AskedSender['limits'][number]['value'] {
  return {
    perDay: 2 + c.upTo(12),
    rolling: c.happens(0.3),
    perHour: c.happens(0.3) ? 1 + c.upTo(3) : null,
    gapMs: c.one([1, 60, 900]) * 1000,
  };
}

/** Columns of a sender's limits as its operation takes them. */
export const limitsOnWire = ({ perDay, rolling, perHour, gapMs }: ReturnType<typeof drawLimits>) => ({
  daily_limit: perDay,
  daily_window: rolling ? 'rolling' : 'calendar',
  hourly_limit: perHour,
  min_gap_seconds: gapMs / 1000,
});

/** A touch whose text says which campaign and which node it is of, whatever becomes of the sequence. */
export function drawTouch(c: Chance, campaign: string, n: number) {
  const follows = n > 0 && c.happens(0.6);
  const greeting = c.happens(0.5) ? 'Hi %first_name%' : 'Hi';
  return {
    type: 'email',
    ...(follows ? { is_reply: true } : { subject: 'About your plans' }),
    body: `${greeting} [${campaign}n${n}]${c.happens(0.1) ? ' %sender_last%' : ''}`,
  };
}

export const drawDelay = (c: Chance) => ({ type: 'delay', delay_hours: 1 + c.upTo(c.one([20, 100])) });

/** Senders, campaigns of all kinds and their people, at work. */
export async function furnish(house: House): Promise<void> {
  const { c, asked, test } = house;
  for (let i = 0; i < 2 + c.upTo(3); i++) {
    const id = await addSender({ ...test, parts: house.parts }, { address: `s${i}@sender.test`, smtp: { host: '127.0.0.1', port: 25 } });
    asked.senders.set(id, { quiet: [], limits: [] });
    house.provider.memory.set(id, c.one(['proof', 'proof', 'blind']));
    await limit(house, id);
  }
  for (let i = 0; i < 2 + c.upTo(2); i++) await found(house, `c${i}`);
}

/** Gives a sender other limits. */
export async function limit(house: House, id: string): Promise<void> {
  const value = drawLimits(house.c);
  const from = house.instant();
  if (await house.ask(updateMailbox, { id, ...limitsOnWire(value) })) house.asked.senders.get(id)!.limits.push({ from, value });
}

async function found(house: House, tag: string): Promise<void> {
  const { c, asked } = house;
  const window = { zone: c.one(zones), hours: drawHours(c) };
  const dailyLimit = c.one([2, 6, 500]);
  const all = [...asked.senders.keys()];
  const senders = all.filter(() => c.happens(0.7));
  if (senders.length === 0) senders.push(all[0]!);
  const touches = Array.from({ length: 1 + c.upTo(3) }, (_, n) => drawTouch(c, tag, n));
  const nodes = touches.flatMap((touch, n) => (n === 0 ? [touch] : [drawDelay(c), touch]));
  const created = await house.caller.call(createCampaign, { type: 'email', name: tag, sender_account_ids: senders });
  const { id } = created.campaign;
  const settings = { timezone: window.zone, operating_hours: window.hours, daily_limit: dailyLimit, roster: 'open', stop_on_reply: true };
  await house.caller.call(updateCampaign, { id, sequence_nodes: [...nodes, { type: 'end' }], ...settings });
  await house.caller.call(addProspects, { id, prospects: draft(c, 6 + c.upTo(12), c.one(['a', 'b'])) });
  const from = house.now;
  const off = new Map(all.map((sender) => [sender, [{ from, value: !senders.includes(sender) }]]));
  asked.campaigns.set(tag, {
    id,
    window: [{ from, value: window }],
    dailyLimit: [{ from, value: dailyLimit }],
    quiet: [],
    off,
    accountLimits: new Map(),
  });
  await house.caller.call(launchCampaign, { id });
}
