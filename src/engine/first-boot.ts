import { type Config, machineTimeZone } from '../config.ts';
import { hasPersons } from '../db/accounts/persons.ts';
import { type Db, runTransaction } from '../db/database.ts';
import { saveTimeZone } from '../db/settings.ts';
import { findFirstMember, insertMember, insertWorkspace, lockFirstBoot } from '../db/workspaces.ts';
import { newId } from '../ids.ts';
import { issueKey } from './accounts/keys.ts';
import { issueLink, linkUrl } from './accounts/links.ts';

/**
 * Makes the first workspace in the machine's time zone, its member and an admin key, unless there
 * is a member. `keep` gets the key before the transaction commits. Returns the first member.
 * Concurrent boots agree on one.
 */
export async function ensureFirstMember(
  db: Db,
  at: Date,
  keep: (key: string) => void,
): Promise<{ workspaceId: string; memberId: string; made: boolean }> {
  const found = await findFirstMember(db);
  if (found) return { ...found, made: false };
  return runTransaction(db, async (tx) => {
    await lockFirstBoot(tx);
    const other = await findFirstMember(tx);
    if (other) return { ...other, made: false };
    const first = { workspaceId: newId(), memberId: newId() };
    await insertWorkspace(tx, { id: first.workspaceId, name: 'My workspace', at });
    await saveTimeZone(tx, first.workspaceId, machineTimeZone());
    await insertMember(tx, {
      workspaceId: first.workspaceId,
      id: first.memberId,
      name: 'Admin',
      at,
    });
    const { text } = await issueKey(tx, { ...first, name: 'admin', scopes: ['admin'], at });
    keep(text);
    return { ...first, made: true };
  });
}

/** A link to the first account of the server; null once somebody can sign in. */
export async function welcomeLink(db: Db, config: Config, at: Date): Promise<string | null> {
  if (await hasPersons(db)) return null;
  const { token } = await issueLink(db, { kind: 'welcome', at });
  return linkUrl(config, { kind: 'welcome', token });
}
