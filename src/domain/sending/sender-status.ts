/** The word for an active sender, by type of sender, where callers know it by another word. */
const activeWords: Record<string, string> = { linkedin: 'connected' };

/** A sender's status as callers read it. */
export function statusOnWire({ type, status }: { type: string; status: string }): string {
  return status === 'active' ? (activeWords[type] ?? status) : status;
}
