import type { Account, Channel, Found, FoundTouch } from '../channels/channel.ts';
import { type CampaignSenderRow, listCampaignSenders } from '../db/campaigns/campaign-senders.ts';
import { getCampaign } from '../db/campaigns/campaigns.ts';
import { readNodes } from '../db/campaigns/sequences.ts';
import { transact } from '../db/database.ts';
import type { CampaignId } from '../db/scope.ts';
import { type LedgerRow, ledgerOf } from '../db/sending/ledger.ts';
import { reserve } from '../db/sending/reserve.ts';
import {
  findUnconfirmed,
  lockUnconfirmed,
  type Unconfirmed,
  unfinishedCampaigns,
} from '../db/sending/unconfirmed.ts';
import { channelKey } from '../domain/sequence/message.ts';
import { type SequenceNode, touches } from '../domain/sequence/sequence.ts';
import { messageIdOf, nilId } from '../ids.ts';
import type { Services } from '../operation.ts';
import { openAccounts } from './accounts/accounts.ts';
import { Overdue, withDeadline } from './channel-calls.ts';
import { composeTouch } from './sending/compose.ts';
import { Recorder } from './sending/recorder.ts';
import { readText } from './sending/verdict.ts';

const batchSize = 50;

/** The result of the look-up: touches that went out, and people with a touch still in doubt. */
export type Confirmed = {
  found: number;
  /** By sender: its mailbox cannot show its sends, or could not be reached. */
  doubtful: Map<string, { sender: string; people: number; unreachable: boolean }>;
};

/**
 * Asks the channels about every touch that this database, a copy, may not know to have gone out,
 * and records those that did, before anything is sent. People of the pool are asked about in the
 * order in which they are written to, until a batch in which nobody got a touch.
 */
export async function confirmSent(services: Services): Promise<Confirmed> {
  const confirmed: Confirmed = { found: 0, doubtful: new Map() };
  const recorder = new Recorder(services, services.newId());
  for (const campaign of await unfinishedCampaigns(services.db)) {
    const asking = await readCampaign(services, campaign);
    // A person that got one touch may have got the next as well.
    for (let again: string[] = [], first = true; first || again.length > 0; first = false) {
      again = await confirmCampaign(services, { ...asking, confirmed, recorder, always: again });
      confirmed.found += again.length;
    }
  }
  return confirmed;
}

type Asking = CampaignId & {
  launchedAt: Date;
  nodes: SequenceNode[];
  senders: CampaignSenderRow[];
  accounts: Map<string, Account>;
  signature: string | null;
};
type Pass = Asking & { confirmed: Confirmed; recorder: Recorder; always: readonly string[] };

async function readCampaign(services: Services, campaign: CampaignId): Promise<Asking> {
  const { db } = services;
  const { workspaceId, campaignId } = campaign;
  const row = await getCampaign(db, campaign);
  const nodes = await readNodes(db, row);
  const ids = { workspaceId, campaignIds: [campaignId], removed: true };
  const senders = await listCampaignSenders(db, ids);
  const accounts = await openAccounts(
    services,
    workspaceId,
    senders.map(({ id }) => id),
  );
  const launchedAt = row.launched_at ?? new Date(0);
  return { ...campaign, launchedAt, nodes, senders, accounts, signature: row.signature };
}

/** One pass over a campaign. Returns the people found to have got their touch. */
async function confirmCampaign(services: Services, pass: Pass): Promise<string[]> {
  const { workspaceId, campaignId, always } = pass;
  const now = services.clock.now();
  const [first] = touches(pass.nodes);
  const due = touches(pass.nodes).map(({ nodeId, waitMs }) => {
    return { nodeId, dueBefore: new Date(now.getTime() - waitMs) };
  });
  const found: string[] = [];
  let pool = first?.nodeId ?? null;
  for (let after = nilId; ; ) {
    const people = await findUnconfirmed(services.db, {
      workspaceId,
      campaignId,
      touches: due,
      first: pool,
      always,
      after,
      limit: batchSize,
    });
    const ledger = Map.groupBy(
      await ledgerOf(
        services.db,
        workspaceId,
        people.map(({ id }) => id),
      ),
      (row) => row.prospectId,
    );
    const asked = await Promise.all(
      people.map(async (one) => {
        const went = await confirmOne(services, pass, one, ledger.get(one.id) ?? []);
        return went ? one : null;
      }),
    );
    const went = asked.filter((one) => one !== null);
    found.push(...went.map(({ id }) => id));
    const inPool = people.filter(({ senderId }) => senderId === null);
    if (inPool.length > 0 && !went.some(({ senderId }) => senderId === null)) pool = null;
    if (people.length < batchSize) break;
    after = people.at(-1)!.id;
  }
  await pass.recorder.drained();
  return found;
}

/** Asks the senders that may have sent this touch. Records it and returns true when one did. */
async function confirmOne(
  services: Services,
  pass: Pass,
  one: Unconfirmed,
  history: readonly LedgerRow[],
): Promise<boolean> {
  const senders = pass.senders.filter(({ id }) => one.senderId === null || id === one.senderId);
  for (const sender of senders) {
    const answer = await ask(services, pass, { one, sender, history });
    if (answer === 'absent') continue;
    if (answer === 'unknown' || answer === 'unreachable') {
      const { email_address, display_name } = sender;
      const doubt = pass.confirmed.doubtful.get(sender.id) ?? {
        sender: email_address ?? display_name ?? sender.id,
        people: 0,
        unreachable: false,
      };
      doubt.people += 1;
      doubt.unreachable ||= answer === 'unreachable';
      pass.confirmed.doubtful.set(sender.id, doubt);
      continue;
    }
    const keys = answer === 'found' ? {} : answer;
    return recordSent(services, pass, { one, sender, history, keys });
  }
  return false;
}

type Asked = { one: Unconfirmed; sender: CampaignSenderRow; history: readonly LedgerRow[] };

async function ask(
  services: Services,
  pass: Pass,
  { one, sender, history }: Asked,
): Promise<Found | FoundTouch> {
  // The anchor of a person that was found in an earlier pass is the instant of that pass.
  const { workspaceId, nodes, accounts, launchedAt, always } = pass;
  const channel: Channel | undefined = services.channels.get(sender.type);
  const account = accounts.get(sender.id);
  const node = nodes.find(({ id }) => id === one.nodeId);
  if (!channel || !account || !node) return 'unreachable';
  const entry = history.find((row) => row.nodeId === one.nodeId);
  const messageId = entry?.id ?? messageIdOf(workspaceId, one.id, one.nodeId);
  const limit = { channel, accountId: sender.id, ms: services.config.sendMs / 2 };
  const sought = {
    key: entry?.channelKey ?? channelKey(messageId, sender.email_address ?? sender.type),
    to: one.identity,
    touch: node.type,
    // The copy may not have the text, and some providers are asked by nothing else.
    text: entry?.bodyText ?? textOf(pass, { one, sender, history }),
    reservedAt: (always.includes(one.id) ? null : one.anchor_at) ?? launchedAt,
    providerKey: null,
    threadKey: history.findLast((row) => row.threadKey !== null)?.threadKey ?? null,
    personKey: one.person_key,
  };
  return withDeadline(limit, () => channel.find(account, sought)).catch((error: unknown) => {
    if (error instanceof Overdue) return 'unreachable';
    throw error;
  });
}

/** The text as it would go out now, which is as it went out; empty when it is not complete. */
function textOf({ nodes, signature }: Pass, { one, sender, history }: Asked): string {
  const lane = { ...sender, senderId: sender.id };
  const campaign = { nodes, signature };
  const text = readText({ campaign, nodeId: one.nodeId, person: one, sender: lane, history });
  return 'reason' in text ? '' : text.rendered.text;
}

/** Enters the touch into the ledger and moves its prospect on, as after any send. */
async function recordSent(
  services: Services,
  { workspaceId, campaignId, nodes, signature, recorder }: Pass,
  { one, sender, history, keys }: Asked & { keys: object },
): Promise<boolean> {
  const at = services.clock.now();
  const lane = { ...sender, senderId: sender.id };
  const { nodeId } = one;
  const campaign = { nodes, signature };
  const text = readText({ campaign, nodeId, person: one, sender: lane, history });
  if ('reason' in text) return false;
  const shown = { id: campaignId, openTracking: false, dryRun: false };
  const composing = { workspaceId, now: at, lane, campaign: shown, nodeId, person: one };
  const { reservation, reserved } = composeTouch(services, composing, text);
  const entered = await transact(services.db, async (db) => {
    if (!(await lockUnconfirmed(db, workspaceId, one))) return false;
    const deadlineMs = services.config.sendMs;
    await reserve(db, { workspaceId, deadlineMs, reservations: [reservation] });
    return true;
  });
  if (!entered) return false;
  const response = 'found at the provider after a restore';
  recorder.add({ reserved, result: { ok: true, response, ...keys }, at });
  return true;
}
