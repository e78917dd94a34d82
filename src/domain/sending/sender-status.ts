/** The word a caller reads for a sender that is in service, where its type's pages have another than "active". */
const inService: Record<string, string> = { linkedin: 'connected' };

/** A sender's status as callers read it. */
export function statusOnWire({ type, status }: { type: string; status: string }): string {
  return status === 'active' ? (inService[type] ?? status) : status;
}
