import type { Account } from '../../channels/channel.ts';
import { runTransaction, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { contentsOf } from '../../db/threads/attachments.ts';
import {
  awaitSecondHandLook,
  type DoubtfulHandMessage,
  type DueHandMessage,
  expireHandDeadline,
  lockDueHandMessages,
  noteHandSent,
  recordHandResult,
  reserveHandMessages,
  takeDoubtfulHandMessages,
} from '../../db/threads/hand-ledger.ts';
import { refuseHandMessage } from '../../db/threads/hand-messages.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import { resultOf } from '../../domain/threads/hand-result.ts';
import { refusalOf } from '../../domain/threads/suppressed.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { credentialsUnreadable, handOver } from '../hand-over.ts';
import { askChannel } from '../sending/recover.ts';
import type { SendOutcome } from '../sending/results.ts';
import { UnderWay } from '../under-way.ts';
import { outgoingOf } from './outgoing.ts';
import { personKeys } from './person-keys.ts';

const batchSize = 20;
const places = { all: 50, workspace: 20 };
const firstRetryMs = 10;
const maxRetryMs = 1_000;

/** One attempt at a message written by hand, as its result needs it. */
type Attempt = Pick<
  DoubtfulHandMessage,
  'workspaceId' | 'id' | 'threadId' | 'senderId' | 'campaignId' | 'prospectId' | 'attempt' | 'tries'
>;

/**
 * Sends the messages that people write by hand. They go through the ledger as touches do: reserved
 * and committed before the network sees them (law 1), recorded after it, and asked about when
 * nobody recorded them. No campaign's hours hold them, and no prospect moves by them.
 */
export class Answers {
  readonly #services: Services;
  readonly #scope: WorkspaceScope;
  readonly #sending: UnderWay;
  readonly #asking: UnderWay;
  #stopped = false;

  constructor(services: Services, scope: WorkspaceScope = 'live') {
    this.#services = services;
    this.#scope = scope;
    this.#sending = new UnderWay(services.log, places);
    this.#asking = new UnderWay(services.log, places);
  }

  /** Begins to send what is due, without waiting for any. Returns how many messages were taken. */
  async begin(): Promise<number> {
    if (this.#sending.free === 0) return 0;
    const { db, config } = this.#services;
    const startedAt = performance.now();
    const { reserved, taken } = await runTransaction(db, async (own) => {
      const now = this.#services.clock.now();
      const due = await lockDueHandMessages(own, {
        scope: this.#scope,
        now,
        busy: { senders: this.#sending.senders, workspaces: this.#sending.crowded },
        limit: batchSize,
      });
      const refusals = await findRefusals(own, due);
      const ready = due.filter(({ id }) => !refusals.has(id));
      await reserveHandMessages(own, { ids: ready, now, deadlineMs: config.sendMs });
      for (const message of due.filter(({ id }) => refusals.has(id)))
        await refuse(own, message, { reason: refusals.get(message.id)!, now });
      return { reserved: ready.map((one) => ({ ...one, reservedAt: now })), taken: due.length };
    });
    const deadline = startedAt + config.sendMs / 2;
    for (const [senderId, messages] of Map.groupBy(reserved, (one) => one.senderId)) {
      const { workspaceId } = messages[0]!;
      this.#sending.start({ workspaceId, senderId }, async () => {
        const account = await this.#account(workspaceId, senderId);
        await Promise.all(messages.map((one) => this.#send(account, one, deadline)));
      });
    }
    return taken;
  }

  /** Begins to ask the channels about messages of which no result came. Returns how many. */
  async beginRecovery(): Promise<number> {
    if (this.#asking.free === 0) return 0;
    const { db, config } = this.#services;
    const doubtful = await takeDoubtfulHandMessages(db, {
      scope: this.#scope,
      settleMs: config.settleMs,
      busy: { senders: this.#asking.senders, workspaces: this.#asking.crowded },
      limit: batchSize,
    });
    for (const [senderId, messages] of Map.groupBy(doubtful, (one) => one.senderId)) {
      const { workspaceId } = messages[0]!;
      this.#asking.start({ workspaceId, senderId }, async () => {
        const account = await this.#account(workspaceId, senderId);
        for (const message of messages) {
          const awaitLook = (ms: number) => awaitSecondHandLook(db, message, ms);
          const result = await askChannel(this.#services, account, { message, awaitLook });
          if (result) await this.#record(message, result);
        }
      });
    }
    return doubtful.length;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#sending.settled();
    await this.#asking.settled();
  }

  /** Drops results that cannot be recorded; recovery asks about their messages later. */
  abandon(): void {
    this.#stopped = true;
  }

  async #account(workspaceId: string, senderId: string): Promise<Account | undefined> {
    return (await openAccounts(this.#services, workspaceId, [senderId])).get(senderId);
  }

  async #send(
    account: Account | undefined,
    due: DueHandMessage & { reservedAt: Date },
    deadline: number,
  ): Promise<void> {
    const { workspaceId, id, channel, doubtedAt } = due;
    const files = await contentsOf(this.#services.db, { workspaceId, handMessageId: id });
    const message = { messageId: id, channel, doubtedAt, outgoing: outgoingOf(due, files) };
    const result = await handOver(this.#services, account ?? credentialsUnreadable, {
      message,
      deadline,
    });
    await this.#record(attemptOf(due), result);
  }

  /** Writes a result, however long the database is away. */
  async #record(attempt: Attempt, result: SendOutcome['result']): Promise<void> {
    const { db, log, clock } = this.#services;
    const end = resultOf(result, attempt, clock.now());
    for (let waitMs = firstRetryMs; !this.#stopped; waitMs = Math.min(2 * waitMs, maxRetryMs)) {
      try {
        if (end === null) await expireHandDeadline(db, attempt);
        else await transact(db, (own) => this.#write(own, attempt, end));
        return;
      } catch (err) {
        log.error({ err, messageId: attempt.id }, 'a result could not be recorded; trying again');
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  async #write(
    db: Services['db'],
    attempt: Attempt,
    end: NonNullable<ReturnType<typeof resultOf>>,
  ): Promise<void> {
    const now = this.#services.clock.now();
    const { workspaceId, id } = attempt;
    const given = { workspaceId, id, attempt: attempt.attempt, ...end, now };
    const { changed, went } = await recordHandResult(db, given);
    if (went) await noteHandSent(db, { workspaceId, id });
    const event = changed && eventOf(attempt, end);
    if (event) await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, [event]);
  }
}

/** By its id the reason why a message does not go out: its person is suppressed by now. */
async function findRefusals(
  db: Services['db'],
  due: readonly DueHandMessage[],
): Promise<Map<string, string>> {
  const refusals = new Map<string, string>();
  for (const {
    id,
    workspaceId,
    channel,
    identity,
    toAddress,
    despiteSuppression: despite,
  } of due) {
    const found = await findSuppressed(db, workspaceId, personKeys(channel, [identity, toAddress]));
    const reason = refusalOf(found, { despite });
    if (reason !== null) refusals.set(id, reason);
  }
  return refusals;
}

async function refuse(
  db: Services['db'],
  message: DueHandMessage,
  { reason, now }: { reason: string; now: Date },
): Promise<void> {
  const { workspaceId, id } = message;
  await refuseHandMessage(db, { workspaceId, id, reason, now });
  const event = eventOf(attemptOf(message), { state: 'failed', detail: reason });
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, event ? [event] : []);
}

const attemptOf = (due: DueHandMessage): Attempt => ({ ...due, attempt: due.attempts + 1 });

const kinds = {
  sent: 'answer.sent',
  failed: 'answer.failed',
  unknown: 'answer.unknown',
  scheduled: null,
} as const;

function eventOf(
  { id, threadId, campaignId, prospectId, senderId }: Attempt,
  { state, detail }: { state: keyof typeof kinds; detail: string | null },
): NewEvent | null {
  const kind = kinds[state];
  if (kind === null) return null;
  const reason = state === 'sent' ? {} : { reason: detail };
  const data = { message_id: id, thread_id: threadId, ...reason };
  return { kind, campaignId, prospectId, senderId, data };
}
