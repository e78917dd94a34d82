import { hasDrafting } from '../../db/ai/schedule.ts';
import { completeIfDone, finishedCampaigns } from '../../db/campaigns/campaigns.ts';
import { countRows, moveClock, nextInstants } from '../../db/forecast/clocks.ts';
import { answeredInboxes } from '../../db/forecast/sandbox-mail.ts';
import { isFollowed } from '../../db/people/syncs.ts';
import { hourMs, minuteMs } from '../../domain/time.ts';
import type { Services } from '../../operation.ts';
import { callAhead } from '../ai/schedule.ts';
import { Drafter } from '../ai/worker.ts';
import { ManualClock } from '../clock.ts';
import { Inboxes } from '../inbound/inboxes.ts';
import { endWaits, withdrawInvitations } from '../inbound/invitations.ts';
import { runAutomations } from '../people/automations.ts';
import { syncRules } from '../people/rules.ts';
import { inSandbox } from '../sandbox.ts';
import { Dispatcher } from '../sending/dispatch.ts';
import { endHolds } from '../sending/holds.ts';
import { Recorder } from '../sending/recorder.ts';
import { recover } from '../sending/recover.ts';
import { tick } from '../sending/tick.ts';

/** Facts hold within a quarter of an hour: every day of every zone begins at one, and usage is counted by them. */
const quarterMs = 15 * minuteMs;
const laneBatchSize = 200;
const callAheadMs = hourMs;
const completionBatchSize = 100;
/** How often the clock is written while it is walked, for those who watch. */
const writeMs = 250;
const yieldMs = 5;
const firstCountAfter = 200;

export type Walk = {
  workspaceId: string;
  from: Date;
  to: Date;
  /** `performance.now()` at which to stop, wherever the clock stands. */
  deadline: number;
};

/**
 * Walks a sandbox from one instant to another, from event to event, with the engine that sends in live workspaces: holds that end,
 * mail that comes back, lanes that fall due. Call it under the clock's lock. Returns whether it arrived.
 */
export async function walk(
  base: Services,
  { workspaceId, from, to, deadline }: Walk,
): Promise<boolean> {
  const clock = new ManualClock(from);
  const walker = new Walker(inSandbox(base, workspaceId, clock), workspaceId, clock);
  await walker.mend();
  let written = performance.now();
  for (let there = false; !there; ) {
    there = await walker.step(to);
    const now = performance.now();
    if (now - written < writeMs && !there && now < deadline) continue;
    await moveClock(base.db, workspaceId, clock.now());
    written = now;
    if (now >= deadline) return there;
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
  readonly #drafter: Drafter;
  /** When texts are next called for; never in a sandbox without any. */
  #callAt = Infinity;
  /** Whether anything follows from lists and events. */
  #followed = false;
  #sends = 0;
  #countAfter = firstCountAfter;

  constructor(services: Services, workspaceId: string, clock: ManualClock) {
    this.#services = services;
    this.#workspaceId = workspaceId;
    this.#scope = { sandbox: workspaceId };
    this.#clock = clock;
    this.#workerId = services.newId();
    this.#recorder = new Recorder(services, this.#workerId);
    this.#dispatcher = new Dispatcher(services, this.#recorder);
    this.#inboxes = new Inboxes(services, this.#workerId);
    this.#drafter = new Drafter(services, this.#workerId);
  }

  /** Takes up what a process that died while it walked left behind. */
  async mend(): Promise<void> {
    const { db } = this.#services;
    if (await hasDrafting(db, this.#workspaceId)) this.#callAt = 0;
    this.#followed = await isFollowed(db, this.#workspaceId);
    while ((await recover(this.#services, this.#recorder, this.#scope)) > 0)
      await this.#recorder.drained();
    for (const campaign of await finishedCampaigns(db, {
      scope: this.#scope,
      limit: completionBatchSize,
    }))
      await completeIfDone(db, { ...campaign, now: this.#clock.now() });
  }

  /** Goes to the next instant at which anything is due, and does it. Returns true when there is none up to `to`: then it stands there. */
  async step(to: Date): Promise<boolean> {
    const before = this.#clock.now();
    await this.#follow();
    await this.#draft(before.getTime());
    const { laneAt, holdAt, answerAt } = await nextInstants(
      this.#services.db,
      this.#workspaceId,
      before,
    );
    const other = Math.min(holdAt?.getTime() ?? Infinity, answerAt?.getTime() ?? Infinity);
    const next = Math.min(laneAt?.getTime() ?? Infinity, other);
    if (next > to.getTime()) {
      this.#clock.advanceTo(to);
      return true;
    }
    this.#clock.advanceTo(new Date(next));
    const now = this.#clock.now();
    if (holdAt && holdAt <= now) await this.#letGo();
    if (answerAt && answerAt <= now) await this.#hear(before);
    if (other > now.getTime())
      await this.#send(
        Math.min(
          to.getTime(),
          other - 1,
          Math.floor(now.getTime() / quarterMs) * quarterMs + quarterMs - 1,
        ),
      );
    return false;
  }

  /** Does what follows from events, and what the lead rules ask for, before anything else happens. */
  async #follow(): Promise<void> {
    if (!this.#followed) return;
    while (
      (await runAutomations(this.#services, this.#scope)) +
        (await syncRules(this.#services, this.#scope)) >
      0
    );
  }

  async #letGo(): Promise<void> {
    await endHolds(this.#services, this.#scope);
    await endWaits(this.#services, this.#scope);
    await withdrawInvitations(this.#services, this.#scope);
  }

  /** Has the texts written that are wanted: at once, as the writer of a sandbox takes no time. */
  async #draft(now: number): Promise<void> {
    if (this.#callAt === Infinity) return;
    if (now >= this.#callAt) await callAhead(this.#services, this.#scope);
    if (now >= this.#callAt) this.#callAt = now + callAheadMs;
    while ((await this.#drafter.write(this.#scope)) > 0);
  }

  async #hear(after: Date): Promise<void> {
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
    // A lane that somebody is changing is due all the same.
    if (done.lanes === 0) await new Promise((resolve) => setTimeout(resolve, yieldMs));
    this.#dispatcher.dispatch(this.#workspaceId, done, startedAt);
    await this.#dispatcher.drained();
    await this.#recorder.drained();
    this.#clock.advanceTo(done.until);
    this.#sends += done.reserved.length;
    if (this.#sends < this.#countAfter) return;
    this.#countAfter *= 2;
    await countRows(this.#services.db, this.#sends);
  }
}
