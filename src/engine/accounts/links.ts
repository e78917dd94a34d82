import type { Config } from '../../config.ts';
import { readServerUrl } from '../../data-dir.ts';
import { deleteLinksFor, insertLink, type LinkRow } from '../../db/accounts/links.ts';
import type { Db } from '../../db/database.ts';
import { dayMs } from '../../domain/time.ts';
import { newId } from '../../ids.ts';
import { hashToken, newToken } from './sessions.ts';

const lifeMs: Readonly<Record<LinkRow['kind'], number>> = {
  welcome: dayMs,
  invite: 7 * dayMs,
  reset: dayMs,
};

type NewLink = Pick<LinkRow, 'kind'> &
  Partial<Pick<LinkRow, 'workspaceId' | 'memberId' | 'email' | 'role'>> & { at: Date };

/**
 * Makes a link that works once. An earlier one of the kind for the same address and workspace
 * works no more. Returns its row and its token, which is shown once and never stored.
 */
export async function issueLink(
  db: Db,
  { kind, workspaceId = null, memberId = null, email = null, role = null, at }: NewLink,
): Promise<{ row: LinkRow; token: string }> {
  if (workspaceId && email) await deleteLinksFor(db, { workspaceId, kind, email });
  const token = newToken();
  const row: LinkRow = {
    id: newId(),
    kind,
    workspaceId,
    memberId,
    email,
    role,
    createdAt: at,
    expiresAt: new Date(at.getTime() + lifeMs[kind]),
  };
  await insertLink(db, { ...row, hash: hashToken(token) });
  return { row, token };
}

/**
 * The address of a link. The token is in its fragment, which browsers do not send, so no proxy
 * logs it.
 */
export function linkUrl(
  { publicUrl, basePath, dataDir, port }: Config,
  { kind, token }: { kind: LinkRow['kind']; token: string },
): string {
  const here = readServerUrl(dataDir) ?? `http://127.0.0.1:${port}`;
  return `${publicUrl ?? `${here}${basePath}`}/#${kind}=${token}`;
}
