import { hash, randomBytes } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { findSessionByHash, insertSession, touchSession } from '../../db/accounts/sessions.ts';
import type { Db } from '../../db/database.ts';
import { storable } from '../../domain/text.ts';
import { dayMs, hourMs } from '../../domain/time.ts';
import { AppError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { type Caller, type Role, roleScopes } from '../../operation.ts';

/** A session ends so long after its last use. */
export const sessionMs = 30 * dayMs;
/** The last use is written down at most so often, because most requests are reads. */
const touchMs = hourMs;
const maxAgentLength = 200;

/** Where a request comes from, as far as it says so. */
export type Origin = { address: string; agent: string };

/** A secret of 256 random bits, as cookies and links hold it. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** The SHA-256 of a token, which is stored and looked up instead of it. */
export const hashToken = (token: string): Buffer => hash('sha256', token, 'buffer');

/** Begins a session of a person. Returns the text of its cookie, which is stored nowhere. */
export async function openSession(
  db: Db,
  { personId, from, at }: { personId: string; from: Origin; at: Date },
): Promise<string> {
  const token = newToken();
  await insertSession(db, {
    id: newId(),
    personId,
    hash: hashToken(token),
    agent: storable(from.agent.slice(0, maxAgentLength)),
    address: networkOf(from.address),
    createdAt: at,
    usedAt: at,
  });
  return token;
}

/**
 * The caller whose session has this token, in the named workspace or the first of the person's.
 * @throws auth.session_over, workspace.not_found, auth.no_workspace
 */
export async function findSessionCaller(
  db: Db,
  { token, workspaceId, at }: { token: string; workspaceId: string | null; at: Date },
): Promise<Caller> {
  const since = new Date(at.getTime() - sessionMs);
  const row = await findSessionByHash(db, { hash: hashToken(token), since, workspaceId });
  if (!row) throw new AppError('auth.session_over');
  if (row.workspaceId === null)
    throw new AppError(workspaceId === null ? 'auth.no_workspace' : 'workspace.not_found');
  const isOld = at.getTime() - row.usedAt.getTime() > touchMs;
  if (isOld) await touchSession(db, row.id, at);
  const role = row.role as Role;
  return {
    workspaceId: row.workspaceId,
    memberId: row.memberId!,
    keyId: null,
    session: {
      id: row.id,
      personId: row.personId,
      role,
      expiresAt: new Date((isOld ? at : row.usedAt).getTime() + sessionMs),
    },
    scopes: roleScopes[role],
    sandbox: row.sandbox!,
  };
}

/** IPv4 within IPv6, as a socket for both shows it, is IPv4. */
const plainAddress = (address: string): string =>
  /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;

/** The network of an address, which tells sessions apart without keeping the address. */
function networkOf(given: string): string {
  const address = plainAddress(given);
  if (isIPv4(address)) return address.replace(/\.\d+$/, '.*');
  return isIPv6(address) ? `${firstHalf(address)}::*` : '';
}

/** The first 64 bits of an IPv6 address: a subscriber has all that begin with them. */
function firstHalf(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const groups = (text: string) => text.split(':').filter(Boolean);
  const ends = [groups(head), groups(tail ?? '')] as const;
  const zeros = Array.from({ length: 8 - ends[0].length - ends[1].length }, () => '0');
  const all = tail === undefined ? ends[0] : [...ends[0], ...zeros, ...ends[1]];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** The name under which tries from an address are counted. */
export function originKey({ address: given }: Origin): string {
  const address = plainAddress(given);
  return `address ${isIPv6(address) ? firstHalf(address) : address}`;
}
