import { sql } from 'kysely';
import { dayMs } from '../../src/domain/time.ts';
import { unsubscribe } from '../../src/engine/sending/stop.ts';
import { addSenders } from '../../src/operations/campaign-senders/add.ts';
import { removeSenderFromCampaign } from '../../src/operations/campaign-senders/remove.ts';
import { pauseCampaign } from '../../src/operations/campaigns/pause.ts';
import { promoteCampaign } from '../../src/operations/campaigns/promote.ts';
import { resumeCampaign } from '../../src/operations/campaigns/resume.ts';
import { updateCampaign } from '../../src/operations/campaigns/update.ts';
import { createRevision } from '../../src/operations/revisions/create.ts';
import { addProspects } from '../../src/operations/roster/add.ts';
import { cancelProspect } from '../../src/operations/roster/cancel.ts';
import { markReplied } from '../../src/operations/roster/mark-replied.ts';
import { pauseProspect } from '../../src/operations/roster/pause.ts';
import { removeProspects } from '../../src/operations/roster/remove.ts';
import { resumeProspect } from '../../src/operations/roster/resume.ts';
import { skipAheadProspect } from '../../src/operations/roster/skip-ahead.ts';
import { removeSender } from '../../src/operations/senders/remove.ts';
import { addSuppressions } from '../../src/operations/suppressions/add.ts';
import { drawDelay, drawPeople, drawText, limit } from './campaigns.ts';
import { kinds } from './kinds.ts';
import { changeRules, editList } from './live-lists.ts';
import { drawMail } from './mails.ts';
import { groupSize, groups, identify } from './people.ts';
import { changeSetting } from './settings.ts';
import type { Simulation } from './simulation.ts';

export type Action = (simulation: Simulation) => Promise<unknown>;

const campaignOf = ({ c, expected }: Simulation) => c.one([...expected.campaigns.values()]);
const senderOf = ({ c, expected }: Simulation) => c.one([...expected.senders.keys()]);

/** Single transactions: they may also come amid another one. */
export const shortActions: Record<string, Action> = {
  async pause(simulation) {
    const campaign = campaignOf(simulation);
    const from = simulation.instant();
    if (await simulation.ask(pauseCampaign, { id: campaign.id }))
      campaign.quiet.push({ from, value: true });
  },
  async resume(simulation) {
    const campaign = campaignOf(simulation);
    const from = simulation.instant();
    const policy = simulation.c.one(['shift', 'spread', 'drop_overdue']);
    if (await simulation.ask(resumeCampaign, { id: campaign.id, policy }))
      campaign.quiet.push({ from, value: false });
  },
  changeSetting: (simulation) => changeSetting(simulation, campaignOf(simulation)),
  async changeAccountLimit(simulation) {
    const campaign = campaignOf(simulation);
    const sender = senderOf(simulation);
    const from = simulation.instant();
    const value = simulation.c.one([1, 4, null]);
    if (campaign.type !== 'email') return;
    if (
      !(await simulation.ask(updateCampaign, {
        id: campaign.id,
        account_limits: [{ account_id: sender, daily_limit: value }],
      }))
    )
      return;
    campaign.accountLimits.set(sender, [
      ...(campaign.accountLimits.get(sender) ?? []),
      { from, value },
    ]);
  },
  async suppress(simulation) {
    const kind = campaignOf(simulation).type;
    const { value } = identify(kind, simulation.c.one(groups), simulation.c.upTo(groupSize));
    const from = simulation.instant();
    if (await simulation.ask(addSuppressions, { items: [{ kind, value, reason: 'asked' }] }))
      simulation.expected.suppress(value, from);
  },
  async addPeople(simulation) {
    const { c, expected } = simulation;
    const [tag, { id, type }] = c.one([...expected.campaigns]);
    const from = simulation.instant();
    const people = drawPeople(c, type, { count: 1 + c.upTo(8), group: c.one(groups) });
    if (!(await simulation.ask(addProspects, { id, prospects: people.map(({ draft }) => draft) })))
      return;
    expected.enrol(
      tag,
      people.map(({ identity }) => identity),
      { from, gone: false },
    );
  },
  editList,
  async changeRules(simulation) {
    const tag = simulation.c.one([...simulation.lists.rules.keys()]);
    if (tag) await changeRules(simulation, tag);
  },
  async promote(simulation) {
    const campaign = campaignOf(simulation);
    const from = simulation.instant();
    if (!(await simulation.ask(promoteCampaign, { id: campaign.id }))) return;
    campaign.dryRun.push({ from, value: false });
    campaign.quiet.push({ from, value: false });
  },
};

/** Everything that callers and prospects do. */
export const actions: Record<string, Action> = {
  ...shortActions,
  async pauseOrResumeSender(simulation) {
    const id = senderOf(simulation);
    const from = simulation.instant();
    const value = simulation.c.happens(0.5);
    const sender = simulation.expected.senders.get(id)!;
    if (await kinds[sender.type].change(simulation, id, { status: value ? 'paused' : 'active' }))
      sender.quiet.push({ from, value });
  },
  async mendSender(simulation) {
    const id = senderOf(simulation);
    const from = simulation.instant();
    const mended = simulation.c.one([true, true, false]);
    const sender = simulation.expected.senders.get(id)!;
    if (await kinds[sender.type].change(simulation, id, { mended }))
      sender.quiet.push({ from, value: false });
  },
  async deleteSender(simulation) {
    const id = senderOf(simulation);
    const from = simulation.instant();
    if (simulation.c.happens(0.5) && (await simulation.ask(removeSender, { id, force: true })))
      simulation.expected.senders.get(id)!.quiet.push({ from, value: true });
  },
  changeLimits: (simulation) => limit(simulation, senderOf(simulation)),
  async takeSenderOff(simulation) {
    const campaign = campaignOf(simulation);
    const senderId = senderOf(simulation);
    const from = simulation.instant();
    if (
      await simulation.ask(removeSenderFromCampaign, {
        id: campaign.id,
        senderId,
        reassign: simulation.c.happens(0.5),
      })
    )
      campaign.off.get(senderId)!.push({ from, value: true });
  },
  async addSender(simulation) {
    const campaign = campaignOf(simulation);
    const senderId = senderOf(simulation);
    const from = simulation.instant();
    if (await simulation.ask(addSenders, { id: campaign.id, sender_account_ids: [senderId] }))
      campaign.off.get(senderId)!.push({ from, value: false });
  },
  async revise(simulation) {
    const { c, expected } = simulation;
    const [tag, { id, type }] = c.one([...expected.campaigns]);
    simulation.instant();
    const { db } = simulation.test;
    const { rows } = await sql<{
      nodes: { type: string }[];
      revision: number;
    }>`select nodes, c.revision from sequences s
      join campaigns c on c.workspace_id = s.workspace_id and c.id = s.campaign_id and c.revision = s.revision
      where c.workspace_id = ${simulation.test.workspaceId} and c.id = ${id}`.execute(db);
    const nodes = rows[0]!.nodes.filter(({ type }) => type !== 'end');
    const touches = nodes.filter((node) => node.type !== 'delay');
    const changed = nodes.flatMap((node) => {
      if (node.type === 'delay') return c.happens(0.4) ? [{ ...node, ...drawDelay(c) }] : [node];
      return touches.length > 1 && c.happens(0.2) ? [] : [node];
    });
    const added =
      c.happens(0.4) && touches.length < 4
        ? [drawDelay(c), kinds[type].next(c, drawText(c, tag, 10 * rows[0]!.revision + c.upTo(9)))]
        : [];
    await simulation.ask(createRevision, {
      id,
      sequence_nodes: [...changed, ...added, { type: 'end' }],
    });
  },
  /** A contacted prospect cannot be removed; the call that names one removes nobody. */
  async removePeople(simulation) {
    const { c, expected, test } = simulation;
    const [tag, { id }] = c.one([...expected.campaigns]);
    const { rows } = await sql<{
      id: string;
      identity: string;
    }>`select id, identity from prospects where workspace_id = ${test.workspaceId} and campaign_id = ${id}
      and (contacted_at is null or id::text like ${`%${c.upTo(10)}`}) order by id`.execute(test.db);
    const chosen = rows.filter(() => c.happens(2 / rows.length));
    if (chosen.length === 0) return;
    const from = simulation.instant();
    if (
      !(await simulation.ask(removeProspects, {
        id,
        prospect_ids: chosen.map((person) => person.id),
      }))
    )
      return;
    expected.enrol(
      tag,
      chosen.map((person) => person.identity),
      { from, gone: true },
    );
  },
  async unsubscribe(simulation) {
    const mails = simulation.provider.accepted.filter(({ touch }) => touch === 'email');
    const touch = simulation.c.one(mails);
    if (!touch) return;
    const from = simulation.instant();
    await unsubscribe(simulation.services, {
      workspaceId: simulation.test.workspaceId,
      messageId: touch.key.slice(0, 36),
    });
    simulation.expected.suppress(touch.to, from);
  },
  async personal(simulation) {
    const { c, test } = simulation;
    const campaign = campaignOf(simulation);
    const { rows } = await sql<{
      id: string;
    }>`select id from prospects where workspace_id = ${test.workspaceId} and campaign_id = ${campaign.id} and ended_at is null order by id`.execute(
      test.db,
    );
    const person = c.one(rows);
    if (!person) return;
    const now = simulation.instant();
    const place = { id: campaign.id, prospectId: person.id };
    const until = c.happens(0.5) ? new Date(now + c.upTo(4) * dayMs + 1).toISOString() : null;
    await c.one<() => Promise<unknown>>([
      () => simulation.ask(pauseProspect, { ...place, until }),
      () => simulation.ask(resumeProspect, place),
      () => simulation.ask(skipAheadProspect, { ...place, skip: c.one(['delay', 'touch']) }),
      () => simulation.ask(cancelProspect, place),
      () => simulation.ask(markReplied, place),
    ])();
  },
  /** A prospect answers a touch: at once, late, or twice. */
  async mail(simulation) {
    const { c, provider, test } = simulation;
    const touch = c.one(provider.accepted);
    if (!touch) return;
    const place = { sourceKey: `${c.upTo(40)}`, receivedAt: test.clock.now() };
    const mailed = simulation.expected.senders.get(touch.senderId)!.type === 'email';
    const raw = drawMail(simulation, touch);
    const note = { from: touch.to, text: c.one(['Tell me more', 'unsubscribe']) };
    for (let copies = c.one([1, 1, 2]); copies > 0; copies--)
      if (mailed) await provider.deliver(touch.senderId, raw, place);
      else
        provider.lay(touch.senderId, {
          ...note,
          ...place,
          key: null,
          subject: null,
          headers: {},
          facts: { references: [] },
        });
    if (c.happens(0.7)) await look(simulation, touch.senderId);
  },
  /** A prospect accepts an invitation; the news arrives once or twice, soon or late. */
  async accept(simulation) {
    const { c, provider, test } = simulation;
    const invitation = c.one(provider.network.pending);
    if (!invitation) return;
    const { senderId, to } = invitation;
    provider.network.connect(senderId, to);
    const news = {
      event: 'connected' as const,
      sourceKey: `connected/${to}`,
      from: to,
      receivedAt: test.clock.now(),
    };
    for (let copies = c.one([1, 1, 2]); copies > 0; copies--)
      provider.lay(senderId, {
        ...news,
        key: null,
        subject: null,
        text: '',
        headers: {},
        facts: { references: [] },
      });
    if (c.happens(0.7)) await look(simulation, senderId);
  },
  look: (simulation) => look(simulation, senderOf(simulation)),
  async inboxFails(simulation) {
    const id = senderOf(simulation);
    if (!simulation.provider.down.delete(id)) simulation.provider.down.add(id);
    await look(simulation, id);
  },
};

async function look(simulation: Simulation, senderId: string): Promise<void> {
  simulation.instant();
  await simulation.look(senderId);
}
