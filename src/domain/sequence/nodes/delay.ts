import { dayMs, minuteMs, secondMs } from '../../time.ts';
import { defineNode, type SequenceNode } from './node.ts';

const maxMs = 30 * dayMs;
const yearMs = 365 * dayMs;

function delayMs(node: SequenceNode): number {
  const hours = (node.delay_days ?? 0) * 24 + (node.delay_hours ?? 0);
  const minutes = hours * 60 + (node.delay_minutes ?? 0);
  return minutes * minuteMs + (node.delay_seconds ?? 0) * secondMs;
}

/**
 * A delay before the next touch. Its parts add up to 1 minute to 30 days (page updateCampaign), or
 * with a unit, as Inbox has it, to any number of seconds up to a year.
 */
export const delay = defineNode({
  type: 'delay',
  channels: ['email', 'linkedin', 'x'],
  editable: ['delay_days', 'delay_hours', 'delay_minutes', 'delay_seconds', 'delay_unit'],
  defaults: { delay_days: 0, delay_hours: 0, delay_minutes: 0 },
  waitMs: delayMs,
  problems: (node) => {
    const total = delayMs(node);
    const [min, max] = node.delay_unit ? [0, yearMs] : [minuteMs, maxMs];
    if (total >= min && total <= max) return [];
    const message = node.delay_unit
      ? 'The delay must total at most 365 days.'
      : 'The delay must total 1 minute to 30 days.';
    return [{ field: 'delay_days', code: 'delay_range', message }];
  },
});
