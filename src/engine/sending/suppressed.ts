import type { Db } from '../../db/database.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import type { Identifiable } from '../../domain/identity.ts';
import { suppressionKeys } from '../../domain/people/suppression.ts';

/** The people of these that are suppressed: the reason by id. */
export async function readSuppressionReasons(
  db: Db,
  workspaceId: string,
  people: readonly (Identifiable & { id: string })[],
): Promise<Map<string, string>> {
  const keysById = people.map((person) => ({ id: person.id, keys: suppressionKeys(person) }));
  const keys = keysById.flatMap((entry) => entry.keys);
  const found = await findSuppressed(db, workspaceId, keys);
  const reasons = new Map<string, string>();
  if (found.size === 0) return reasons;
  for (const { id, keys: own } of keysById) {
    const hit = own.find((key) => found.has(`${key.kind}:${key.value}`));
    if (hit) reasons.set(id, `${hit.kind} ${hit.value}: ${found.get(`${hit.kind}:${hit.value}`)}`);
  }
  return reasons;
}
