import { dayMs, hourMs } from '../time.ts';
import { definitionOf, nodeDefinitions } from './nodes/index.ts';

/** Holds of whoever must first become a connection: the wait itself, and the taking back of an invitation nobody answered. */
export const awaitingHold = 'awaiting_connection';
export const withdrawingHold = 'withdrawing';
export const waitingHolds: readonly string[] = [awaitingHold, withdrawingHold];

/** Days an invitation may wait for its answer: what a campaign may say, and what counts when it says nothing. */
export const connectionTimeout = { min: 1, max: 90, usual: 30 };

/** What is assumed where nobody says otherwise: invitations are accepted after a day. */
export const usualAcceptanceMs = dayMs;
/** News of an acceptance can be so late (Unipile's webhook: up to 8 hours): so long an invitation that is pending no more is waited for. */
export const newsLagMs = 12 * hourMs;
/** Within this the invitation is taken back, or the wait ends without it. */
export const withdrawingMs = hourMs;
/** Statuses of an account that hears nothing for now: whoever may have accepted is waited for until it is well again, looked at anew so often. */
export const unavailableStatuses: readonly string[] = ['credentials_required', 'error'];
export const deafAgainMs = dayMs;
/** When a withdrawal that failed is tried again; afterwards it is left, with the reason. */
const withdrawAgainMs = [1, 6, 24, 72].map((hours) => hours * hourMs);

/** Touches after which the sequence goes on only with a connection. */
export const awaitingTouches: readonly string[] = nodeDefinitions.flatMap(({ type, awaits }) =>
  awaits ? [type] : [],
);

/** Touches whose text is a note that may be left out. */
export const notedTouches: readonly string[] = nodeDefinitions.flatMap(({ type, noted }) =>
  noted ? [type] : [],
);

/** Whether the sequence waits for the person to become a connection after this touch. */
export function awaitsConnection(touch: string): boolean {
  return definitionOf(touch)?.awaits === 'connection';
}

const connectedStatuses = ['connected', 'message_sent'];

/** Whether a move is the news that somebody is a connection: one acceptance may be heard of by several ways, and be asked for again. */
export function becameConnection({ was, status }: { was: string; status: string }): boolean {
  return was !== status && !connectedStatuses.includes(was);
}

/** Until when somebody is waited for since an instant; `days` null is the usual time. */
export function waitsUntil(since: Date, days: number | null): Date {
  return new Date(since.getTime() + (days ?? connectionTimeout.usual) * dayMs);
}

/** When a withdrawal is tried again that failed for the `tries`-th time; null when it is left. */
export function withdrawAgainAt(now: Date, tries: number): Date | null {
  const ms = withdrawAgainMs[tries - 1];
  return ms === undefined ? null : new Date(now.getTime() + ms);
}
