import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { type Chance, day } from './chance.ts';
import { kinds, type Limits } from './kinds.ts';
import { changeRules, makeLists } from './live-lists.ts';
import { type Channel, draftOf, groupSize, groups, identify } from './people.ts';
import { dateOf, drawSettings } from './settings.ts';
import type { Simulation } from './simulation.ts';

/** Some people of a village, who are in several rosters. */
export function drawPeople(
  c: Chance,
  channel: Channel,
  { count, village }: { count: number; village: string },
) {
  const first = c.upTo(groupSize);
  return Array.from({ length: Math.min(count, groupSize) }, (_, i) =>
    draftOf(channel, village, (first + i) % groupSize),
  );
}

function drawLimits(c: Chance, now: number): Limits {
  const rampUp = {
    start: 1 + c.upTo(3),
    step: c.upTo(3),
    every: 1 + c.upTo(3),
    from: dateOf(now + (c.upTo(8) - 6) * day),
  };
  return {
    perDay: 2 + c.upTo(12),
    rolling: c.happens(0.3),
    perHour: c.happens(0.3) ? 1 + c.upTo(3) : null,
    perWeek: null,
    gapMs: c.one([1, 60, 900]) * 1000,
    rampUp: c.happens(0.3) ? rampUp : null,
  };
}

/** What a touch says: which campaign and which node it is of, whatever becomes of the sequence. */
export function drawText(c: Chance, campaign: string, n: number): string {
  const greeting = c.happens(0.5) ? 'Hi %first_name%' : 'Hi';
  return `${greeting} [${campaign}n${n}]${c.happens(0.1) ? ' %sender_last%' : ''}`;
}

export const drawDelay = (c: Chance) => ({
  type: 'delay',
  delay_hours: 1 + c.upTo(c.one([20, 100])),
});

/** Senders, campaigns of all kinds and their people, at work. */
export async function makeCampaigns(house: Simulation): Promise<void> {
  const { c, expected } = house;
  const channels = c.one<readonly Channel[]>([
    ['email'],
    ['email', 'linkedin'],
    ['email', 'x'],
    ['linkedin'],
    ['x', 'linkedin'],
  ]);
  for (let i = 0; i < Math.max(channels.length, 2 + c.upTo(3)); i++) {
    const type = channels[i % channels.length]!;
    const id = await kinds[type].addSender(house, i);
    expected.senders.set(id, { type, quiet: [], limits: [] });
    house.provider.memory.set(id, c.one(['proof', 'proof', 'blind']));
    if (type === 'linkedin') meet(house, id);
    await limit(house, id);
  }
  const fed = c.happens(0.5);
  if (fed) await makeLists(house);
  for (let i = 0; i < Math.max(channels.length, 2 + c.upTo(2)); i++)
    await found(house, `c${i}`, channels[i % channels.length]!);
  if (fed)
    for (const [tag, { dryRun }] of expected.campaigns)
      if (c.happens(0.6) && !dryRun[0]!.value) await changeRules(house, tag);
}

/** Some of the people are connections of a seat before anything is written. */
function meet({ c, provider }: Simulation, senderId: string): void {
  for (const village of groups)
    for (let n = 0; n < groupSize; n++)
      if (c.happens(0.1))
        provider.network.connect(senderId, identify('linkedin', village, n).value);
}

/** Gives a sender other limits. */
export async function limit(house: Simulation, id: string, value?: Limits): Promise<void> {
  const { c, expected } = house;
  const sender = expected.senders.get(id)!;
  const limits = value ?? {
    ...drawLimits(c, house.now),
    perWeek: sender.type === 'linkedin' ? 4 + c.upTo(12) : null,
  };
  const from = house.instant();
  if (await kinds[sender.type].change(house, id, { limits }))
    sender.limits.push({ from, value: limits });
}

async function found(house: Simulation, tag: string, type: Channel): Promise<void> {
  const { c, expected } = house;
  const kind = kinds[type];
  const { courses, wire } = drawSettings(c, kind.settings, house.now);
  const [local, dry] = [c.happens(0.35), c.happens(0.25)];
  const all = [...expected.senders].flatMap(([id, sender]) => (sender.type === type ? [id] : []));
  const senders = all.filter(() => c.happens(0.7));
  if (senders.length === 0) senders.push(all[0]!);
  const follow = Array.from({ length: c.upTo(3) }, (_, n) => [
    drawDelay(c),
    kind.next(c, drawText(c, tag, n + 1)),
  ]);
  const nodes = [kind.first(c, drawText(c, tag, 0)), ...follow.flat(), { type: 'end' }];
  const { campaign } = await house.caller.call(createCampaign, {
    type,
    name: tag,
    sender_account_ids: senders,
  });
  const fixed = { roster: 'open', local_hours: local, dry_run: dry, ...kind.fixed(c) };
  await house.caller.call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: nodes,
    ...fixed,
    ...wire,
  });
  const people = drawPeople(c, type, { count: 6 + c.upTo(12), village: c.one(['a', 'b']) });
  await house.caller.call(addProspects, {
    id: campaign.id,
    prospects: people.map(({ draft }) => draft),
  });
  const from = house.now;
  expected.campaigns.set(tag, {
    id: campaign.id,
    type,
    ...courses,
    local,
    dryRun: [{ from, value: dry }],
    quiet: [],
    off: new Map(all.map((sender) => [sender, [{ from, value: !senders.includes(sender) }]])),
    accountLimits: new Map(),
    gone: new Map(),
  });
  if (await house.ask(launchCampaign, { id: campaign.id })) return;
  // Everybody was in another campaign, and they were to be left out.
  await house.caller.call(updateCampaign, { id: campaign.id, skip_other_campaigns: false });
  await house.caller.call(launchCampaign, { id: campaign.id });
}
