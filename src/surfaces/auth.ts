import { findKeyByHash } from '../db/keys.ts';
import { hashKey } from '../engine/keys.ts';
import { AppError } from '../errors.ts';
import { type Caller, type Parts, scopes } from '../operation.ts';

/** How long a key is believed without asking the database: the most a revocation can lag behind. */
const believedMs = 1000;
const maxBelieved = 10_000;

export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Who an `Authorization: Bearer` header speaks for. @throws auth.required, auth.invalid */
export function createAuthenticate({ db, clock }: Pick<Parts, 'db' | 'clock'>): Authenticate {
  const believed = new Map<string, { caller: Caller; expiresAt: Date | null; untilMs: number }>();
  return async (authorization) => {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!key) throw new AppError('auth.required');
    const hash = hashKey(key);
    const id = hash.toString('base64');
    const entry = believed.get(id);
    if (entry && entry.untilMs > performance.now() && (!entry.expiresAt || entry.expiresAt > clock.now())) return entry.caller;
    believed.delete(id);
    const row = await findKeyByHash(db, hash, clock.now());
    if (!row) throw new AppError('auth.invalid');
    const held = scopes.filter((scope) => row.scopes.includes(scope));
    const caller = { workspaceId: row.workspace_id, memberId: row.member_id, keyId: row.id, scopes: held, sandbox: row.sandbox };
    if (believed.size >= maxBelieved) believed.clear();
    believed.set(id, { caller, expiresAt: row.expires_at, untilMs: performance.now() + believedMs });
    return caller;
  };
}
