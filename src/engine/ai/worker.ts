import {
  draftingWorkspaces,
  postponeDrafts,
  type TakenDraft,
  takeDrafts,
} from '../../db/ai/queue.ts';
import { addUsage, lockUsage } from '../../db/ai/usage.ts';
import { transact } from '../../db/database.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { liveWorkers } from '../../db/workers.ts';
import { faultIn, tidyTexts, tooLong } from '../../domain/ai/output.ts';
import { promptOf } from '../../domain/ai/prompt.ts';
import { messageIdOf } from '../../ids.ts';
import type { Services } from '../../operation.ts';
import { type TextModel, TextModelFault } from '../text-model.ts';
import { readBudget } from './budget.ts';
import { checkDraft, type DraftContext, type DraftWork, readDraftContext } from './context.ts';
import { faultPolicies } from './fault-policy.ts';
import { fillTouch } from './freshness.ts';
import { type Draft, storeTry, type TryResult } from './try-result.ts';

/** Texts of one workspace that are written at the same time. */
const batchSize = 8;
/** Workspaces that are served at the same time. */
const workspaceBatchSize = 4;
/** Longest subject that fits on a header line (RFC 5322 2.1.1). */
const maxSubjectLength = 998;

/**
 * Waits for all promises, even when some fail, so that no work is under way afterwards.
 * @throws the first failure
 */
async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Writes the requested texts ahead of their touches: within the budget, each stored once. */
export class DraftWorker {
  readonly #services: Services;
  readonly #workerId: string;
  readonly #stopping = new AbortController();
  /** Epoch ms by the services' clock, until which the model asked to be left alone. */
  #quietUntil = 0;

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
  }

  /** Writes the texts that are due to be written. Returns how many were taken from the queue. */
  async write(scope: WorkspaceScope = 'live'): Promise<number> {
    const { ai, clock, db } = this.#services;
    const now = clock.now();
    if (!ai || now.getTime() < this.#quietUntil) return 0;
    const workspaces = await draftingWorkspaces(db, { scope, now });
    let taken = 0;
    // Several at a time, so that a workspace with slow texts delays the others by one turn at most.
    while (workspaces.length > 0 && !this.#stopping.signal.aborted) {
      const turn = workspaces
        .splice(0, workspaceBatchSize)
        .map((workspaceId) => this.#writeFor(workspaceId, ai, now));
      taken += (await allOf(turn)).reduce((sum, n) => sum + n, 0);
    }
    return taken;
  }

  async #writeFor(workspaceId: string, ai: TextModel, now: Date): Promise<number> {
    const drafts = await this.#takeInOrder(workspaceId, ai, now);
    if (drafts.length === 0) return 0;
    const context = await readDraftContext(this.#services.db, workspaceId, drafts);
    await allOf(drafts.map((draft) => this.#writeOne(ai, { workspaceId, context, draft })));
    return drafts.length;
  }

  /** Stops waiting for the model at once; another worker asks again for the same texts. */
  abandon(): void {
    this.#stopping.abort();
  }

  /** Takes texts, in the order of the prospects' ids. */
  async #takeInOrder(workspaceId: string, ai: TextModel, now: Date): Promise<Draft[]> {
    const taken = await this.#take(workspaceId, ai, now);
    return taken
      .toSorted((a, b) => (a.prospectId < b.prospectId ? -1 : 1))
      .map((draft) => ({
        ...draft,
        id: messageIdOf(workspaceId, draft.prospectId, draft.nodeId),
      }));
  }

  /**
   * Takes as many texts as the budget allows and counts them, in one transaction: a crash may lose
   * a text, but never exceeds the budget.
   */
  #take(workspaceId: string, ai: TextModel, now: Date): Promise<TakenDraft[]> {
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
        const until = budget.nextDay;
        await postponeDrafts(db, workspaceId, { now, until, code: 'budget', detail });
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
    { workspaceId, context, draft }: { workspaceId: string; context: DraftContext; draft: Draft },
  ): Promise<void> {
    const check = checkDraft(context, draft);
    if (check.is === 'work') {
      const result = await this.#ask(ai, check.work, draft);
      if (result) await this.#store(workspaceId, draft, result);
      return;
    }
    const notAsked = { asked: false, errorCode: null, errorDetail: null, hold: null };
    if (check.is !== 'unfit') {
      const gone = check.is === 'gone';
      await this.#store(workspaceId, draft, { ...notAsked, state: 'written', gone });
      return;
    }
    const detail = `${check.reason}: ${check.missing.join(', ')}`;
    await this.#store(workspaceId, draft, {
      ...notAsked,
      state: 'failed',
      errorCode: check.reason,
      errorDetail: detail,
      hold: { hold: 'missing_variable', detail },
    });
  }

  /** Asks the model once. Null when this process stops: another worker takes the text then. */
  async #ask(ai: TextModel, work: DraftWork, draft: Draft): Promise<TryResult | null> {
    const { node, touch, person, background, rendered } = work;
    const fault = draft.attempts > 1 ? draft.errorDetail : null;
    const fullName = [person.first_name, person.last_name].filter(Boolean).join(' ');
    let tokens: readonly [number, number] = [0, 0];
    try {
      const question = {
        ...promptOf({ node, touch, background, fault }),
        slots: touch.slots,
        maxLength: touch.maxLength,
        person: fullName || (person.name ?? 'somebody'),
      };
      const writing = await ai.write(question, this.#stopping.signal);
      tokens = [writing.inputTokens, writing.outputTokens];
      const texts = tidyTexts(writing.texts, touch.slots);
      const { subject, text } = fillTouch(rendered, texts);
      const problem =
        tooLong(text, touch.maxLength) ??
        tooLong(subject, maxSubjectLength) ??
        faultIn(texts, { node, slots: touch.slots });
      if (problem)
        throw new TextModelFault('unusable', `What the model wrote cannot be sent: ${problem}`);
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
      return { ...this.#resultOf(error, draft.attempts), tokens };
    }
  }

  /** The result of a try that ended with a fault. A fault may ask to leave the model alone. */
  #resultOf(fault: TextModelFault, attempt: number): TryResult {
    const { maxTries, blameless, afterMs, quietMs } = faultPolicies[fault.kind];
    if (quietMs > 0)
      this.#quietUntil = Math.max(
        this.#quietUntil,
        this.#services.clock.now().getTime() + (fault.afterMs ?? quietMs),
      );
    const error = { errorCode: fault.kind, errorDetail: fault.message };
    if (attempt >= maxTries)
      return { ...error, state: 'failed', hold: { hold: 'draft_failed', detail: fault.message } };
    return {
      ...error,
      state: 'queued',
      counts: !blameless,
      asked: !blameless,
      afterMs: fault.afterMs ?? afterMs(attempt),
      hold: { hold: 'draft_pending', detail: fault.message },
    };
  }

  #store(workspaceId: string, draft: Draft, result: TryResult): Promise<void> {
    return storeTry(this.#services, { workspaceId, workerId: this.#workerId, draft, result });
  }
}
