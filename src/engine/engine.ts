import { completeIfDone, finishedCampaigns } from '../db/campaigns/campaigns.ts';
import { readHeld } from '../db/instance.ts';
import { undoClockJump } from '../db/sending/clock-jumps.ts';
import { dueWorkspaces } from '../db/sending/lanes.ts';
import type { Services } from '../operation.ts';
import { endWaits } from './inbound/invitations.ts';
import { beginWithdrawals } from './inbound/withdrawals.ts';
import { Dispatcher } from './sending/dispatch.ts';
import { endHolds } from './sending/holds.ts';
import { Recorder } from './sending/recorder.ts';
import { beginRecovery } from './sending/recover.ts';
import { tick } from './sending/tick.ts';
import { Answers } from './threads/answers.ts';
import { UnderWay } from './under-way.ts';

const workspaceBatchSize = 20;
const laneBatchSize = 200;
/** Senders with providers that are asked at the same time, at most. */
const askingPlaces = { all: 50, workspace: 20 };
const completionBatchSize = 100;

/** Sends the due touches of all workspaces. A worker process runs it in loops; a test steps it. */
export class Engine {
  readonly #services: Services;
  readonly #workerId: string;
  readonly #recorder: Recorder;
  readonly #dispatcher: Dispatcher;
  readonly #answers: Answers;
  /** Senders whose messages in doubt are looked up, and whose invitations are withdrawn. */
  readonly #recovering: UnderWay;
  readonly #withdrawing: UnderWay;

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
    this.#recorder = new Recorder(services, workerId);
    this.#dispatcher = new Dispatcher(services, this.#recorder);
    this.#answers = new Answers(services);
    this.#recovering = new UnderWay(services.log, askingPlaces);
    this.#withdrawing = new UnderWay(services.log, askingPlaces);
  }

  /** Plans due lanes and hands over their messages, without waiting. Returns the lanes planned. */
  async tick(): Promise<number> {
    let lanes = 0;
    const { db, clock } = this.#services;
    const due = await dueWorkspaces(db, clock.now(), workspaceBatchSize);
    for (const workspaceId of due) {
      if (this.#dispatcher.isFull()) break;
      // Alone, a workspace may have all places.
      if (due.length > 1 && this.#dispatcher.isFull(workspaceId)) continue;
      lanes += await this.#tickOne(workspaceId);
    }
    return lanes;
  }

  /** Logs an error and goes on, so that one workspace's fault does not stop the others. */
  async #tickOne(workspaceId: string): Promise<number> {
    const startedAt = performance.now();
    try {
      const done = await tick(this.#services, {
        workspaceId,
        workerId: this.#workerId,
        limit: laneBatchSize,
      });
      this.#dispatcher.dispatch(workspaceId, done, startedAt);
      return done.lanes;
    } catch (error) {
      this.#services.log.error(
        { err: error, workspaceId },
        'the due lanes of a workspace could not be planned; trying again',
      );
      return 0;
    }
  }

  /** Begins to send the messages that people wrote by hand. Returns how many. */
  beginAnswers(): Promise<number> {
    return this.#answers.begin();
  }

  /** Begins to ask the channels about messages that no worker recorded. Returns how many. */
  async beginRecovery(): Promise<number> {
    const asked = { recorder: this.#recorder, asking: this.#recovering };
    return (await beginRecovery(this.#services, asked)) + (await this.#answers.beginRecovery());
  }

  /** Asks the channels about messages that no worker recorded. Returns how many. */
  async recover(): Promise<number> {
    const taken = await this.beginRecovery();
    await this.#recovering.completed();
    await this.#answers.settled();
    return taken;
  }

  /** Ends holds and waits for a connection that have run out. Returns how many. */
  async endHolds(): Promise<number> {
    return (await endHolds(this.#services)) + (await endWaits(this.#services));
  }

  /** Begins to withdraw invitations that nobody answered. Returns how many. */
  async beginWithdrawals(): Promise<number> {
    if (await readHeld(this.#services.db)) return 0;
    return beginWithdrawals(this.#services, { asking: this.#withdrawing });
  }

  /** Undoes the traces of a clock that ran ahead. Returns the number of lanes that it woke. */
  async undoClockJump(): Promise<number> {
    const { db, clock, log } = this.#services;
    const lanes = await undoClockJump(db, clock.now());
    if (lanes > 0)
      log.warn({ lanes }, 'the clock was set back; lanes that waited are planned anew');
    return lanes;
  }

  /** Withdraws invitations that nobody answered. Returns how many the channels were asked about. */
  async withdraw(): Promise<number> {
    const taken = await this.beginWithdrawals();
    await this.#withdrawing.completed();
    return taken;
  }

  /**
   * Completes campaigns without prospects left, in case the process that ended the last prospect
   * died before it could. Returns how many.
   */
  async completeFinished(): Promise<number> {
    const { db, clock } = this.#services;
    let completed = 0;
    const finished = await finishedCampaigns(db, { scope: 'live', limit: completionBatchSize });
    for (const campaign of finished) {
      if (await completeIfDone(db, { ...campaign, now: clock.now() })) completed += 1;
    }
    return completed;
  }

  /**
   * Resolves when every message handed over or looked up has a result, and all results are
   * committed.
   */
  async settled(): Promise<void> {
    await this.#dispatcher.drained();
    await this.#recovering.settled();
    await this.#withdrawing.settled();
    await this.#answers.settled();
    await this.#recorder.drained();
  }

  /** Sends all that is due at the present instant, and the touches that become due by it. */
  async runDue(): Promise<void> {
    for (let work = 1; work > 0; ) {
      work = (await this.endHolds()) + (await this.withdraw()) + (await this.beginAnswers());
      work += await this.tick();
      await this.settled();
    }
  }

  /** Drops results that cannot be recorded; recovery asks about their messages later. */
  abandon(): void {
    this.#recorder.stop();
    this.#answers.abandon();
  }
}
