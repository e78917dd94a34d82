import { expect, test } from 'vitest';
import { testDatabase } from '../../test/database.ts';
import { startIdempotent } from './idempotency.ts';

const minute = 60_000;

const { db, workspaceId } = await testDatabase();

test('the key of a request that died with its server is free again an hour later, and no sooner', async () => {
  const first = new Date('2026-03-02T09:00:00Z');
  const ask = (minutes: number, request: string) =>
    startIdempotent(db, { workspaceId, key: 'k', fingerprint: Buffer.from(request), at: new Date(first.getTime() + minutes * minute) });
  expect(await ask(0, 'a')).toBeNull();
  await expect(ask(59, 'a')).rejects.toMatchObject({ code: 'idempotency.in_progress' });
  await expect(ask(59, 'b')).rejects.toMatchObject({ code: 'idempotency.mismatch' });
  expect(await ask(61, 'a')).toBeNull();
  await expect(ask(62, 'a')).rejects.toMatchObject({ code: 'idempotency.in_progress' });
});
