import { dayMs, minuteMs } from '../../time.ts';
import { defineNode, type SequenceNode } from './node.ts';

const maxMs = 30 * dayMs;

function delayMs(node: SequenceNode): number {
  return (
    (((node.delay_days ?? 0) * 24 + (node.delay_hours ?? 0)) * 60 + (node.delay_minutes ?? 0)) *
    minuteMs
  );
}

/** A delay before the next touch: days, hours and minutes add up to 1 minute to 30 days. */
export const delay = defineNode({
  type: 'delay',
  channels: ['email', 'linkedin', 'x'],
  editable: ['delay_days', 'delay_hours', 'delay_minutes'],
  defaults: { delay_days: 0, delay_hours: 0, delay_minutes: 0 },
  waitMs: delayMs,
  problems: (node) => {
    const total = delayMs(node);
    if (total >= minuteMs && total <= maxMs) return [];
    return [
      {
        field: 'delay_days',
        code: 'delay_range',
        message: 'The delay must total 1 minute to 30 days.',
      },
    ];
  },
});
