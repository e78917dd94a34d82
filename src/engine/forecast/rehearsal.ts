import { hasDrafting } from '../../db/ai/schedule.ts';
import { completeIfDone, finishedCampaigns } from '../../db/campaigns/campaigns.ts';
import { countRows, moveClock, nextInstants } from '../../db/forecast/clocks.ts';
import { answeredInboxes } from '../../db/forecast/sandbox-mail.ts';
import { isFollowed } from '../../db/people/syncs.ts';
import { hourMs, minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { requestTextsAhead } from '../ai/schedule.ts';
import { DraftWorker } from '../ai/worker.ts';
import { ManualClock } from '../clock.ts';
import { Inboxes } from '../inbound/inboxes.ts';
import { endWaits } from '../inbound/invitations.ts';
import { beginWithdrawals } from '../inbound/withdrawals.ts';
import { runAutomations } from '../people/automations.ts';
import { syncRules } from '../people/rules.ts';
import { inSandbox } from '../sandbox.ts';
import { Dispatcher } from '../sending/dispatch.ts';
import { endHolds } from '../sending/holds.ts';
import { Recorder } from '../sending/recorder.ts';
import { beginRecovery } from '../sending/recover.ts';
import { tick } from '../sending/tick.ts';
import { Answers } from '../threads/answers.ts';
import { UnderWay } from '../under-way.ts';

/**
 * One tick may plan ahead within a quarter of an hour: the facts hold there, because every local
 * day begins at a quarter and usage is counted in quarters.
 */
const quarterMs = 15 * minuteMs;
const laneBatchSize = 200;
const callAheadMs = hourMs;
const completionBatchSize = 100;
/** Interval at which a walk saves the clock, so that a reader sees it move. */
const writeMs = 250;
const yieldMs = 5;
/** Sends before the tables are first analysed; each next time after twice as many. */
const firstAnalysisAfter = 200;

export type Walk = {
  workspaceId: string;
  from: Date;
  to: Date;
  /** `performance.now()` at which the walk stops, even before `to`. */
  deadline: number;
  /** Stops the walk when it is aborted. */
  signal?: AbortSignal;
};

/**
 * Moves a sandbox from one instant to another with the engine of live workspaces. It goes from one
 * due instant to the next: a hold that ends, an answer that arrives, a lane that is due.
 * The caller holds the clock's lock. Returns whether `to` was reached.
 */
export async function walk(
  base: Services,
  { workspaceId, from, to, deadline, signal }: Walk,
): Promise<boolean> {
  const clock = new ManualClock(from);
  const walker = new Walker(inSandbox(base, workspaceId, clock), workspaceId, clock);
  await walker.recover();
  let savedAt = performance.now();
  for (let reached = false; !reached; ) {
    reached = await walker.step(to);
    const now = performance.now();
    const isOver = now >= deadline || signal?.aborted;
    if (now - savedAt < writeMs && !reached && !isOver) continue;
    await moveClock(base.db, workspaceId, clock.now());
    savedAt = now;
    if (isOver) return reached;
  }
  return true;
}

class Walker {
  readonly #services: Services;
  readonly #workspaceId: string;
  readonly #scope: { sandbox: string };
  readonly #clock: ManualClock;
  readonly #recorder: Recorder;
  readonly #dispatcher: Dispatcher;
  readonly #inboxes: Inboxes;
  readonly #workerId: string;
  readonly #draftWorker: DraftWorker;
  readonly #asking: UnderWay;
  readonly #answers: Answers;
  /** When texts are next requested ahead; `Infinity` when no campaign has AI texts. */
  #callAt = Infinity;
  /** Whether the workspace has automations or lead rules. */
  #followed = false;
  #sends = 0;
  #analyseAfter = firstAnalysisAfter;

  constructor(services: Services, workspaceId: string, clock: ManualClock) {
    this.#services = services;
    this.#workspaceId = workspaceId;
    this.#scope = { sandbox: workspaceId };
    this.#clock = clock;
    this.#workerId = services.newId();
    this.#recorder = new Recorder(services, this.#workerId);
    this.#dispatcher = new Dispatcher(services, this.#recorder);
    this.#inboxes = new Inboxes(services, this.#workerId);
    this.#draftWorker = new DraftWorker(services, this.#workerId);
    this.#asking = new UnderWay(services.log, { all: 50, workspace: 50 });
    this.#answers = new Answers(services, this.#scope);
  }

  /** Finishes the messages and campaigns that a process left open when it died during a walk. */
  async recover(): Promise<void> {
    const { db } = this.#services;
    if (await hasDrafting(db, this.#workspaceId)) this.#callAt = 0;
    this.#followed = await isFollowed(db, this.#workspaceId);
    const recovery = { recorder: this.#recorder, asking: this.#asking, scope: this.#scope };
    while ((await beginRecovery(this.#services, recovery)) > 0) {
      await this.#asking.completed();
      await this.#recorder.drained();
    }
    await this.#answers.beginRecovery();
    await this.#answers.settled();
    for (const campaign of await finishedCampaigns(db, {
      scope: this.#scope,
      limit: completionBatchSize,
    }))
      await completeIfDone(db, { ...campaign, now: this.#clock.now() });
  }

  /**
   * Moves to the next instant at which anything is due and does it.
   * Returns true when nothing is due up to `to`; the clock then stands at `to`.
   */
  async step(to: Date): Promise<boolean> {
    const before = this.#clock.now();
    await this.#follow();
    await this.#draft(before.getTime());
    const { laneAt, holdAt, answerAt } = await nextInstants(
      this.#services.db,
      this.#workspaceId,
      before,
    );
    const interruptAt = Math.min(holdAt?.getTime() ?? Infinity, answerAt?.getTime() ?? Infinity);
    const next = Math.min(laneAt?.getTime() ?? Infinity, interruptAt);
    if (next > to.getTime()) {
      this.#clock.advanceTo(to);
      return true;
    }
    this.#clock.advanceTo(new Date(next));
    const now = this.#clock.now();
    if (holdAt && holdAt <= now) await this.#endHolds();
    if (answerAt && answerAt <= now) await this.#receive(before);
    if (interruptAt > now.getTime()) {
      const quarterEnds = Math.floor(now.getTime() / quarterMs) * quarterMs + quarterMs;
      await this.#send(Math.min(to.getTime(), interruptAt - 1, quarterEnds - 1));
    }
    return false;
  }

  /** Runs automations and lead rules until neither has work left, before anything else is sent. */
  async #follow(): Promise<void> {
    if (!this.#followed) return;
    while (
      (await runAutomations(this.#services, this.#scope)) +
        (await syncRules(this.#services, this.#scope)) >
      0
    );
  }

  async #endHolds(): Promise<void> {
    await endHolds(this.#services, this.#scope);
    await endWaits(this.#services, this.#scope);
    await this.#answers.begin();
    await this.#answers.settled();
    await beginWithdrawals(this.#services, { asking: this.#asking, scope: this.#scope });
    await this.#asking.completed();
  }

  /** Writes the texts that are due: all at once, because the model of a sandbox takes no time. */
  async #draft(now: number): Promise<void> {
    if (this.#callAt === Infinity) return;
    if (now >= this.#callAt) await requestTextsAhead(this.#services, this.#scope);
    if (now >= this.#callAt) this.#callAt = now + callAheadMs;
    while ((await this.#draftWorker.write(this.#scope)) > 0);
  }

  async #receive(after: Date): Promise<void> {
    const inboxes = await answeredInboxes(this.#services.db, {
      workspaceId: this.#workspaceId,
      after,
      upTo: this.#clock.now(),
    });
    for (const inbox of inboxes) await this.#inboxes.look(inbox);
  }

  async #send(until: number): Promise<void> {
    const startedAt = performance.now();
    const run = {
      workspaceId: this.#workspaceId,
      workerId: this.#workerId,
      limit: laneBatchSize,
      until: new Date(until),
    };
    const done = await tick(this.#services, run);
    // Another connection has locked the due lane: wait for it, because the lane stays due.
    if (done.lanes === 0) await new Promise((resolve) => setTimeout(resolve, yieldMs));
    this.#dispatcher.dispatch(this.#workspaceId, done, startedAt);
    await this.#dispatcher.drained();
    await this.#recorder.drained();
    this.#clock.advanceTo(done.until);
    this.#sends += done.reserved.length;
    if (this.#sends < this.#analyseAfter) return;
    this.#analyseAfter *= 2;
    await countRows(this.#services.db, this.#sends);
  }
}
