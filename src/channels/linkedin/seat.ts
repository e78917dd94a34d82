import { storable } from '../../domain/text.ts';
import type { Account, CheckStep, Fault, Health } from '../channel.ts';
import { isNotFound } from './client.ts';
import { faultOfReading } from './fault.ts';
import type { Unipile } from './unipile.ts';

/** A LinkedIn account at Unipile. */
export type Seat = {
  providerAccountId: string;
  /** LinkedIn's id of the owner; null until Unipile has read it. */
  memberId: string | null;
  name: string | null;
  slug: string | null;
  /** Null where it is told by the owner's profile alone, and that was not read. */
  isPremium: boolean | null;
  createdAt: Date | null;
  /** Null while Unipile connects it. */
  health: Health | null;
};

/** A name as one line that the database can store, because names stand in texts and headers. */
export const oneLine = (text: string | null | undefined): string | null =>
  storable(text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 255) || null;

const reconnect = 'Log in to LinkedIn again: POST /api/unipile/reconnect.';
const active: Health = { status: 'active', reason: null };
/** The health for Unipile's account statuses in both versions of its reference. */
const healthByStatus: Record<string, Health | null> = {
  OK: active,
  CREATION_SUCCESS: { ...active, isNewLogin: true },
  RECONNECTED: { ...active, isNewLogin: true },
  SYNC_SUCCESS: active,
  // Passes by itself; the next status decides.
  CONNECTING: null,
  CREDENTIALS: {
    status: 'credentials_required',
    reason: `LinkedIn ended the session or asks for a check. ${reconnect}`,
  },
  ERROR: {
    status: 'error',
    reason: 'Unipile stopped reading this account after an error; it says when it works again.',
  },
  STOPPED: {
    status: 'error',
    reason: 'Unipile stopped reading this account; it says when it works again.',
  },
  PERMISSIONS: {
    status: 'credentials_required',
    reason: `Unipile lacks a permission for this account. ${reconnect}`,
  },
  running: active,
  disconnected: {
    status: 'credentials_required',
    reason: `LinkedIn ended the session or asks for a check. ${reconnect}`,
  },
  errored: {
    status: 'error',
    reason: 'Unipile stopped reading this account after an error; it says when it works again.',
  },
  paused: {
    status: 'error',
    reason: 'Unipile has paused this account, as it does without a subscription.',
  },
  locked: { status: 'error', reason: 'Unipile has locked this account: see its dashboard.' },
  DELETED: {
    status: 'disconnected',
    reason: 'The account was removed from Unipile. Connect it again: POST /api/unipile/connect.',
  },
};

/**
 * The sender's health for a status of Unipile; null for one that passes by itself. An unknown one
 * is no sign of health.
 */
export function healthOf(status: string): Health | null {
  if (Object.hasOwn(healthByStatus, status)) return healthByStatus[status]!;
  return { status: 'error', reason: `Unipile says of this account: ${storable(status)}.` };
}

/** The health of a seat by the statuses of its parts. */
export function healthOfAll(statuses: readonly string[]): Health | null {
  const healths = statuses.map(healthOf);
  const ailing = healths.find((health) => health && health.status !== 'active');
  return ailing ?? (healths.length === 0 || healths.includes(null) ? null : active);
}

/** Whether a status is one that Unipile documents. */
export const isKnownStatus = (status: string): boolean => Object.hasOwn(healthByStatus, status);

/** The fault of an account that is not connected, in words; null when it has none. */
export const notWell = ({ health }: Seat): string | null =>
  health === null ? 'Unipile is connecting this account.' : health.reason;

/**
 * The fault of a missing seat, null when the seat is there. Unipile answers 404 for a missing seat
 * and for things missing in it alike, so after a 404 we look for the seat.
 */
export async function faultOfSeat(
  client: Unipile,
  account: Account,
  error: unknown,
): Promise<Fault | null> {
  if (!isNotFound(error)) return null;
  const gone = await client.readSeat(account.providerAccountId ?? '').then(
    () => null,
    (cause: unknown) =>
      isNotFound(cause) ? 'The account is not at Unipile any more: connect it again.' : null,
  );
  return gone ? { kind: 'credentials', code: faultOfReading(error).code, detail: gone } : null;
}

/** Tries Unipile, the account there and its session, in this order. */
export async function checkSeat(client: Unipile, account: Account): Promise<CheckStep[]> {
  let seat: Seat;
  try {
    seat = await client.readSeat(account.providerAccountId ?? '');
  } catch (error) {
    if (!isNotFound(error))
      return [{ step: 'unipile', ok: false, detail: faultOfReading(error).detail }];
    return [
      { step: 'unipile', ok: true, detail: client.url },
      { step: 'account', ok: false, detail: healthOf('DELETED')?.reason ?? '' },
    ];
  }
  const reason = notWell(seat);
  return [
    { step: 'unipile', ok: true, detail: client.url },
    { step: 'account', ok: true, detail: seat.name ?? seat.providerAccountId },
    { step: 'session', ok: reason === null, detail: reason ?? 'LinkedIn is connected.' },
  ];
}
