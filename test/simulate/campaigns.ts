import { dayMs } from '../../src/domain/time.ts';
import { createCampaign } from '../../src/operations/campaigns/create.ts';
import { launchCampaign } from '../../src/operations/campaigns/launch.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import type { Chance } from './chance.ts';
import { kinds, type Limits } from './kinds.ts';
import { changeRules, makeLists } from './live-lists.ts';
import { type Channel, draftOf, groupSize, groups, identify } from './people.ts';
import { dateOf, drawSettings } from './settings.ts';
import type { Simulation } from './simulation.ts';

/** Draws people of a group. The same people are in several rosters. */
export function drawPeople(
  c: Chance,
  channel: Channel,
  { count, group }: { count: number; group: string },
) {
  const first = c.upTo(groupSize);
  return Array.from({ length: Math.min(count, groupSize) }, (_, i) =>
    draftOf(channel, group, (first + i) % groupSize),
  );
}

function drawLimits(c: Chance, now: number): Limits {
  const rampUp = {
    start: 1 + c.upTo(3),
    step: c.upTo(3),
    every: 1 + c.upTo(3),
    from: dateOf(now + (c.upTo(8) - 6) * dayMs),
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

/**
 * The text of a touch. It names its campaign and node, so that a later revision of the sequence
 * does not blur them.
 */
export function drawText(c: Chance, campaign: string, n: number): string {
  const greeting = c.happens(0.5) ? 'Hi %first_name%' : 'Hi';
  return `${greeting} [${campaign}n${n}]${c.happens(0.1) ? ' %sender_last%' : ''}`;
}

export const drawDelay = (c: Chance) => ({
  type: 'delay',
  delay_hours: 1 + c.upTo(c.one([20, 100])),
});

/** Makes senders, and launches campaigns of several channels with their people. */
export async function makeCampaigns(simulation: Simulation): Promise<void> {
  const { c, expected } = simulation;
  const channels = c.one<readonly Channel[]>([
    ['email'],
    ['email', 'linkedin'],
    ['email', 'x'],
    ['linkedin'],
    ['x', 'linkedin'],
  ]);
  for (let i = 0; i < Math.max(channels.length, 2 + c.upTo(3)); i++) {
    const type = channels[i % channels.length]!;
    const id = await kinds[type].addSender(simulation, i);
    expected.senders.set(id, { type, quiet: [], limits: [] });
    simulation.provider.memory.set(id, c.one(['proof', 'proof', 'blind']));
    if (type === 'linkedin') meet(simulation, id);
    await limit(simulation, id);
  }
  const fed = c.happens(0.5);
  if (fed) await makeLists(simulation);
  for (let i = 0; i < Math.max(channels.length, 2 + c.upTo(2)); i++)
    await found(simulation, `c${i}`, channels[i % channels.length]!);
  if (fed)
    for (const [tag, { dryRun }] of expected.campaigns)
      if (c.happens(0.6) && !dryRun[0]!.value) await changeRules(simulation, tag);
}

/** Some of the people are connections of a seat before anything is written. */
function meet({ c, provider }: Simulation, senderId: string): void {
  for (const group of groups)
    for (let n = 0; n < groupSize; n++)
      if (c.happens(0.1)) provider.network.connect(senderId, identify('linkedin', group, n).value);
}

/** Gives a sender other limits. */
export async function limit(simulation: Simulation, id: string, value?: Limits): Promise<void> {
  const { c, expected } = simulation;
  const sender = expected.senders.get(id)!;
  const limits = value ?? {
    ...drawLimits(c, simulation.now),
    perWeek: sender.type === 'linkedin' ? 4 + c.upTo(12) : null,
  };
  const from = simulation.instant();
  if (await kinds[sender.type].change(simulation, id, { limits }))
    sender.limits.push({ from, value: limits });
}

async function found(simulation: Simulation, tag: string, type: Channel): Promise<void> {
  const { c, expected } = simulation;
  const kind = kinds[type];
  const { courses, wire } = drawSettings(c, kind.settings, simulation.now);
  const [local, dry] = [c.happens(0.35), c.happens(0.25)];
  const all = [...expected.senders].flatMap(([id, sender]) => (sender.type === type ? [id] : []));
  const senders = all.filter(() => c.happens(0.7));
  if (senders.length === 0) senders.push(all[0]!);
  const follow = Array.from({ length: c.upTo(3) }, (_, n) => [
    drawDelay(c),
    kind.next(c, drawText(c, tag, n + 1)),
  ]);
  const nodes = [kind.first(c, drawText(c, tag, 0)), ...follow.flat(), { type: 'end' }];
  const { campaign } = await simulation.caller.call(createCampaign, {
    type,
    name: tag,
    sender_account_ids: senders,
  });
  const fixed = {
    roster: 'open',
    local_hours: local,
    dry_run: dry,
    exclude_replied: tag !== 'c1',
    ...kind.fixed(c),
  };
  await simulation.caller.call(updateCampaign, {
    id: campaign.id,
    sequence_nodes: nodes,
    ...fixed,
    ...wire,
  });
  const people = drawPeople(c, type, { count: 6 + c.upTo(12), group: c.one(['a', 'b']) });
  await simulation.caller.call(addProspects, {
    id: campaign.id,
    prospects: people.map(({ draft }) => draft),
  });
  const from = simulation.now;
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
  if (await simulation.ask(launchCampaign, { id: campaign.id })) return;
  // The launch is refused when every prospect is in another campaign and those are skipped.
  await simulation.caller.call(updateCampaign, { id: campaign.id, skip_other_campaigns: false });
  await simulation.caller.call(launchCampaign, { id: campaign.id });
}
