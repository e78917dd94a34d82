import {
  addUsage,
  type DraftOutcome,
  draftingWorkspaces,
  dropDraft,
  lockUsage,
  postponeDrafts,
  settleDraft,
  type TakenDraft,
  takeDrafts,
} from '../../db/ai/queue.ts';
import { saveText } from '../../db/ai/schedule.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { turnPending } from '../../db/sending/draft-holds.ts';
import { wakeCampaign, wakeSender } from '../../db/sending/lanes.ts';
import { lockPeople } from '../../db/sending/positions.ts';
import { liveWorkers } from '../../db/workers.ts';
import { faultIn, tidyTexts, tooLong } from '../../domain/ai/output.ts';
import { promptOf } from '../../domain/ai/prompt.ts';
import { hourMs, minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { type TextModel, TextModelFault, type TextModelFaultKind } from '../text-model.ts';
import { readBudget } from './budget.ts';
import { checkDraft, type DraftContext, type DraftWork, readDraftContext } from './context.ts';
import { fillIn, hashOfNode, hashOfPerson } from './freshness.ts';

/** Texts of a workspace that are written side by side. */
const batchSize = 8;
const workspaceBatchSize = 4;
/** Of a header line (RFC 5322 2.1.1). */
const maxSubjectLength = 998;

type Patience = {
  /** Tries after which the text has failed. */
  tries: number;
  /** It is none of the text's fault: it neither counts as a try nor costs any of the budget. */
  blameless: boolean;
  afterMs: (attempt: number) => number;
  /** So long nothing else is asked of the model. */
  quietMs: number;
};

/** What a fault of the model means for the text: one policy each. */
const patience: Readonly<Record<TextModelFaultKind, Patience>> = {
  busy: { tries: Infinity, blameless: true, afterMs: () => 30_000, quietMs: 30_000 },
  refused_key: { tries: Infinity, blameless: true, afterMs: () => 5 * minuteMs, quietMs: minuteMs },
  unreachable: {
    tries: 6,
    blameless: false,
    afterMs: (attempt) => Math.min(hourMs, 15_000 * 4 ** (attempt - 1)),
    quietMs: 0,
  },
  rejected: { tries: 3, blameless: false, afterMs: () => minuteMs, quietMs: 0 },
  declined: { tries: 2, blameless: false, afterMs: () => 0, quietMs: 0 },
  unusable: { tries: 3, blameless: false, afterMs: () => 0, quietMs: 0 },
};

/** A text that is taken, with the id of its message should there be none yet. */
type Draft = TakenDraft & { id: string };

/** How a try ended: what is kept of it, the hold of one who waits for it (null lets them go on), and the text if there is one. */
type Ending = Pick<DraftOutcome, 'state' | 'errorCode' | 'errorDetail'> & {
  counts?: boolean;
  asked?: boolean;
  afterMs?: number;
  tokens?: readonly [number, number];
  hold?: { hold: string; detail: string } | null;
  text?: { subject: string; text: string; texts: Record<string, string>; work: DraftWork };
};

/** Waits for all of it, also when some of it fails: nothing is in hand any more afterwards. @throws what failed first */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Writes the texts that were called for, ahead of their touches: within the budget, a few at a time, each kept once. */
export class Drafter {
  readonly #services: Services;
  readonly #workerId: string;
  readonly #stopping = new AbortController();
  /** By the parts' clock, in epoch ms: the model asked to be left alone until then. */
  #quietUntil = 0;

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
  }

  /** Writes texts of live workspaces, or of one sandbox, that may be written now. Returns how many were taken up. */
  async write(scope: WorkspaceScope = 'live'): Promise<number> {
    const { ai, clock, db } = this.#services;
    const now = clock.now();
    if (!ai || now.getTime() < this.#quietUntil) return 0;
    const workspaces = await draftingWorkspaces(db, { scope, now });
    let taken = 0;
    // Side by side, so that one whose texts take long does not keep the others from theirs for more than a turn.
    while (workspaces.length > 0 && !this.#stopping.signal.aborted) {
      const turn = workspaces
        .splice(0, workspaceBatchSize)
        .map((workspaceId) => this.#writeFor(workspaceId, ai, now));
      taken += (await allOf(turn)).reduce((sum, n) => sum + n, 0);
    }
    return taken;
  }

  async #writeFor(workspaceId: string, ai: TextModel, now: Date): Promise<number> {
    const drafts = await this.#take(workspaceId, ai, now);
    if (drafts.length === 0) return 0;
    const stage = await readDraftContext(this.#services.db, workspaceId, drafts);
    await allOf(drafts.map((draft) => this.#writeOne(ai, { workspaceId, stage, draft })));
    return drafts.length;
  }

  /** Lets go of the model at once; what it was asked is asked again by another worker. */
  abandon(): void {
    this.#stopping.abort();
  }

  /** In the order of the people. */
  async #take(workspaceId: string, ai: TextModel, now: Date): Promise<Draft[]> {
    const taken = await this.#claim(workspaceId, ai, now);
    return taken
      .toSorted((a, b) => (a.prospectId < b.prospectId ? -1 : 1))
      .map((draft) => ({ ...draft, id: this.#services.newId() }));
  }

  /** Takes what the budget allows and counts it, in one transaction: a crash may cost a text, never the budget. */
  #claim(workspaceId: string, ai: TextModel, now: Date): Promise<TakenDraft[]> {
    return transact(this.#services.db, async (db) => {
      const live = await liveWorkers(db);
      const taking = { workspaceId, owner: this.#workerId, live, now };
      if (!ai.metered) return takeDrafts(db, { ...taking, limit: batchSize });
      const budget = await readBudget(db, this.#services.config, {
        workspaceId,
        now,
        read: lockUsage,
      });
      if (budget.leftToday <= 0) {
        const detail = `The ${budget.perDay} texts a day of POSTRIDER_AI_DAILY_DRAFTS are used up.`;
        await postponeDrafts(db, workspaceId, {
          now,
          until: budget.nextDay,
          code: 'budget',
          detail,
        });
        return [];
      }
      const drafts = await takeDrafts(db, {
        ...taking,
        limit: Math.max(0, Math.min(batchSize, budget.leftToday, budget.leftThisMinute)),
      });
      await addUsage(db, workspaceId, budget.minute, drafts.length);
      return drafts;
    });
  }

  async #writeOne(
    ai: TextModel,
    { workspaceId, stage, draft }: { workspaceId: string; stage: DraftContext; draft: Draft },
  ): Promise<void> {
    const look = checkDraft(stage, draft);
    if (look.is === 'work') {
      const ending = await this.#ask(ai, look.work, draft);
      if (ending) await this.#end(workspaceId, draft, ending);
      return;
    }
    const free = { asked: false, errorCode: null, errorDetail: null, hold: null };
    if (look.is === 'unfit') {
      const detail = `${look.reason}: ${look.missing.join(', ')}`;
      await this.#end(workspaceId, draft, {
        ...free,
        state: 'failed',
        errorCode: look.reason,
        errorDetail: detail,
        hold: { hold: 'missing_variable', detail },
      });
    } else await this.#end(workspaceId, draft, { ...free, state: 'written' }, look.is === 'gone');
  }

  /** Asks the model once. Null when this process stops: the text is another's then. */
  async #ask(ai: TextModel, work: DraftWork, draft: Draft): Promise<Ending | null> {
    const { node, touch, person, background, rendered } = work;
    const fault = draft.attempts > 1 ? draft.errorDetail : null;
    const name =
      [person.first_name, person.last_name].filter(Boolean).join(' ') ||
      (person.name ?? 'somebody');
    let tokens: readonly [number, number] = [0, 0];
    try {
      const question = {
        ...promptOf({ node, touch, background, fault }),
        slots: touch.slots,
        maxLength: touch.maxLength,
        person: name,
      };
      const writing = await ai.write(question, this.#stopping.signal);
      tokens = [writing.inputTokens, writing.outputTokens];
      const texts = tidyTexts(writing.texts, touch.slots);
      const { subject, text } = fillIn(rendered, texts);
      const wrong =
        tooLong(text, touch.maxLength) ??
        tooLong(subject, maxSubjectLength) ??
        faultIn(texts, { node, slots: touch.slots });
      if (wrong)
        throw new TextModelFault('unusable', `What the model wrote cannot be sent: ${wrong}`);
      return {
        state: 'written',
        errorCode: null,
        errorDetail: null,
        tokens,
        hold: null,
        text: { subject, text, texts, work },
      };
    } catch (error) {
      if (this.#stopping.signal.aborted) return null;
      if (!(error instanceof TextModelFault)) throw error;
      return { ...this.#judge(error, draft.attempts), tokens };
    }
  }

  #judge(fault: TextModelFault, attempt: number): Ending {
    const { tries, blameless, afterMs, quietMs } = patience[fault.kind];
    const wait = fault.afterMs ?? afterMs(attempt);
    if (quietMs > 0)
      this.#quietUntil = Math.max(
        this.#quietUntil,
        this.#services.clock.now().getTime() + (fault.afterMs ?? quietMs),
      );
    const said = { errorCode: fault.kind, errorDetail: fault.message };
    if (attempt >= tries)
      return { ...said, state: 'failed', hold: { hold: 'draft_failed', detail: fault.message } };
    const hold = { hold: 'draft_pending', detail: fault.message };
    return { ...said, state: 'queued', counts: !blameless, asked: !blameless, afterMs: wait, hold };
  }

  /** Keeps what became of a try, with the text, the person's hold and the lane's waking, in one transaction. */
  async #end(workspaceId: string, draft: Draft, ending: Ending, gone = false): Promise<void> {
    const { db: base, clock, config, ai } = this.#services;
    const now = clock.now();
    const { campaignId, prospectId, nodeId } = draft;
    await transact(base, async (db) => {
      await lockPeople(db, workspaceId, [prospectId]);
      const { text, hold, tokens = [0, 0], state, errorCode, errorDetail } = ending;
      if (text) await this.#save(db, workspaceId, { ...text, id: draft.id, at: now });
      const settled: DraftOutcome = {
        ...{ prospectId, nodeId, state, errorCode, errorDetail, counts: ending.counts ?? true },
        nextAt: new Date(now.getTime() + (ending.afterMs ?? 0)),
        inputTokens: tokens[0],
        outputTokens: tokens[1],
      };
      if (!(await settleDraft(db, { workspaceId, owner: this.#workerId, now }, settled))) return;
      if (gone) await dropDraft(db, { workspaceId, prospectId, nodeId });
      if (ending.asked === false && ai?.metered) {
        const { minute } = await readBudget(db, config, { workspaceId, now });
        await addUsage(db, workspaceId, minute, -1);
      }
      if (hold === undefined) return;
      const waited = await turnPending(db, workspaceId, {
        prospectId,
        hold: hold?.hold ?? null,
        detail: hold?.detail ?? null,
        now,
      });
      if (!waited || state === 'queued') return;
      const { senderId } = waited;
      if (!hold)
        await (senderId
          ? wakeSender(db, { workspaceId, senderId, now })
          : wakeCampaign(db, { workspaceId, campaignId, now }));
      else
        await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [
          {
            kind: 'prospect.held',
            campaignId,
            prospectId,
            senderId,
            data: { reason: hold.hold, detail: hold.detail },
          },
        ]);
    });
  }

  async #save(
    db: Db,
    workspaceId: string,
    { work, texts, ...text }: NonNullable<Ending['text']> & { id: string; at: Date },
  ): Promise<void> {
    const { place, node, person } = work;
    const written = {
      node: hashOfNode(node),
      person: hashOfPerson(person),
      model: this.#services.ai!.model,
      texts,
    };
    await saveText(db, workspaceId, { ...place, ...text, written });
  }
}
