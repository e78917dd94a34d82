import type { Db } from '../../db/database.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import type { Identifiable } from '../../domain/identity.ts';
import { suppressionKeys } from '../../domain/people/suppression.ts';

type Person = Identifiable & { id: string };

/** Which of these people may never be touched again, and why, by their ids. */
export async function suppressedAmong(
  db: Db,
  workspaceId: string,
  people: readonly Person[],
): Promise<Map<string, string>> {
  const keys = people.map((person) => ({ id: person.id, keys: suppressionKeys(person) }));
  const found = await findSuppressed(
    db,
    workspaceId,
    keys.flatMap((entry) => entry.keys),
  );
  const reasons = new Map<string, string>();
  if (found.size === 0) return reasons;
  for (const { id, keys: own } of keys) {
    const hit = own.find((key) => found.has(`${key.kind}:${key.value}`));
    if (hit) reasons.set(id, `${hit.kind} ${hit.value}: ${found.get(`${hit.kind}:${hit.value}`)}`);
  }
  return reasons;
}
