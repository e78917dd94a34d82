import { createHash } from 'node:crypto';
import type { Access } from './access.ts';
import { AppError } from './errors.ts';
import type { Vault } from './vault.ts';

/**
 * The Idempotency-Key that a write goes by; undefined without one. Keys belong to a workspace:
 * without a caller, one is ignored with a warning.
 * @throws request.invalid for a file that is read as it comes, which nothing compares with another
 */
export function usableKey(
  { scope, body }: { scope: Access; body?: 'json' | 'stream' | 'upload' },
  key: string | undefined,
  warn: (field: string, message: string) => void,
): string | undefined {
  if (!key) return undefined;
  if (scope === 'open') {
    warn('idempotency-key', 'Calls without a key or session take none. It was ignored.');
    return undefined;
  }
  if (body !== 'stream') return key;
  const message = 'An import takes no Idempotency-Key: people who are there already count once.';
  const errors = [{ pointer: '/idempotency-key', code: 'not_here', message }];
  throw new AppError('request.invalid', message, { errors });
}

/** Tells requests apart. Keyed, because one may hold a password, which a mere hash lets guess. */
export function fingerprint(
  { name }: { name: string },
  { raw, upload }: { raw: Record<string, unknown>; upload?: { bytes: Buffer } },
  vault: Vault,
): Buffer {
  const file = upload ? createHash('sha256').update(upload.bytes).digest('hex') : '';
  return vault.sign(JSON.stringify(['request', name, raw, file]));
}
