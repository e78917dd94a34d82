import type { Fault, Sought } from '../../channels/channel.ts';
import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { readSequences } from '../../db/campaigns/sequences.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import {
  type Awaiting,
  type Expired,
  readTimeout,
  takeExpired,
} from '../../db/inbound/invitations.ts';
import {
  callBack,
  lockWithdrawing,
  saveWithdrawal,
  takeWithdrawals,
  type Withdrawal,
} from '../../db/inbound/withdrawals.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { holdProspects } from '../../db/sending/holds.ts';
import { wakeSender } from '../../db/sending/lanes.ts';
import { type Move, moveProspects } from '../../db/sending/moves.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import {
  awaitingHold,
  becameConnection,
  deafAgainMs,
  newsLagMs,
  unavailableStatuses,
  waitingHolds,
  withdrawAgainAt,
  withdrawingHold,
  withdrawingMs,
} from '../../domain/sequence/invitation.ts';
import { touchAfter } from '../../domain/sequence/revision.ts';
import type { Services } from '../../operation.ts';
import { openAccounts } from '../accounts/accounts.ts';
import { endMove } from '../sending/stop.ts';

const batchSize = 500;
const askBatchSize = 20;

/**
 * Lets people go on who have become connections at an instant: to the touch after the invitation, its delay counted from there, or to the end.
 * One who is paused stays so. The caller has locked them, and before them their campaigns against changes. Returns the campaigns in which somebody may have come to the end.
 */
export async function connect(
  db: Db,
  {
    workspaceId,
    people,
    at,
    now,
  }: { workspaceId: string; people: readonly Awaiting[]; at: Date; now: Date },
): Promise<string[]> {
  const sequences = await readSequences(db, workspaceId, [
    ...new Set(people.map((person) => person.campaignId)),
  ]);
  const moves = people.map((person): Move => {
    const sequence = sequences.get(person.campaignId);
    const next = person.had ? sequence && touchAfter(sequence, person.nodeId) : person.nodeId;
    const since = new Date(
      Math.min(Math.max(at.getTime(), person.anchorAt.getTime()), now.getTime()),
    );
    const ending = endMove(person.prospectId, 'completed', {
      reason: 'accepted the invitation',
      at: now,
    });
    if (!next) return ending;
    const waits = waitingHolds.includes(person.hold ?? '');
    const kept = waits
      ? {}
      : { hold: person.hold, holdDetail: person.holdDetail, holdUntil: person.holdUntil };
    return {
      ...ending,
      ...kept,
      status: 'connected',
      endReason: null,
      nodeId: next,
      anchorAt: since,
    };
  });
  const moved = await moveProspects(db, { workspaceId, moves });
  const joined = new Set(moved.filter(becameConnection).map((m) => m.id));
  const going = new Set(moves.flatMap((move) => (move.nodeId ? [move.prospectId] : [])));
  const senders = new Set(
    people.flatMap((person) => (going.has(person.prospectId) ? [person.senderId] : [])),
  );
  for (const senderId of [...senders].sort()) await wakeSender(db, { workspaceId, senderId, now });
  const events = people.flatMap(({ campaignId, prospectId, senderId }): NewEvent[] => {
    return joined.has(prospectId)
      ? [
          {
            kind: 'prospect.connected',
            campaignId,
            prospectId,
            senderId,
            data: { accepted_at: at },
          },
        ]
      : [];
  });
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
  return [...sequences.keys()];
}

/**
 * Ends the waiting of people of live workspaces, or of one sandbox, who have not become connections in time. An invitation that is out is
 * called back first, and the end follows what becomes of that, but not later than an hour. Returns how many.
 */
export async function endWaits(
  services: Services,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  const now = services.clock.now();
  const ended = await transact(services.db, async (db) => {
    const expired = await takeExpired(db, { scope, now, limit: batchSize });
    // In their order: each ends with the lock of its event number.
    for (const [workspaceId, all] of [...Map.groupBy(expired, (person) => person.workspaceId)].sort(
      ([a], [b]) => (a < b ? -1 : 1),
    )) {
      const deaf = all.filter(
        (person) =>
          person.hold === awaitingHold && unavailableStatuses.includes(person.senderStatus),
      );
      await waitOn(db, workspaceId, deaf, now);
      const own = all.filter((person) => !deaf.includes(person));
      const out = own.filter(
        (person) =>
          person.hold === awaitingHold &&
          !person.dryRun &&
          person.invitationId &&
          canWithdraw(services, person),
      );
      await callBack(
        db,
        workspaceId,
        out.map((person) => person.invitationId!),
        now,
      );
      const withdrawing = out.map((person) => person.prospectId);
      await holdWithdrawing(db, {
        workspaceId,
        withdrawing,
        until: new Date(now.getTime() + withdrawingMs),
        now,
      });
      await timeOut(
        db,
        workspaceId,
        own.filter((person) => !out.includes(person)),
        now,
      );
    }
    return expired;
  });
  await complete(services.db, ended, now);
  return ended.length;
}

const canWithdraw = (services: Services, { channel }: { channel: string }) =>
  services.channels.get(channel)?.withdraw !== undefined;

async function holdWithdrawing(
  db: Db,
  {
    workspaceId,
    withdrawing,
    until,
    now,
  }: { workspaceId: string; withdrawing: readonly string[]; until: Date; now: Date },
): Promise<void> {
  const holds = withdrawing.map((prospectId) => ({
    prospectId,
    hold: withdrawingHold,
    detail: null,
    until,
  }));
  await holdProspects(db, workspaceId, holds, now);
}

/** People stay as they are whose account would not have heard that they accepted: it holds them until it is well, and fails none. */
async function waitOn(
  db: Db,
  workspaceId: string,
  people: readonly Pick<Expired, 'prospectId' | 'holdDetail'>[],
  now: Date,
): Promise<void> {
  const until = new Date(now.getTime() + deafAgainMs);
  const holds = people.map(({ prospectId, holdDetail }) => ({
    prospectId,
    hold: awaitingHold,
    detail: holdDetail,
    until,
  }));
  await holdProspects(db, workspaceId, holds, now);
}

type Late = Pick<Expired, 'prospectId' | 'campaignId' | 'senderId' | 'days' | 'holdDetail'>;

/** Ends the way of people who have not become connections. The caller has locked them. */
async function timeOut(
  db: Db,
  workspaceId: string,
  people: readonly Late[],
  now: Date,
): Promise<void> {
  const reasonOf = ({ days, holdDetail }: Late) =>
    `no connection within ${days} days${holdDetail ? ` (${holdDetail})` : ''}`;
  const moves = people.map((person) =>
    endMove(person.prospectId, 'timed_out', { reason: reasonOf(person), at: now }),
  );
  const moved = new Set(
    (await moveProspects(db, { workspaceId, moves })).flatMap(({ id, was, status }) =>
      was === status ? [] : [id],
    ),
  );
  const events = people.flatMap((person): NewEvent[] => {
    const { prospectId, campaignId, senderId } = person;
    if (!moved.has(prospectId)) return [];
    return [
      {
        kind: 'prospect.timed_out',
        campaignId,
        prospectId,
        senderId,
        data: { reason: reasonOf(person) },
      },
    ];
  });
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
}

async function complete(
  db: Db,
  people: readonly { workspaceId: string; campaignId: string }[],
  now: Date,
): Promise<void> {
  const campaigns = new Map(
    people.map(({ workspaceId, campaignId }) => [
      `${workspaceId} ${campaignId}`,
      { workspaceId, campaignId, now },
    ]),
  );
  for (const campaign of campaigns.values()) await completeIfDone(db, campaign);
}

/**
 * Asks the channels to take back invitations nobody answered, of live workspaces or of one sandbox. Whatever comes of it, the person's wait ends;
 * one that is pending no more may have been accepted, and news of it is waited for a little. A failure is tried again. Returns how many were asked about.
 */
export async function withdrawInvitations(
  services: Services,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  const now = services.clock.now();
  const taken = await takeWithdrawals(services.db, { scope, now, limit: askBatchSize });
  for (const [workspaceId, own] of Map.groupBy(taken, (withdrawal) => withdrawal.workspaceId)) {
    const accounts = await openAccounts(services, workspaceId, [
      ...new Set(own.map((withdrawal) => withdrawal.senderId)),
    ]);
    await Promise.all(
      own.map(async (withdrawal) => {
        const account = accounts.get(withdrawal.senderId);
        const withdraw = services.channels.get(withdrawal.channel)?.withdraw;
        const answer = !withdrawal.needed
          ? 'needless'
          : account && withdraw
            ? await withdraw(account, soughtOf(withdrawal))
            : unopened;
        await settle(services, withdrawal, answer);
      }),
    );
  }
  return taken.length;
}

const unopened: Fault = {
  kind: 'credentials',
  code: null,
  detail: "The sender's account cannot be opened.",
};

function soughtOf({
  key,
  to,
  touch,
  text,
  reservedAt,
  providerKey,
  threadKey,
  personKey,
}: Withdrawal): Sought {
  return { key, to, touch, text, reservedAt, providerKey, threadKey, personKey };
}

type Answer = 'withdrawn' | 'gone' | 'needless' | Fault;

async function settle(services: Services, withdrawal: Withdrawal, answer: Answer): Promise<void> {
  const { workspaceId, messageId, prospectId, campaignId, senderId } = withdrawal;
  const now = services.clock.now();
  await transact(services.db, async (db) => {
    const waits = await lockWithdrawing(db, withdrawal);
    const failed = typeof answer === 'object' ? answer.detail : null;
    // An account that is locked out has not heard either whether it was accepted.
    const deaf =
      waits &&
      typeof answer === 'object' &&
      answer.kind === 'credentials' &&
      withdrawal.senderStatus !== 'disconnected';
    const again = failed === null || deaf ? null : withdrawAgainAt(now, withdrawal.tries + 1);
    const withdrawn = answer === 'withdrawn' || answer === 'gone';
    await saveWithdrawal(db, { workspaceId, messageId, now, withdrawn, again, error: failed });
    const person = { prospectId, campaignId, senderId };
    const data = {
      message_id: messageId,
      ...(failed === null ? {} : { reason: failed, again_at: again }),
    };
    const events: NewEvent[] =
      answer === 'withdrawn' ? [{ kind: 'invitation.withdrawn', ...person, data }] : [];
    if (failed !== null) events.push({ kind: 'invitation.withdraw_failed', ...person, data });
    if (deaf) await waitOn(db, workspaceId, [{ prospectId, holdDetail: null }], now);
    else if (waits && answer === 'gone') {
      const until = new Date(now.getTime() + newsLagMs);
      await holdProspects(
        db,
        workspaceId,
        [{ prospectId, hold: withdrawingHold, detail: gone, until }],
        now,
      );
    } else if (waits) await endWait(db, workspaceId, { ...person, failed }, now);
    await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
  });
  await complete(services.db, [withdrawal], now);
}

const gone = 'the invitation is pending no more: accepted, declined or taken back elsewhere';

async function endWait(
  db: Db,
  workspaceId: string,
  {
    failed,
    ...person
  }: { prospectId: string; campaignId: string; senderId: string; failed: string | null },
  now: Date,
): Promise<void> {
  const days = await readTimeout(db, { workspaceId, campaignId: person.campaignId });
  const holdDetail = failed === null ? null : `the invitation could not be taken back: ${failed}`;
  await timeOut(db, workspaceId, [{ ...person, days, holdDetail }], now);
}
