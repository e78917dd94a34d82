import { z } from 'zod';
import { storable } from '../../domain/text.ts';
import type { Account, CheckStep, Health } from '../channel.ts';
import { type Client, nameText, UnipileError } from './client.ts';
import { faultOfReading } from './fault.ts';

const seatSchema = z.object({
  id: nameText,
  type: z.string(),
  name: z.string().nullish(),
  created_at: z.string().nullish(),
  sources: z.array(z.object({ status: z.string() })).catch([]),
  connection_params: z
    .object({
      im: z.object({
        id: z.string().nullish(),
        publicIdentifier: z.string().nullish(),
        username: z.string().nullish(),
        premiumId: z.string().nullish(),
        premiumFeatures: z.array(z.string()).nullish(),
      }),
    })
    .nullish()
    .catch(null),
});

/** A LinkedIn account that is connected to Unipile. */
export type Seat = {
  providerAccountId: string;
  /** LinkedIn's own id of its owner; null until Unipile has read it. */
  memberId: string | null;
  name: string | null;
  slug: string | null;
  isPremium: boolean;
  createdAt: Date | null;
  health: Health;
};

/** Reads a seat. @throws UnipileError, Unanswered */
export async function readSeat(client: Client, providerAccountId: string): Promise<Seat> {
  return toSeat(
    await client.call('GET', `/accounts/${encodeURIComponent(providerAccountId)}`, {
      answer: seatSchema,
    }),
  );
}

/**
 * All LinkedIn seats of this server's Unipile, in whichever workspace. @throws UnipileError,
 * Unanswered
 */
export async function listSeats(client: Client): Promise<Seat[]> {
  const answer = z.object({ items: z.array(seatSchema) });
  const { items } = await client.call('GET', '/accounts', { answer, query: { limit: 250 } });
  return items.filter(({ type }) => type === 'LINKEDIN').map(toSeat);
}

function toSeat({
  id,
  name,
  created_at,
  sources,
  connection_params,
}: z.output<typeof seatSchema>): Seat {
  const im = connection_params?.im;
  const statuses = sources
    .map(({ status }) => healthOf(status))
    .filter((health) => health !== null);
  return {
    providerAccountId: id,
    memberId: im?.id ?? null,
    name: plain(im?.username ?? name),
    slug: plain(im?.publicIdentifier),
    isPremium: Boolean(im?.premiumId) || (im?.premiumFeatures ?? []).length > 0,
    createdAt: created_at ? new Date(created_at) : null,
    health: statuses.find(({ status }) => status !== 'active') ?? {
      status: 'active',
      reason: null,
    },
  };
}

/** One line that can be kept; names stand in texts and headers. */
const plain = (text: string | null | undefined): string | null =>
  storable(text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 255) || null;

const again = 'Log in to LinkedIn again: POST /api/unipile/reconnect.';
const well: Health = { status: 'active', reason: null };
const words: Record<string, Health | null> = {
  OK: well,
  CREATION_SUCCESS: well,
  RECONNECTED: well,
  SYNC_SUCCESS: well,
  // It passes by itself, one way or the other.
  CONNECTING: null,
  CREDENTIALS: {
    status: 'credentials_required',
    reason: `LinkedIn ended the session or asks for a check. ${again}`,
  },
  ERROR: {
    status: 'error',
    reason: 'Unipile stopped reading this account after an error; it says when it works again.',
  },
  STOPPED: {
    status: 'error',
    reason: 'Unipile stopped reading this account; it says when it works again.',
  },
  DELETED: {
    status: 'disconnected',
    reason: 'The account was removed from Unipile. Connect it again: POST /api/unipile/connect.',
  },
};

/** The sender's health for a status of Unipile's; null when the status means nothing yet. */
export function healthOf(status: string): Health | null {
  return Object.hasOwn(words, status) ? words[status]! : null;
}

/** Tries the way to a seat, step by step. */
export async function checkSeat(client: Client, account: Account): Promise<CheckStep[]> {
  let seat: Seat;
  try {
    seat = await readSeat(client, account.providerAccountId ?? '');
  } catch (error) {
    const missing = error instanceof UnipileError && error.status === 404;
    const known = { step: 'unipile', ok: true, detail: client.url };
    if (missing)
      return [known, { step: 'account', ok: false, detail: words.DELETED?.reason ?? '' }];
    return [{ step: 'unipile', ok: false, detail: faultOfReading(error).detail }];
  }
  const { status, reason } = seat.health;
  return [
    { step: 'unipile', ok: true, detail: client.url },
    { step: 'account', ok: true, detail: seat.name ?? seat.providerAccountId },
    { step: 'session', ok: status === 'active', detail: reason ?? 'LinkedIn is connected.' },
  ];
}
