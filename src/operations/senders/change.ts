import { z } from 'zod';
import type { SenderRow } from '../../db/accounts/senders.ts';
import { invalidRequest } from '../refusals.ts';
import { changesOf } from '../unchanged.ts';
import { senderOnWire } from './wire.ts';

const settable = ['active', 'paused'] as const;
type Settable = (typeof settable)[number];
const shown = ['connected', 'credentials_required', 'error', 'disconnected', 'connecting'] as const;

type SenderChanges<Given> = Partial<Omit<Given, 'status' | 'stats'>> & { status?: Settable };

export const senderStatusInput = z
  .enum([...settable, ...shown])
  .optional()
  .describe('active or paused; another status only as it is shown, which changes nothing.');

/** Facts that GET /api/senders/{id} shows of an account and nobody can change. */
export const senderShown = { stats: z.unknown().optional().describe('Only shown: ignored.') };

/**
 * The fields that are to change in a sender: those given with another value than it shows.
 * @throws request.invalid for a status that cannot be set
 */
export function senderChanges<Given extends { status?: string | undefined; stats?: unknown }>(
  row: SenderRow,
  { stats: _shown, ...given }: Given,
): SenderChanges<Given> {
  const { status, ...rest } = changesOf(given, senderOnWire(row));
  const changes = rest as SenderChanges<Given>;
  if (status === undefined) return changes;
  const wanted = status === 'connected' ? 'active' : status;
  const isSettable = (settable as readonly string[]).includes(wanted);
  const message = `Must be active or paused: nobody can set "${status}".`;
  if (!isSettable) throw invalidRequest([{ pointer: '/status', code: 'invalid_value', message }]);
  return { ...changes, status: wanted as Settable };
}
