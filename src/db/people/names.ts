import type { Db } from '../database.ts';

/** A person of a campaign for lists of other things: the name if there is one, and the identity. */
export type NamedPerson = { name: string | null; identity: string };

/** The people with these ids, by id. People that are gone are left out. */
export async function namesOfPeople(
  db: Db,
  workspaceId: string,
  ids: readonly (string | null)[],
): Promise<Map<string, NamedPerson>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await db
    .selectFrom('prospects')
    .select(['id', 'name', 'first_name', 'last_name', 'identity'])
    .where('workspace_id', '=', workspaceId)
    .where('id', 'in', wanted)
    .execute();
  return new Map(
    rows.map(({ id, name, first_name, last_name, identity }) => {
      const parts = [first_name, last_name].filter(Boolean).join(' ');
      return [id, { name: name ?? (parts || null), identity }];
    }),
  );
}
