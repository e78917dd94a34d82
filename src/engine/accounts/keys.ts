import { hash, randomBytes } from 'node:crypto';
import { insertKey, type KeyRow } from '../../db/accounts/keys.ts';
import type { Db } from '../../db/database.ts';
import { newId } from '../../ids.ts';

const prefixLength = 12;

export type NewKey = {
  workspaceId: string;
  memberId: string;
  name: string;
  scopes: readonly string[];
  at: Date;
  expiresAt?: Date | null;
  /** Of a sandbox, which its prefix says. */
  sandbox?: boolean | undefined;
};

/**
 * Makes an API key of 256 random bits. Returns its row, and its text, which is shown once and never
 * stored.
 */
export async function issueKey(db: Db, key: NewKey): Promise<{ text: string; row: KeyRow }> {
  const text = `pr_${key.sandbox ? 'test' : 'live'}_${randomBytes(32).toString('base64url')}`;
  const row = await insertKey(db, {
    workspace_id: key.workspaceId,
    id: newId(),
    member_id: key.memberId,
    name: key.name,
    prefix: text.slice(0, prefixLength),
    hash: hashKey(text),
    scopes: [...key.scopes],
    created_at: key.at,
    expires_at: key.expiresAt ?? null,
  });
  return { text, row };
}

/** The SHA-256 of a key's text, which is stored and looked up instead of the text. */
export function hashKey(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
