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
import { eachApart } from '../apart.ts';
import { servicesFor } from '../sandbox.ts';
import { carryOut } from './automation-effects.ts';

const workspaceBatchSize = 20;
/** Events read in one transaction. */
const batchSize = 1_000;

/**
 * Does what follows from events, of every workspace or of one: each event once, as the cursor is committed with it. Sending does not wait
 * for it. Returns how many events were read.
 */
export async function runAutomations(
  base: Services,
  scope: 'all' | { sandbox: string } = 'all',
): Promise<number> {
  return eachApart(
    await workspacesBehind(base.db, { scope, limit: workspaceBatchSize }),
    async (workspaceId) => {
      const { clock, newId } = scope === 'all' ? await servicesFor(base, workspaceId) : base;
      return followEvents({ db: base.db, newId, now: clock.now(), workspaceId });
    },
  );
}

type Turn = { db: Db; newId: () => string; now: Date; workspaceId: string };

async function followEvents(turn: Turn): Promise<number> {
  const { db, workspaceId, now } = turn;
  const done = await transact(db, async (transaction) => {
    const after = await lockCursor(transaction, workspaceId);
    if (after === null || (await dropIdleCursor(transaction, workspaceId)))
      return { read: 0, stopped: [] };
    const rows = await readFeedEvents(transaction, { workspaceId, after, limit: batchSize });
    const { events, stopped } = await follow({ ...turn, db: transaction }, rows);
    if (rows.length > 0) await moveCursor(transaction, workspaceId, rows.at(-1)!.seq);
    await appendEvents(transaction, { workspaceId, at: now, actor: 'automation' }, events);
    return { read: rows.length, stopped };
  });
  for (const campaignId of done.stopped) await completeIfDone(db, { workspaceId, campaignId, now });
  return done.read;
}

/** An event of the log that an automation may act on. */
export type Meaning = FeedEvent & {
  event: AutomationEvent;
  campaignId: string;
  prospectId: string;
  type: string;
};

async function follow(
  turn: Turn,
  rows: readonly FeedEvent[],
): Promise<{ events: NewEvent[]; stopped: string[] }> {
  const { db, workspaceId } = turn;
  const meanings = await readMeanings(db, workspaceId, rows);
  const heard = meanings.filter(({ event }) => event === 'contacted' || event === 'replied');
  for (const [type, own] of Map.groupBy(heard, (meaning) => meaning.type))
    await markExcluded(db, workspaceId, { type, ids: own.map(({ prospectId }) => prospectId) });
  const campaignIds = [...new Set(meanings.map(({ campaignId }) => campaignId))];
  const automations =
    campaignIds.length > 0 ? await listeningAutomations(db, workspaceId, campaignIds) : [];
  const events: NewEvent[] = [];
  const stopped = new Set<string>();
  // In the order in which things happen to a person: the last word on a status is that of what came last.
  for (const automation of automations.toSorted((a, b) => orderOf(a) - orderOf(b))) {
    const called = meanings.filter((meaning) => calls(meaning, automation));
    if (called.length === 0) continue;
    const outcome = await carryOut(turn, automation, called);
    events.push(...outcome.events);
    for (const campaignId of outcome.stopped) stopped.add(campaignId);
  }
  return { events, stopped: [...stopped].sort() };
}

const orderOf = ({ event }: AutomationRow) => automationEvents.indexOf(event as AutomationEvent);
const calls = (meaning: Meaning, automation: AutomationRow) =>
  meaning.campaignId === automation.campaign_id &&
  meaning.event === automation.event &&
  meaning.seq > automation.from_seq;

async function readMeanings(
  db: Db,
  workspaceId: string,
  rows: readonly FeedEvent[],
): Promise<Meaning[]> {
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
      (event): Meaning => ({ ...(row as Meaning), event }),
    );
  });
}
