import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findKeyByHash } from '../db/accounts/keys.ts';
import { createRateCounter, type RateStatus, type RateWindow } from '../domain/rate.ts';
import { hashKey } from '../engine/accounts/keys.ts';
import { AppError } from '../errors.ts';
import {
  type Caller,
  type Role,
  roleScopes,
  type Scope,
  type Services,
  scopes,
} from '../operation.ts';

/**
 * A key counts as valid for so long without a lookup, so a revocation may take as long; an unknown
 * one counts as unknown.
 */
const cacheMs = 1000;
const maxCached = 10_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Anybody may call it, without a key or session. */
    open?: boolean;
  }
}

export type Authenticate = ((request: FastifyRequest) => Caller | Promise<Caller>) & {
  /** Whether the key or session was found a moment ago. Asks nobody. */
  isKnown: (request: FastifyRequest) => boolean;
};

/**
 * Finds the caller of an `Authorization: Bearer` header. A key that was found a moment ago is not
 * looked up again.
 * @throws auth.required, auth.invalid
 */
export function createAuthenticate({ db, clock }: Pick<Services, 'db' | 'clock'>): Authenticate {
  const cache = new Map<string, { caller: Caller; expiresAt: Date | null; untilMs: number }>();
  /** Until when (as `performance.now()`) a hash counts as unknown. */
  const unknown = new Map<string, number>();
  const find = async (hash: Buffer, id: string): Promise<Caller> => {
    cache.delete(id);
    const row = await findKeyByHash(db, hash, clock.now());
    if (!row) {
      if (unknown.size >= maxCached) unknown.clear();
      unknown.set(id, performance.now() + cacheMs);
      throw new AppError('auth.invalid');
    }
    const held = heldScopes(row.scopes, row.role as Role);
    const caller = {
      workspaceId: row.workspace_id,
      memberId: row.member_id,
      keyId: row.id,
      scopes: held,
      sandbox: row.sandbox,
    };
    if (cache.size >= maxCached) cache.clear();
    cache.set(id, {
      caller,
      expiresAt: row.expires_at,
      untilMs: performance.now() + cacheMs,
    });
    return caller;
  };
  const findKnown = (id: string): Caller | null => {
    const entry = cache.get(id);
    const stillValid =
      entry &&
      entry.untilMs > performance.now() &&
      (!entry.expiresAt || entry.expiresAt > clock.now());
    return stillValid ? entry.caller : null;
  };
  const authenticate = ({ headers }: FastifyRequest): Caller | Promise<Caller> => {
    const key = keyIn(headers.authorization);
    if (!key) throw new AppError('auth.required');
    const hash = hashKey(key);
    const id = hash.toString('latin1');
    if ((unknown.get(id) ?? 0) > performance.now()) throw new AppError('auth.invalid');
    return findKnown(id) ?? find(hash, id);
  };
  const isKnown = ({ headers }: FastifyRequest): boolean => {
    const key = keyIn(headers.authorization);
    return key !== undefined && findKnown(hashKey(key).toString('latin1')) !== null;
  };
  return Object.assign(authenticate, { isKnown });
}

/** The scopes of a key, as far as the role of its member has them. */
function heldScopes(ofKey: readonly string[], role: Role): Scope[] {
  const held = scopes.filter((scope) => ofKey.includes(scope));
  if (role === 'admin') return held;
  return roleScopes[role].filter((scope) => held.includes(scope) || held.includes('admin'));
}

const keyIn = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

/**
 * Asks again whether the caller of a long answer may still have it.
 * @throws auth.invalid, auth.session_over, or as `authenticate`
 */
export async function requireSameCaller(
  authenticate: Authenticate,
  request: FastifyRequest,
): Promise<void> {
  const { workspaceId } = await authenticate(request);
  // A removed member with another workspace would be found there.
  if (workspaceId !== request.caller?.workspaceId) throw new AppError('auth.session_over');
}

export type KeyOptions = {
  authenticate: Authenticate;
  windows: readonly RateWindow[];
  /** Requests with the same key here are counted together. */
  countedBy: (caller: Caller) => string;
  /** The response headers that tell the rate limit. */
  announce: (status: RateStatus, now: number) => Record<string, number>;
};

/**
 * Requires a key for every route of `app` that is not open, and counts the requests. Those
 * without a valid key are counted by IP address; from an address that has spent its own, a key
 * that was not found a moment ago is not even looked up, because that asks the database.
 */
export function requireKey(
  app: FastifyInstance,
  { clock }: Pick<Services, 'clock'>,
  { authenticate, windows, countedBy, announce }: KeyOptions,
): void {
  const count = createRateCounter(windows);
  app.addHook('onRequest', async (request, reply) => {
    const { ip } = request;
    const now = clock.now().getTime();
    const { open = false } = request.routeOptions.config;
    let refusal: unknown;
    if (!open && (authenticate.isKnown(request) || !count.isSpent(ip, now)))
      try {
        request.caller = await authenticate(request);
      } catch (error) {
        refusal = error;
      }
    const status = count(request.caller ? countedBy(request.caller) : ip, now);
    reply.headers(announce(status, now));
    if (!status.allowed) refuseRate(reply, status, now);
    if (refusal) throw refusal;
  });
}

/** Counts the requests to every route of `app`, which needs no key, by IP address. */
export function limitStrangers(
  app: FastifyInstance,
  { clock }: Pick<Services, 'clock'>,
  windows: readonly RateWindow[],
): void {
  const count = createRateCounter(windows);
  app.addHook('onRequest', async ({ ip }, reply) => {
    const now = clock.now().getTime();
    const status = count(ip, now);
    if (!status.allowed) refuseRate(reply, status, now);
  });
}

function refuseRate(reply: FastifyReply, status: RateStatus, now: number): never {
  reply.header('retry-after', Math.max(1, secondsUntil(status, now)));
  throw new AppError('request.rate_limited');
}

export function secondsUntil({ reset }: RateStatus, now: number): number {
  return Math.ceil((reset - now) / 1000);
}
