import { type DraftOutcome, dropDraft, settleDraft, type TakenDraft } from '../../db/ai/queue.ts';
import { saveText } from '../../db/ai/schedule.ts';
import { addUsage } from '../../db/ai/usage.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { turnPending } from '../../db/sending/holds.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { lockPeople } from '../../db/sending/positions.ts';
import type { Services } from '../../operation.ts';
import { readBudget } from './budget.ts';
import type { DraftWork } from './context.ts';
import { hashOfNode, hashOfPerson } from './freshness.ts';

/** A taken text, with an id for its message if there is no message yet. */
export type Draft = TakenDraft & { id: string };

type Hold = { hold: string; detail: string };
type WrittenText = {
  subject: string;
  text: string;
  texts: Record<string, string>;
  work: DraftWork;
};

/** The result of one try at a text. */
export type TryResult = Pick<DraftOutcome, 'state' | 'errorCode' | 'errorDetail'> & {
  /** False: the try does not count. */
  counts?: boolean;
  /** False: the model was not asked, or not to be charged for: the budget gets the try back. */
  asked?: boolean;
  /** The text is not needed any more, and is dropped from the queue. */
  gone?: boolean;
  afterMs?: number;
  tokens?: readonly [input: number, output: number];
  /** The hold of a prospect that waits for the text; null ends it. */
  hold?: Hold | null;
  text?: WrittenText;
};

type TryEnd = { workspaceId: string; workerId: string; draft: Draft; result: TryResult };

/**
 * Stores the result of a try in one transaction: the text, the state of the queue, the budget, and
 * the prospect's hold. When another worker has taken the text meanwhile, only the text is stored.
 */
export async function storeTry(
  { db: base, clock, config, ai }: Services,
  { workspaceId, workerId, draft, result }: TryEnd,
): Promise<void> {
  const now = clock.now();
  const { prospectId, nodeId } = draft;
  await transact(base, async (db) => {
    await lockPeople(db, workspaceId, [prospectId]);
    const { text, tokens = [0, 0], state, errorCode, errorDetail } = result;
    if (text) {
      const written = { ...text, id: draft.id, model: ai!.model, at: now };
      await storeText(db, workspaceId, written);
    }
    const outcome: DraftOutcome = {
      ...{ prospectId, nodeId, state, errorCode, errorDetail, counts: result.counts ?? true },
      nextAt: new Date(now.getTime() + (result.afterMs ?? 0)),
      inputTokens: tokens[0],
      outputTokens: tokens[1],
    };
    if (!(await settleDraft(db, { workspaceId, owner: workerId, now }, outcome))) return;
    if (result.gone) await dropDraft(db, { workspaceId, prospectId, nodeId });
    if (result.asked === false && ai?.metered) {
      const { minute } = await readBudget(db, config, { workspaceId, now });
      await addUsage(db, workspaceId, minute, -1);
    }
    if (result.hold !== undefined)
      await setHold(db, { workspaceId, draft, state, hold: result.hold, now });
  });
}

type HoldChange = {
  workspaceId: string;
  draft: Draft;
  state: TryResult['state'];
  hold: Hold | null;
  now: Date;
};

/** Sets or ends the hold of a prospect that waits for the text, and wakes its lane. */
async function setHold(
  db: Db,
  { workspaceId, draft, state, hold, now }: HoldChange,
): Promise<void> {
  const { campaignId, prospectId } = draft;
  const waiting = await turnPending(db, workspaceId, {
    prospectId,
    hold: hold?.hold ?? null,
    detail: hold?.detail ?? null,
    now,
  });
  if (!waiting || state === 'queued') return;
  const { senderId } = waiting;
  if (hold) {
    const data = { reason: hold.hold, detail: hold.detail };
    await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [
      { kind: 'prospect.held', campaignId, prospectId, senderId, data },
    ]);
  } else if (senderId) await wakeSender(db, { workspaceId, senderId, now });
  else await wakeCampaign(db, { workspaceId, campaignId, now });
}

async function storeText(
  db: Db,
  workspaceId: string,
  { work, texts, model, ...text }: WrittenText & { id: string; model: string; at: Date },
): Promise<void> {
  const { place, node, person } = work;
  const written = { node: hashOfNode(node), person: hashOfPerson(person), model, texts };
  await saveText(db, workspaceId, { ...place, ...text, written });
}
