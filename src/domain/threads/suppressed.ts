/** Reasons that nobody may override: the person complained, or was erased for good. */
const final = ['complained', 'erased'];

/**
 * Why a message by hand to a person is refused, by the entries that suppress them (`kind:value`)
 * with their reasons; null when it may go out. `despite`: its author has said so, which counts only
 * where the person wrote first: that is checked where it is said.
 */
export function refusalOf(
  found: ReadonlyMap<string, string>,
  { despite }: { despite: boolean },
): string | null {
  const entries = [...found];
  const [hit] = entries.filter(([, reason]) => !despite || final.includes(reason));
  if (!hit) return null;
  const [key, reason] = hit;
  return `${key.replace(':', ' ')} is suppressed: ${reason}.`;
}
