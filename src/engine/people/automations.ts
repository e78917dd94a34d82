import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { readSequences } from '../../db/campaigns/sequences.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import {
  dropIdleCursor,
  type FeedEvent,
  listeningAutomations,
  lockCursor,
  markExcluded,
  moveCursor,
  readFeedEvents,
  workspacesBehind,
} from '../../db/people/automation-events.ts';
import type { AutomationRow } from '../../db/people/automations.ts';
import {
  type AutomationEvent,
  automationEvents,
  meaningsOf,
} from '../../domain/people/automation.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { touchAfter } from '../../domain/sequence/revision.ts';
import type { Services } from '../../operation.ts';
import { forEachIsolated } from '../apart.ts';
import { servicesFor } from '../sandbox.ts';
import { type AutomationContext, carryOut } from './automation-effects.ts';

const workspaceBatchSize = 20;
/** Events read in one transaction. */
const batchSize = 1_000;

/**
 * Runs automations on new events, in every workspace or in one sandbox. Each event is handled once,
 * because the cursor is committed with its effects. Sending does not wait for it.
 * Returns how many events were read.
 */
export async function runAutomations(
  base: Services,
  scope: 'all' | { sandbox: string } = 'all',
): Promise<number> {
  return forEachIsolated(
    await workspacesBehind(base.db, { scope, limit: workspaceBatchSize }),
    async (workspaceId) => {
      const { clock, newId } = scope === 'all' ? await servicesFor(base, workspaceId) : base;
      return followEvents({ db: base.db, newId, now: clock.now(), workspaceId });
    },
  );
}

async function followEvents(context: AutomationContext): Promise<number> {
  const { db, workspaceId, now } = context;
  const done = await transact(db, async (transaction) => {
    const after = await lockCursor(transaction, workspaceId);
    if (after === null || (await dropIdleCursor(transaction, workspaceId)))
      return { read: 0, stopped: [] };
    const rows = await readFeedEvents(transaction, { workspaceId, after, limit: batchSize });
    const { events, stopped } = await applyEvents({ ...context, db: transaction }, rows);
    if (rows.length > 0) await moveCursor(transaction, workspaceId, rows.at(-1)!.seq);
    await appendEvents(transaction, { workspaceId, at: now, actor: 'automation' }, events);
    return { read: rows.length, stopped };
  });
  for (const campaignId of done.stopped) await completeIfDone(db, { workspaceId, campaignId, now });
  return done.read;
}

/** An event of a prospect that may trigger automations, with the entry of the log it comes from. */
export type AutomationTrigger = FeedEvent & {
  event: AutomationEvent;
  campaignId: string;
  prospectId: string;
  type: string;
};

async function applyEvents(
  context: AutomationContext,
  rows: readonly FeedEvent[],
): Promise<{ events: NewEvent[]; stopped: string[] }> {
  const { db, workspaceId } = context;
  const triggers = await readTriggers(db, workspaceId, rows);
  const contacts = triggers.filter(({ event }) => event === 'contacted' || event === 'replied');
  for (const [type, own] of Map.groupBy(contacts, (trigger) => trigger.type))
    await markExcluded(db, workspaceId, { type, ids: own.map(({ prospectId }) => prospectId) });
  const campaignIds = [...new Set(triggers.map(({ campaignId }) => campaignId))];
  const automations =
    campaignIds.length > 0 ? await listeningAutomations(db, workspaceId, campaignIds) : [];
  const events: NewEvent[] = [];
  const stopped = new Set<string>();
  // In the order in which events can happen, so that the latest event decides the lead status.
  for (const automation of automations.toSorted((a, b) => orderOf(a) - orderOf(b))) {
    const own = triggers.filter((trigger) => isTriggered(automation, trigger));
    if (own.length === 0) continue;
    const result = await carryOut(context, automation, own);
    events.push(...result.events);
    for (const campaignId of result.stopped) stopped.add(campaignId);
  }
  return { events, stopped: [...stopped].sort() };
}

const orderOf = ({ event }: AutomationRow) => automationEvents.indexOf(event as AutomationEvent);
const isTriggered = (automation: AutomationRow, trigger: AutomationTrigger) =>
  trigger.campaignId === automation.campaign_id &&
  trigger.event === automation.event &&
  trigger.seq > automation.from_seq;

async function readTriggers(
  db: Db,
  workspaceId: string,
  rows: readonly FeedEvent[],
): Promise<AutomationTrigger[]> {
  const about = rows.filter(
    ({ status, type, campaignId, prospectId }) => status && type && campaignId && prospectId,
  );
  const sequences = await readSequences(db, workspaceId, [
    ...new Set(about.map(({ campaignId }) => campaignId!)),
  ]);
  return about.flatMap((row) => {
    const revision = sequences.get(row.campaignId!);
    const lastTouch =
      row.nodeId !== null && revision !== undefined && touchAfter(revision, row.nodeId) === null;
    return meaningsOf({ ...row, status: row.status!, lastTouch }).map(
      (event): AutomationTrigger => ({ ...(row as AutomationTrigger), event }),
    );
  });
}
