import { completeIfDone } from '../../db/campaigns/campaigns.ts';
import { type Db, transact } from '../../db/database.ts';
import { appendEvents } from '../../db/events.ts';
import { type Expired, takeExpired } from '../../db/inbound/invitations.ts';
import { requestWithdrawals } from '../../db/inbound/withdrawals.ts';
import type { WorkspaceScope } from '../../db/scope.ts';
import { holdProspects } from '../../db/sending/holds.ts';
import { moveProspects } from '../../db/sending/moves.ts';
import type { NewEvent } from '../../domain/people/event.ts';
import {
  awaitingHold,
  recheckUnavailableMs,
  unavailableStatuses,
  withdrawingHold,
  withdrawingMs,
} from '../../domain/sequence/invitation.ts';
import type { Services } from '../../operation.ts';
import { endMove } from '../sending/stop.ts';

const batchSize = 500;

/** A transaction in one workspace, and the instant it is made at. */
type WorkspaceWrite = { db: Db; workspaceId: string; now: Date };

/**
 * Ends the wait of people that have not become connections in time, in live workspaces or in one
 * sandbox. An invitation that is still open is withdrawn first: the wait then ends with the result
 * of that, after an hour at the latest. Returns how many waits had expired.
 */
export async function endWaits(
  services: Services,
  scope: WorkspaceScope = 'live',
): Promise<number> {
  const now = services.clock.now();
  const expired = await transact(services.db, async (db) => {
    const people = await takeExpired(db, { scope, now, limit: batchSize });
    // By workspace in the order of ids, because each ends with the lock of its event number.
    const byWorkspace = [...Map.groupBy(people, (person) => person.workspaceId)].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    for (const [workspaceId, own] of byWorkspace)
      await endExpired({ db, workspaceId, now }, services, own);
    return people;
  });
  for (const [workspaceId, own] of Map.groupBy(expired, (person) => person.workspaceId))
    for (const campaignId of new Set(own.map((person) => person.campaignId)))
      await completeIfDone(services.db, { workspaceId, campaignId, now });
  return expired.length;
}

async function endExpired(
  write: WorkspaceWrite,
  services: Services,
  people: readonly Expired[],
): Promise<void> {
  const byResult = Map.groupBy(people, (person) => resultOf(person, services));
  await extendWait(write, byResult.get('extend') ?? []);
  await withdraw(write, byResult.get('withdraw') ?? []);
  await timeOut(write, byResult.get('time_out') ?? []);
}

function resultOf(
  { hold, senderStatus, dryRun, invitationId, channel }: Expired,
  { channels }: Services,
): 'extend' | 'withdraw' | 'time_out' {
  if (hold !== awaitingHold) return 'time_out';
  if (unavailableStatuses.includes(senderStatus)) return 'extend';
  const isOpen = !dryRun && invitationId !== null;
  return isOpen && channels.get(channel)?.withdraw ? 'withdraw' : 'time_out';
}

/**
 * Holds people longer while their sender's account cannot see an acceptance: nobody times out
 * before the account works again.
 */
export async function extendWait(
  { db, workspaceId, now }: WorkspaceWrite,
  people: readonly Pick<Expired, 'prospectId' | 'holdDetail'>[],
): Promise<void> {
  const until = new Date(now.getTime() + recheckUnavailableMs);
  const holds = people.map(({ prospectId, holdDetail }) => ({
    prospectId,
    hold: awaitingHold,
    detail: holdDetail,
    until,
  }));
  await holdProspects(db, workspaceId, holds, now);
}

async function withdraw(
  { db, workspaceId, now }: WorkspaceWrite,
  people: readonly Expired[],
): Promise<void> {
  await requestWithdrawals(
    db,
    workspaceId,
    people.map((person) => person.invitationId!),
    now,
  );
  const until = new Date(now.getTime() + withdrawingMs);
  const holds = people.map(({ prospectId }) => ({
    prospectId,
    hold: withdrawingHold,
    detail: null,
    until,
  }));
  await holdProspects(db, workspaceId, holds, now);
}

type TimedOut = Pick<Expired, 'prospectId' | 'campaignId' | 'senderId' | 'days' | 'holdDetail'>;

/** Ends people that have not become connections. The caller has locked them. */
export async function timeOut(
  { db, workspaceId, now }: WorkspaceWrite,
  people: readonly TimedOut[],
): Promise<void> {
  const reasonOf = ({ days, holdDetail }: TimedOut) =>
    `no connection within ${days} days${holdDetail ? ` (${holdDetail})` : ''}`;
  const moves = people.map((person) =>
    endMove(person.prospectId, 'timed_out', { reason: reasonOf(person), at: now }),
  );
  const moved = await moveProspects(db, { workspaceId, moves });
  const ended = new Set(moved.filter(({ was, status }) => was !== status).map(({ id }) => id));
  const events = people
    .filter(({ prospectId }) => ended.has(prospectId))
    .map((person): NewEvent => {
      const { prospectId, campaignId, senderId } = person;
      const data = { reason: reasonOf(person) };
      return { kind: 'prospect.timed_out', campaignId, prospectId, senderId, data };
    });
  await appendEvents(db, { workspaceId, at: now, actor: 'engine' }, events);
}
