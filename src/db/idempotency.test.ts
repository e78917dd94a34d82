import { expect, test } from 'vitest';
import { testDatabase } from '../../test/fixtures/database.ts';
import { finishIdempotent, forgetAnswers, startIdempotent } from './idempotency.ts';

const minute = 60_000;

const { db, workspaceId } = await testDatabase();

test('the key of an unfinished request is free again after an hour and no sooner', async () => {
  const first = new Date('2026-03-02T09:00:00Z');
  const ask = (minutes: number, request: string) =>
    startIdempotent(db, {
      workspaceId,
      key: 'k',
      fingerprint: Buffer.from(request),
      at: new Date(first.getTime() + minutes * minute),
    });
  expect(await ask(0, 'a')).toBeNull();
  await expect(ask(59, 'a')).rejects.toMatchObject({ code: 'idempotency.in_progress' });
  await expect(ask(59, 'b')).rejects.toMatchObject({ code: 'idempotency.mismatch' });
  expect(await ask(61, 'a')).toBeNull();
  await expect(ask(62, 'a')).rejects.toMatchObject({ code: 'idempotency.in_progress' });
});

test('an answer is given until it is forgotten, and then its key is free', async () => {
  const at = new Date('2026-03-02T09:00:00Z');
  const ask = (key: string, day: number) =>
    startIdempotent(db, {
      workspaceId,
      key,
      fingerprint: Buffer.from('a'),
      at: new Date(at.getTime() + day * 24 * 60 * minute),
    });
  for (const [key, day] of [
    ['old', 0],
    ['young', 2],
  ] as const) {
    await ask(key, day);
    await finishIdempotent(db, { workspaceId, key, status: 201, body: { key } });
  }
  await forgetAnswers(db, new Date(at.getTime() + 24 * 60 * minute));
  expect([await ask('old', 3), await ask('young', 3)]).toEqual([
    null,
    { status: 201, body: { key: 'young' } },
  ]);
});
