import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { updateMailbox } from '../../src/operations/email/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { addSender } from '../scene.ts';
import type { AskedSender } from './asked.ts';
import { type Chance, day } from './chance.ts';
import type { House } from './house.ts';
import { dateOf, drawSettings } from './settings.ts';
import { resident, villagers } from './village.ts';

/** Some people of a village, who are in several rosters. */
export function draft(c: Chance, count: number, village: string) {
  const first = c.upTo(villagers);
  return Array.from({ length: Math.min(count, villagers) }, (_, i) => resident(village, (first + i) % villagers).draft);
}

type Limits = AskedSender['limits'][number]['value'];

function drawLimits(c: Chance, now: number): Limits {
  const rampUp = { start: 1 + c.upTo(3), step: c.upTo(3), every: 1 + c.upTo(3), from: dateOf(now + (c.upTo(8) - 6) * day) };
  return {
    perDay: 2 + c.upTo(12),
    rolling: c.happens(0.3),
    perHour: c.happens(0.3) ? 1 + c.upTo(3) : null,
    gapMs: c.one([1, 60, 900]) * 1000,
    rampUp: c.happens(0.3) ? rampUp : null,
  };
}

/** Columns of a sender's limits as its operation takes them. */
export const limitsOnWire = ({ perDay, rolling, perHour, gapMs, rampUp }: Limits) => ({
  daily_limit: perDay,
  daily_window: rolling ? 'rolling' : 'calendar',
  hourly_limit: perHour,
  min_gap_seconds: gapMs / 1000,
  ramp_up: rampUp && { start: rampUp.start, step: rampUp.step, every_days: rampUp.every, started_on: rampUp.from },
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
export async function limit(house: House, id: string, value: Limits = drawLimits(house.c, house.now)): Promise<void> {
  const from = house.instant();
  if (await house.ask(updateMailbox, { id, ...limitsOnWire(value) })) house.asked.senders.get(id)!.limits.push({ from, value });
}

async function found(house: House, tag: string): Promise<void> {
  const { c, asked } = house;
  const { courses, wire } = drawSettings(c, house.now);
  const [local, dry] = [c.happens(0.35), c.happens(0.25)];
  const all = [...asked.senders.keys()];
  const senders = all.filter(() => c.happens(0.7));
  if (senders.length === 0) senders.push(all[0]!);
  const touches = Array.from({ length: 1 + c.upTo(3) }, (_, n) => drawTouch(c, tag, n));
  const nodes = touches.flatMap((touch, n) => (n === 0 ? [touch] : [drawDelay(c), touch]));
  const { campaign } = await house.caller.call(createCampaign, { type: 'email', name: tag, sender_account_ids: senders });
  const fixed = { roster: 'open', stop_on_reply: true, local_hours: local, dry_run: dry };
  await house.caller.call(updateCampaign, { id: campaign.id, sequence_nodes: [...nodes, { type: 'end' }], ...fixed, ...wire });
  await house.caller.call(addProspects, { id: campaign.id, prospects: draft(c, 6 + c.upTo(12), c.one(['a', 'b'])) });
  const from = house.now;
  asked.campaigns.set(tag, {
    id: campaign.id,
    ...courses,
    local,
    dryRun: [{ from, value: dry }],
    quiet: [],
    off: new Map(all.map((sender) => [sender, [{ from, value: !senders.includes(sender) }]])),
    accountLimits: new Map(),
    gone: new Map(),
  });
  await house.caller.call(launchCampaign, { id: campaign.id });
}
