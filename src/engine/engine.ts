import { completeIfDone, finishedCampaigns } from '../db/campaigns/campaigns.ts';
import { dueWorkspaces } from '../db/sending/lanes.ts';
import type { Services } from '../operation.ts';
import { endWaits } from './inbound/invitations.ts';
import { withdrawInvitations } from './inbound/withdrawals.ts';
import { Dispatcher } from './sending/dispatch.ts';
import { endHolds } from './sending/holds.ts';
import { Recorder } from './sending/recorder.ts';
import { recover } from './sending/recover.ts';
import { tick } from './sending/tick.ts';

const workspaceBatchSize = 20;
const laneBatchSize = 200;
const maxUnderWay = 600;
const completionBatchSize = 100;

/** Sends what is due, for every workspace. A worker process runs it in loops; a test or a rehearsal steps it. */
export class Engine {
  readonly #services: Services;
  readonly #workerId: string;
  readonly #recorder: Recorder;
  readonly #dispatcher: Dispatcher;

  constructor(services: Services, workerId: string) {
    this.#services = services;
    this.#workerId = workerId;
    this.#recorder = new Recorder(services, workerId);
    this.#dispatcher = new Dispatcher(services, this.#recorder);
  }

  /** Plans due lanes and hands over what they send, without waiting for it. Returns how many lanes were planned. */
  async tick(): Promise<number> {
    let lanes = 0;
    for (const workspaceId of await dueWorkspaces(
      this.#services.db,
      this.#services.clock.now(),
      workspaceBatchSize,
    )) {
      if (this.#dispatcher.inFlight >= maxUnderWay) break;
      lanes += await this.#tickOne(workspaceId);
    }
    return lanes;
  }

  /** One workspace's fault must not keep the others from being sent for: it is logged and tried again. */
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
        'lanes could not be planned; trying again',
      );
      return 0;
    }
  }

  /** Asks about messages whose worker is gone. Returns how many. */
  recover(): Promise<number> {
    return recover(this.#services, this.#recorder);
  }

  /** Ends holds whose time has come, and the waiting of whoever did not become a connection. Returns how many. */
  async endHolds(): Promise<number> {
    return (await endHolds(this.#services)) + (await endWaits(this.#services));
  }

  /** Takes invitations back that nobody answered. Returns how many were asked about. */
  withdraw(): Promise<number> {
    return withdrawInvitations(this.#services);
  }

  /** Completes campaigns in which nobody is left, should the process that ended the last person have died over it. Returns how many. */
  async completeFinished(): Promise<number> {
    const { db, clock } = this.#services;
    let completed = 0;
    for (const campaign of await finishedCampaigns(db, {
      scope: 'live',
      limit: completionBatchSize,
    })) {
      if (await completeIfDone(db, { ...campaign, now: clock.now() })) completed += 1;
    }
    return completed;
  }

  /** Resolves when everything handed over has come back and is committed. */
  async settled(): Promise<void> {
    await this.#dispatcher.drained();
    await this.#recorder.drained();
  }

  /** Sends everything that is due at the clock's present instant, and what that makes due. */
  async runDue(): Promise<void> {
    for (let work = 1; work > 0; ) {
      work = (await this.endHolds()) + (await this.withdraw()) + (await this.tick());
      await this.settled();
    }
  }

  /** Lets go of results that cannot be written; recovery finds their messages later. */
  abandon(): void {
    this.#recorder.stop();
  }
}
