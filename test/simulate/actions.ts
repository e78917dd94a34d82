import { sql } from 'kysely';
import { unsubscribe } from '../../src/engine/sending/stop.ts';
import { addSenders } from '../../src/operations/campaigns/add-senders.ts';
import { pauseCampaign } from '../../src/operations/campaigns/pause.ts';
import { promoteCampaign } from '../../src/operations/campaigns/promote.ts';
import { removeSenderFromCampaign } from '../../src/operations/campaigns/remove-sender.ts';
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
import { complaint, mail, report } from '../fixtures/mails.ts';
import { drawDelay, drawPeople, drawText, limit } from './campaigns.ts';
import { day } from './chance.ts';
import { kinds } from './kinds.ts';
import { changeRules, editList } from './live-lists.ts';
import { groupSize, groups, identify } from './people.ts';
import type { Acceptance } from './provider.ts';
import { changeSetting } from './settings.ts';
import type { Simulation } from './simulation.ts';

export type Action = (house: Simulation) => Promise<unknown>;

const campaignOf = ({ c, expected }: Simulation) => c.one([...expected.campaigns.values()]);
const senderOf = ({ c, expected }: Simulation) => c.one([...expected.senders.keys()]);

/** Single transactions: they may also come amid another one. */
export const shortActions: Record<string, Action> = {
  async pause(house) {
    const campaign = campaignOf(house);
    const from = house.instant();
    if (await house.ask(pauseCampaign, { id: campaign.id }))
      campaign.quiet.push({ from, value: true });
  },
  async resume(house) {
    const campaign = campaignOf(house);
    const from = house.instant();
    const policy = house.c.one(['shift', 'spread', 'drop_overdue']);
    if (await house.ask(resumeCampaign, { id: campaign.id, policy }))
      campaign.quiet.push({ from, value: false });
  },
  changeSetting: (house) => changeSetting(house, campaignOf(house)),
  async changeAccountLimit(house) {
    const campaign = campaignOf(house);
    const sender = senderOf(house);
    const from = house.instant();
    const value = house.c.one([1, 4, null]);
    if (campaign.type !== 'email') return;
    if (
      !(await house.ask(updateCampaign, {
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
  async suppress(house) {
    const kind = campaignOf(house).type;
    const { value } = identify(kind, house.c.one(groups), house.c.upTo(groupSize));
    const from = house.instant();
    if (await house.ask(addSuppressions, { items: [{ kind, value, reason: 'asked' }] }))
      house.expected.suppress(value, from);
  },
  async addPeople(house) {
    const { c, expected } = house;
    const [tag, { id, type }] = c.one([...expected.campaigns]);
    const from = house.instant();
    const people = drawPeople(c, type, { count: 1 + c.upTo(8), village: c.one(groups) });
    if (!(await house.ask(addProspects, { id, prospects: people.map(({ draft }) => draft) })))
      return;
    expected.enrol(
      tag,
      people.map(({ identity }) => identity),
      { from, gone: false },
    );
  },
  editList,
  async changeRules(house) {
    const tag = house.c.one([...house.lists.rules.keys()]);
    if (tag) await changeRules(house, tag);
  },
  async promote(house) {
    const campaign = campaignOf(house);
    const from = house.instant();
    if (!(await house.ask(promoteCampaign, { id: campaign.id }))) return;
    campaign.dryRun.push({ from, value: false });
    campaign.quiet.push({ from, value: false });
  },
};

/** What people and those who write to them do. */
export const actions: Record<string, Action> = {
  ...shortActions,
  async pauseOrResumeSender(house) {
    const id = senderOf(house);
    const from = house.instant();
    const value = house.c.happens(0.5);
    const sender = house.expected.senders.get(id)!;
    if (await kinds[sender.type].change(house, id, { status: value ? 'paused' : 'active' }))
      sender.quiet.push({ from, value });
  },
  async mendSender(house) {
    const id = senderOf(house);
    const from = house.instant();
    const mended = house.c.one([true, true, false]);
    const sender = house.expected.senders.get(id)!;
    if (await kinds[sender.type].change(house, id, { mended }))
      sender.quiet.push({ from, value: false });
  },
  async deleteSender(house) {
    const id = senderOf(house);
    const from = house.instant();
    if (house.c.happens(0.5) && (await house.ask(removeSender, { id, force: true })))
      house.expected.senders.get(id)!.quiet.push({ from, value: true });
  },
  changeLimits: (house) => limit(house, senderOf(house)),
  async takeSenderOff(house) {
    const campaign = campaignOf(house);
    const senderId = senderOf(house);
    const from = house.instant();
    if (
      await house.ask(removeSenderFromCampaign, {
        id: campaign.id,
        senderId,
        reassign: house.c.happens(0.5),
      })
    )
      campaign.off.get(senderId)!.push({ from, value: true });
  },
  async addSender(house) {
    const campaign = campaignOf(house);
    const senderId = senderOf(house);
    const from = house.instant();
    if (await house.ask(addSenders, { id: campaign.id, sender_account_ids: [senderId] }))
      campaign.off.get(senderId)!.push({ from, value: false });
  },
  async revise(house) {
    const { c, expected } = house;
    const [tag, { id, type }] = c.one([...expected.campaigns]);
    house.instant();
    const { db } = house.test;
    const { rows } = await sql<{
      nodes: { type: string }[];
      revision: number;
    }>`select nodes, c.revision from sequences s
      join campaigns c on c.id = s.campaign_id and c.revision = s.revision where c.id = ${id}`.execute(
      db,
    );
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
    await house.ask(createRevision, {
      id,
      sequence_nodes: [...changed, ...added, { type: 'end' }],
    });
  },
  /** Whoever was written to stays, and with them everybody who is asked for in the same call. */
  async removePeople(house) {
    const { c, expected, test } = house;
    const [tag, { id }] = c.one([...expected.campaigns]);
    const { rows } = await sql<{
      id: string;
      identity: string;
    }>`select id, identity from prospects where campaign_id = ${id}
      and (contacted_at is null or id::text like ${`%${c.upTo(10)}`}) order by id`.execute(test.db);
    const chosen = rows.filter(() => c.happens(2 / rows.length));
    if (chosen.length === 0) return;
    const from = house.instant();
    if (
      !(await house.ask(removeProspects, { id, prospect_ids: chosen.map((person) => person.id) }))
    )
      return;
    expected.enrol(
      tag,
      chosen.map((person) => person.identity),
      { from, gone: true },
    );
  },
  async unsubscribe(house) {
    const mails = house.provider.accepted.filter(({ touch }) => touch === 'email');
    const touch = house.c.one(mails);
    if (!touch) return;
    const from = house.instant();
    await unsubscribe(house.services, {
      workspaceId: house.test.workspaceId,
      messageId: touch.key.slice(0, 36),
    });
    house.expected.suppress(touch.to, from);
  },
  async personal(house) {
    const { c, test } = house;
    const campaign = campaignOf(house);
    const { rows } = await sql<{
      id: string;
    }>`select id from prospects where campaign_id = ${campaign.id} and ended_at is null order by id`.execute(
      test.db,
    );
    const person = c.one(rows);
    if (!person) return;
    const now = house.instant();
    const place = { id: campaign.id, prospectId: person.id };
    const until = c.happens(0.5) ? new Date(now + c.upTo(4) * day + 1).toISOString() : null;
    await c.one<() => Promise<unknown>>([
      () => house.ask(pauseProspect, { ...place, until }),
      () => house.ask(resumeProspect, place),
      () => house.ask(skipAheadProspect, { ...place, skip: c.one(['delay', 'touch']) }),
      () => house.ask(cancelProspect, place),
      () => house.ask(markReplied, place),
    ])();
  },
  /** Somebody answers, in one way or another: at once, late, or twice. */
  async mail(house) {
    const { c, provider, test } = house;
    const touch = c.one(provider.accepted);
    if (!touch) return;
    const place = { sourceKey: `${c.upTo(40)}`, receivedAt: test.clock.now() };
    const mailed = house.expected.senders.get(touch.senderId)!.type === 'email';
    const raw = drawMail(house, touch);
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
    if (c.happens(0.7)) await look(house, touch.senderId);
  },
  /** Somebody accepts an invitation; it is heard of once or twice, soon or late. */
  async accept(house) {
    const { c, provider, test } = house;
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
    if (c.happens(0.7)) await look(house, senderId);
  },
  look: (house) => look(house, senderOf(house)),
  async inboxFails(house) {
    const id = senderOf(house);
    if (!house.provider.down.delete(id)) house.provider.down.add(id);
    await look(house, id);
  },
};

async function look(house: Simulation, senderId: string): Promise<void> {
  house.instant();
  await house.look(senderId);
}

function drawMail({ c, now }: Simulation, { to: from, key }: Acceptance): string {
  const back = new Date(now + c.upTo(10) * day).toISOString().slice(0, 10);
  return c.one([
    () => mail({ from, key, body: `Tell me more${'.'.repeat(c.upTo(50))}` }),
    () =>
      mail({
        from,
        key,
        headers: 'Auto-Submitted: auto-replied\r\n',
        body: `I am out of the office until ${back}.`,
      }),
    () => mail({ from, key, body: 'unsubscribe' }),
    () => mail({ from: 'stranger@elsewhere.test', body: 'Who are you?' }),
    () => report(from, key),
    () => report(from, key, { status: '4.2.2', said: '452 4.2.2 Mailbox full' }),
    () => report(from, key, { action: 'delayed', status: '4.4.1', said: '451 4.4.1 Later' }),
    () => complaint(key),
  ])();
}
