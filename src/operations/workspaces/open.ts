import type { z } from 'zod';
import { findMember } from '../../db/accounts/members.ts';
import { readTimeZone, saveTimeZone } from '../../db/settings.ts';
import { insertMember, insertWorkspace } from '../../db/workspaces.ts';
import { issueKey } from '../../engine/accounts/keys.ts';
import type { Context } from '../../operation.ts';
import { workspaceOnWire, type workspaceOutput } from './wire.ts';

export type NewWorkspace = {
  name: string;
  mode: 'live' | 'sandbox';
  /** Name of the first member. The caller by default, who can then enter it by their session. */
  member?: string | undefined;
  /** Start of a sandbox's clock; now by default. */
  clock?: string | undefined;
};

/** Makes a workspace in the time zone of the caller's, with its first member and an admin key. */
export async function openWorkspace(
  { db, newId, now, ...caller }: Context,
  { name, mode, member, clock }: NewWorkspace,
): Promise<{
  workspace: z.input<typeof workspaceOutput>;
  workspaceId: string;
  memberId: string;
  key: string;
}> {
  const [workspaceId, memberId] = [newId(), newId()];
  const row = await insertWorkspace(db, {
    id: workspaceId,
    name,
    at: now,
    mode,
    ...(mode === 'sandbox' ? { clockAt: clock ? new Date(clock) : now } : {}),
  });
  // Somebody else of whom only the name is said signs in by an invitation.
  const maker = member === undefined ? await findMember(db, caller) : null;
  await insertMember(db, {
    workspaceId,
    id: memberId,
    name: member ?? maker!.name,
    personId: maker?.personId ?? null,
    at: now,
  });
  await saveTimeZone(db, workspaceId, await readTimeZone(db, caller.workspaceId));
  const key = await issueKey(db, {
    workspaceId,
    memberId,
    name: 'admin',
    scopes: ['admin'],
    at: now,
    sandbox: mode === 'sandbox',
  });
  const workspace = workspaceOnWire(row, caller.session && maker ? 'admin' : null);
  return { workspace, workspaceId, memberId, key: key.text };
}
