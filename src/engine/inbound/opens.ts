import { recordOpened } from '../../db/sending/marks.ts';
import type { Services } from '../../operation.ts';

/**
 * Notes that a mail's pixel was loaded. Mail providers load pixels too (Apple's privacy proxy does so always), so an open
 * is shown and counted but never decides about a send.
 */
export async function recordOpen(
  services: Services,
  open: { workspaceId: string; messageId: string; userAgent: string | null },
): Promise<void> {
  await recordOpened(services.db, { ...open, now: services.clock.now() });
}
