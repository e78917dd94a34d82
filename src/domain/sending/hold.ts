/**
 * Every word of `prospects.hold`: why a prospect that has not ended is not due. docs/dev/states.md
 * lists the functions that begin and end each.
 */
export const holds = [
  'reserved',
  'passing',
  'retry',
  'missing_variable',
  'draft_pending',
  'draft_failed',
  'out_of_office',
  'possible_reply',
  'awaiting_connection',
  'withdrawing',
  'sender_disconnected',
  'paused',
  'domain_limit',
  'company_limit',
] as const;
export type HoldReason = (typeof holds)[number];

/**
 * Holds of prospects that a tick or a worker is busy with: others wait until the result is
 * recorded.
 */
export const inHandHolds = ['reserved', 'passing'] as const satisfies readonly HoldReason[];

/** Holds for the text of a touch: they end when the text, the profile or the touch changes. */
export const textHolds = [
  'missing_variable',
  'draft_pending',
  'draft_failed',
] as const satisfies readonly HoldReason[];

/** Holds that stay with the prospect whichever touch comes next. */
export const lastingHolds = [
  'paused',
  'out_of_office',
  'possible_reply',
  'sender_disconnected',
] as const satisfies readonly HoldReason[];

export function isInHand(hold: string | null): boolean {
  return hold !== null && (inHandHolds as readonly string[]).includes(hold);
}
