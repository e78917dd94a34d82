import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { dayMs, hourMs } from '../../src/domain/time.ts';
import { resumeCampaign } from '../../src/operations/campaigns/resume.ts';
import { explainOneProspect } from '../../src/operations/explanations/prospect.ts';
import { resumeProspect } from '../../src/operations/roster/resume.ts';
import { actions } from './actions.ts';
import { limit, makeCampaigns } from './campaigns.ts';
import { faults } from './faults.ts';
import { guardsWereRight } from './guards.ts';
import { findPestered, findPoached, findStrayInvitations } from './invitations.ts';
import { kinds } from './kinds.ts';
import { settleLists } from './live-lists.ts';
import { calmSettings } from './settings.ts';
import { Simulation } from './simulation.ts';
import { holdLaws, walkUntil } from './walk.ts';

export type SeedResult = {
  seed: string;
  events: number;
  accepted: number;
  statements: number;
  /** Equal for equal runs. */
  digest: string;
  /** The broken law and the last log lines; null when all laws held. */
  violation: string | null;
};

/** Runs some days of a seed and then a calm. Checks the laws after every event. */
export async function runSeed(
  seed: string,
  { days, server }: { days: number; server: string },
): Promise<SeedResult> {
  const simulation = await Simulation.open(seed, server);
  let violation: string | null = null;
  try {
    await makeCampaigns(simulation);
    await storm(simulation, simulation.now + days * dayMs);
    await calmDown(simulation);
    await nobodyIsLost(simulation);
  } catch (error) {
    violation = `${(error as Error).stack}\n${simulation.history.slice(-15).join('\n')}`;
  }
  const { accepted } = simulation.provider;
  const digest = createHash('sha256')
    .update(JSON.stringify([accepted, simulation.history]))
    .digest('hex')
    .slice(0, 16);
  await simulation.close();
  return {
    seed,
    events: simulation.events + simulation.provider.handedOver,
    accepted: accepted.length,
    statements: simulation.connections.statements,
    digest,
    violation,
  };
}

async function storm(simulation: Simulation, end: number): Promise<void> {
  const { c } = simulation;
  simulation.provider.idle = () => simulation.connections.idle();
  const all = { ...actions, ...faults };
  while (simulation.now < end) {
    const name = c.happens(0.45) ? c.one(Object.keys(faults)) : c.one(Object.keys(actions));
    simulation.note(name);
    await all[name]!(simulation);
    if (c.happens(0.5)) await simulation.recover(await simulation.anyWorker());
    if (c.happens(0.4)) await actions.accept!(simulation);
    if (c.happens(0.3)) await actions.editList!(simulation);
    if (c.happens(0.2)) await settleLists(simulation);
    await completeFinished(simulation);
    await holdLaws(simulation);
    if (c.happens(0.2))
      await explainAll(simulation, c.one([...simulation.expected.campaigns.values()]).id);
    await walkUntil(simulation, simulation.now + c.one([0.1, 0.5, 2, 6, 12]) * hourMs);
    if (simulation.workers.length > 1 && c.happens(0.3))
      await simulation.cutPower(c.one(simulation.workers));
  }
}

async function completeFinished(simulation: Simulation): Promise<void> {
  await (await simulation.anyWorker()).engine.completeFinished();
}

/**
 * Ends all faults and restrictions for 90 days, so that every prospect that is not lost reaches an
 * end.
 */
async function calmDown(simulation: Simulation): Promise<void> {
  const { provider, expected, test } = simulation;
  provider.decide = () => 'accepted';
  provider.lagMs = 0;
  provider.during = null;
  provider.down.clear();
  for (const id of provider.memory.keys())
    if (provider.memory.get(id) === 'away') provider.memory.set(id, 'proof');
  for (const id of expected.senders.keys()) {
    const from = simulation.instant();
    const sender = expected.senders.get(id)!;
    if (await kinds[sender.type].change(simulation, id, { mended: true }))
      sender.quiet.push({ from, value: false });
    await limit(simulation, id, {
      perDay: 100,
      rolling: true,
      perHour: null,
      perWeek: null,
      gapMs: 0,
      rampUp: null,
    });
    await simulation.look(id);
  }
  for (const campaign of expected.campaigns.values()) {
    await calmSettings(simulation, campaign);
    const from = simulation.instant();
    await simulation.ask(resumeCampaign, { id: campaign.id, policy: 'shift' });
    campaign.quiet.push({ from, value: false });
  }
  const { rows } = await sql<{ id: string; campaign_id: string }>`
    select id, campaign_id from prospects where workspace_id = ${test.workspaceId} and (hold = 'paused' or pausing is not null) order by id`.execute(
    test.db,
  );
  for (const { id, campaign_id } of rows)
    await simulation.ask(resumeProspect, { id: campaign_id, prospectId: id });
  for (let look = 1; look <= 2; look += 1)
    await simulation.recover(await simulation.anyWorker(), 'late');
  await settleLists(simulation);
  await walkUntil(simulation, simulation.now + 90 * dayMs);
  for (let look = 1; look <= 2; look += 1)
    await simulation.recover(await simulation.anyWorker(), 'late');
  await settleLists(simulation);
  await guardsWereRight(simulation);
  await holdLaws(simulation);
}

type Left = {
  id: string;
  campaign_id: string;
  identity: string;
  hold: string | null;
  hold_detail: string | null;
  first_name: string | null;
  off: boolean;
  gone: boolean;
  disconnected: boolean;
};

/**
 * Law 2: a prospect without an end after the calm waits for an action of a person, and its
 * explanation names that action.
 */
async function nobodyIsLost(simulation: Simulation): Promise<void> {
  const { rows } = await sql<Left>`
    select p.id, p.campaign_id, p.identity, p.hold, p.hold_detail, p.first_name, coalesce(cs.removed_at is not null, false) as off,
      exists (select 1 from senders s where s.workspace_id = p.workspace_id and s.id = p.sender_id and s.status = 'disconnected') as disconnected,
      not exists (select 1 from campaign_senders o join senders s on s.workspace_id = o.workspace_id and s.id = o.sender_id
        where o.workspace_id = p.workspace_id and o.campaign_id = p.campaign_id and o.removed_at is null and s.status = 'active') as gone
    from prospects p left join campaign_senders cs on cs.workspace_id = p.workspace_id and cs.campaign_id = p.campaign_id and cs.sender_id = p.sender_id
    where p.workspace_id = ${simulation.test.workspaceId} and p.ended_at is null order by p.id`.execute(
    simulation.test.db,
  );
  const lost: string[] = [];
  for (const left of rows) {
    const code = await explain(simulation, left.campaign_id, left.id);
    const nameless =
      left.hold === 'missing_variable' &&
      (left.first_name === null ||
        left.hold_detail?.startsWith('no_subject') ||
        (left.disconnected && left.hold_detail?.includes('sender_last'))) &&
      code === 'missing_variable';
    const known =
      nameless ||
      (left.disconnected && ['sender_disconnected', 'sender_not_active'].includes(code)) ||
      (left.off && ['sender_removed', 'sender_disconnected'].includes(code)) ||
      (left.gone && ['sender_not_active', 'paused', 'all_senders_down'].includes(code));
    if (!known) lost.push(`${left.identity} is lost: ${code} ${JSON.stringify(left)}`);
  }
  const late = simulation.provider.accepted.map(({ key, at }) => ({
    id: key.slice(0, 36),
    at: new Date(at),
  }));
  const { rows: after } = await sql<{ identity: string; status: string; ended_at: Date; at: Date }>`
    select p.identity, p.status, p.ended_at, a.at from unnest(${late.map((one) => one.id)}::uuid[], ${late.map((one) => one.at)}::timestamptz[]) as a (id, at)
    join messages m on m.workspace_id = ${simulation.test.workspaceId} and m.id = a.id
    join prospects p on p.workspace_id = m.workspace_id and p.id = m.prospect_id where p.ended_at < a.at`.execute(
    simulation.test.db,
  );
  const { rows: known } = await sql<{
    id: string;
  }>`select id from messages where workspace_id = ${simulation.test.workspaceId} and state in ('sent', 'unknown')`.execute(
    simulation.test.db,
  );
  const ledger = new Set(known.map(({ id }) => id));
  const unlisted = late
    .filter(({ id }) => !ledger.has(id))
    .map(({ id }) => `went out, and the ledger does not say so: ${id}`);
  for (const find of [findStrayInvitations, findPoached, findPestered])
    lost.push(...(await find(simulation)));
  lost.push(...after.map((row) => `after the end: ${JSON.stringify(row)}`), ...unlisted);
  if (lost.length > 0) throw new Error(lost.slice(0, 5).join('\n'));
}

async function explainAll(simulation: Simulation, campaignId: string): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`select id from prospects where workspace_id = ${simulation.test.workspaceId} and campaign_id = ${campaignId} order by id`.execute(
    simulation.test.db,
  );
  for (const { id } of rows) await explain(simulation, campaignId, id);
}

async function explain(simulation: Simulation, id: string, prospectId: string): Promise<string> {
  const explained = await simulation.ask(explainOneProspect, { id, prospectId });
  const binding = explained?.binding;
  if (!binding?.code || !binding.words)
    throw new Error(`nothing explains ${prospectId}: ${JSON.stringify(explained)}`);
  return binding.code;
}
