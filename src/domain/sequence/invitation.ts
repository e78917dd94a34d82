import { dayMs, hourMs } from '../time.ts';
import { definitionOf, nodeDefinitions } from './nodes/index.ts';

/**
 * Holds of prospects that must first become connections: the wait itself, and the withdrawal of an
 * invitation that was not answered.
 */
export const awaitingHold = 'awaiting_connection';
export const withdrawingHold = 'withdrawing';
export const waitingHolds: readonly string[] = [awaitingHold, withdrawingHold];

/** Days that an invitation may wait for its answer: a campaign's range, and the default. */
export const connectionTimeout = { min: 1, max: 90, usual: 30 };

/** The sandbox and forecasts assume that invitations are accepted after this time by default. */
export const usualAcceptanceMs = dayMs;
/**
 * An invitation that is no longer pending is waited for this long, because the provider may report
 * an acceptance late (Unipile's webhook: up to 8 hours).
 */
export const acceptanceLagMs = 12 * hourMs;
/** An invitation is withdrawn within this time, or the wait ends without the withdrawal. */
export const withdrawingMs = hourMs;
/**
 * While an account has one of these statuses we cannot see acceptances, so invitations do not time
 * out. They are checked again after `deafAgainMs`.
 */
export const unavailableStatuses: readonly string[] = ['credentials_required', 'error'];
export const recheckUnavailableMs = dayMs;
/** Delays before a failed withdrawal is tried again; after the last one it is given up. */
const withdrawAgainMs = [1, 6, 24, 72].map((hours) => hours * hourMs);

/** Touches after which the sequence continues only with a connection. */
export const awaitingTouches: readonly string[] = nodeDefinitions.flatMap(({ type, awaits }) =>
  awaits ? [type] : [],
);

/** Touches with a note as their text, which may be left out. */
export const notedTouches: readonly string[] = nodeDefinitions.flatMap(({ type, noted }) =>
  noted ? [type] : [],
);

/** Whether the sequence waits for the person to become a connection after this touch. */
export function awaitsConnection(touch: string): boolean {
  return definitionOf(touch)?.awaits === 'connection';
}

const connectedStatuses = ['connected', 'message_sent'];

/**
 * Whether a move tells for the first time that a prospect is a connection. The same acceptance can
 * be reported in several ways, and more than once.
 */
export function becameConnection({ was, status }: { was: string; status: string }): boolean {
  return was !== status && !connectedStatuses.includes(was);
}

/** The end of the wait for a connection that began at `since`; `days` null is the usual time. */
export function waitsUntil(since: Date, days: number | null): Date {
  return new Date(since.getTime() + (days ?? connectionTimeout.usual) * dayMs);
}

/** When a withdrawal is tried again after its `tries`-th failure; null when it is given up. */
export function withdrawAgainAt(now: Date, tries: number): Date | null {
  const ms = withdrawAgainMs[tries - 1];
  return ms === undefined ? null : new Date(now.getTime() + ms);
}
