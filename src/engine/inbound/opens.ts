import { recordOpened } from '../../db/sending/marks.ts';
import type { Services } from '../../operation.ts';

/**
 * Records that a mail's pixel was loaded. An open is shown and counted but never decides about a
 * send, because mail providers load pixels too (Apple's privacy proxy always does).
 */
export async function recordOpen(
  services: Services,
  open: { workspaceId: string; messageId: string; userAgent: string | null },
): Promise<void> {
  await recordOpened(services.db, { ...open, now: services.clock.now() });
}
