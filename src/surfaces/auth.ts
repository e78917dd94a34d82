import type { FastifyInstance } from 'fastify';
import { findKeyByHash } from '../db/accounts/keys.ts';
import { hashKey } from '../engine/accounts/keys.ts';
import { AppError } from '../errors.ts';
import { type Caller, type Services, scopes } from '../operation.ts';
import { createRate, type Standing, type Window } from './rate.ts';

/** How long a key is believed without asking the database: the most a revocation can lag behind. */
const believedMs = 1000;
const maxBelieved = 10_000;

export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>;

/**
 * The caller that an `Authorization: Bearer` header stands for; from memory when it was looked up
 * just now. @throws auth.required, auth.invalid
 */
export function createAuthenticate({ db, clock }: Pick<Services, 'db' | 'clock'>): Authenticate {
  const believed = new Map<string, { caller: Caller; expiresAt: Date | null; untilMs: number }>();
  const find = async (hash: Buffer, id: string): Promise<Caller> => {
    believed.delete(id);
    const row = await findKeyByHash(db, hash, clock.now());
    if (!row) throw new AppError('auth.invalid');
    const held = scopes.filter((scope) => row.scopes.includes(scope));
    const caller = {
      workspaceId: row.workspace_id,
      memberId: row.member_id,
      keyId: row.id,
      scopes: held,
      sandbox: row.sandbox,
    };
    if (believed.size >= maxBelieved) believed.clear();
    believed.set(id, {
      caller,
      expiresAt: row.expires_at,
      untilMs: performance.now() + believedMs,
    });
    return caller;
  };
  return (authorization) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!key) throw new AppError('auth.required');
    const hash = hashKey(key);
    const id = hash.toString('latin1');
    const entry = believed.get(id);
    const stillValid =
      entry &&
      entry.untilMs > performance.now() &&
      (!entry.expiresAt || entry.expiresAt > clock.now());
    return stillValid ? entry.caller : find(hash, id);
  };
}

export type Gate = {
  authenticate: Authenticate;
  windows: readonly Window[];
  /** The key under which requests are counted together. */
  countedBy: (caller: Caller) => string;
  /** The headers that say how it stands with the limits. */
  announce: (standing: Standing, now: number) => Record<string, number>;
};

/** Every route of `app` wants a key and is counted, without a valid key by address. */
export function requireKey(
  app: FastifyInstance,
  { clock }: Pick<Services, 'clock'>,
  gate: Gate,
): void {
  const count = createRate(gate.windows);
  app.addHook('onRequest', async (request, reply) => {
    let refusal: unknown;
    try {
      request.caller = await gate.authenticate(request.headers.authorization);
    } catch (error) {
      refusal = error;
    }
    const now = clock.now().getTime();
    const standing = count(request.caller ? gate.countedBy(request.caller) : request.ip, now);
    reply.headers(gate.announce(standing, now));
    if (!standing.allowed) {
      reply.header('retry-after', Math.max(1, secondsUntil(standing, now)));
      throw new AppError('request.rate_limited');
    }
    if (refusal) throw refusal;
  });
}

export function secondsUntil({ reset }: Standing, now: number): number {
  return Math.ceil((reset - now) / 1000);
}
