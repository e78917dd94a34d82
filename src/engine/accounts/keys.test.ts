import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addWorkspace, testDatabase } from '../../../test/fixtures/database.ts';
import { findKeyByHash, listKeyRows, revokeKeyRow } from '../../db/accounts/keys.ts';
import { hashKey, issueKey } from './keys.ts';

const { db, clock, workspaceId, memberId } = await testDatabase();
const issue = (more: { expiresAt?: Date; sandbox?: boolean } = {}) =>
  issueKey(db, { workspaceId, memberId, name: 'ci', scopes: ['read'], at: clock.now(), ...more });

describe('API keys', () => {
  it('a key is pr_live_ and 43 characters, and its hash finds it', async () => {
    const { text, row } = await issue();
    expect(text).toMatch(/^pr_live_[\w-]{43}$/);
    expect(row.prefix).toBe(text.slice(0, 12));
    expect(await findKeyByHash(db, hashKey(text), clock.now())).toMatchObject({
      workspace_id: workspaceId,
      member_id: memberId,
      scopes: ['read'],
    });
    expect(await findKeyByHash(db, hashKey(`${text}x`), clock.now())).toBeNull();
  });

  it('a key of a sandbox is told apart by its beginning', async () => {
    expect((await issue({ sandbox: true })).text).toMatch(/^pr_test_[\w-]{43}$/);
  });

  it('the text of a key is nowhere in the database', async () => {
    const { text } = await issue();
    const { rows } = await sql<{ row: string }>`select api_keys::text as row from api_keys`.execute(
      db,
    );
    expect(rows.some(({ row }) => row.includes(text))).toBe(false);
  });

  it('a key stops at its expiry', async () => {
    const expiresAt = new Date(clock.now().getTime() + 1000);
    const { text } = await issue({ expiresAt });
    expect(await findKeyByHash(db, hashKey(text), clock.now())).not.toBeNull();
    expect(await findKeyByHash(db, hashKey(text), expiresAt)).toBeNull();
  });

  it('a revoked key stops, and a second revocation keeps the first instant', async () => {
    const { text, row } = await issue();
    const at = clock.now();
    await revokeKeyRow(db, workspaceId, { id: row.id, at });
    const again = await revokeKeyRow(db, workspaceId, {
      id: row.id,
      at: new Date(at.getTime() + 5000),
    });
    expect(again?.revoked_at).toEqual(at);
    expect(await findKeyByHash(db, hashKey(text), at)).toBeNull();
  });

  it('a key belongs to one workspace', async () => {
    const { row } = await issue();
    const other = await addWorkspace(db, clock.now());
    expect(await listKeyRows(db, other.workspaceId)).toEqual([]);
    expect(await revokeKeyRow(db, other.workspaceId, { id: row.id, at: clock.now() })).toBeNull();
  });
});
