import { z } from 'zod';
import type { Evaluated } from '../../domain/forecast/explain.ts';
import type { TimedBinding } from '../../engine/forecast/explanation.ts';

const instant = z.iso.datetime().nullable();

const reasonOutput = {
  limit: z.int().nullable().describe('The limit, where something is counted; else null.'),
  used: z.int().nullable().describe('How much of `limit` is used now.'),
  held_by: z
    .object({ kind: z.enum(['sender', 'campaign', 'person']), id: z.uuid() })
    .nullable()
    .describe('Where it is kept and may be changed; null where that is no one place.'),
};

export const bindingOutput = z
  .object({
    code: z.string().describe('Stable code of the constraint that binds.'),
    words: z.string(),
    unblock: z.string().nullable().describe('How to unblock it.'),
    opens_at: instant.describe('When it ends by itself; null when it does not.'),
    ...reasonOutput,
  })
  .meta({ id: 'Binding' });

export const constraintsOutput = z.array(
  z
    .object({
      code: z.string(),
      open: z.boolean(),
      opens_at: instant,
      words: z.string(),
      ...reasonOutput,
    })
    .meta({ id: 'Constraint' }),
);

export const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

export function bindingOnWire({
  code,
  words,
  unblock,
  opensAt,
  ...reason
}: TimedBinding): z.input<typeof bindingOutput> {
  return { code, words, unblock, opens_at: isoOf(opensAt), ...reasonOnWire(reason) };
}

export function constraintsOnWire(
  constraints: readonly Evaluated[],
): z.input<typeof constraintsOutput> {
  return constraints.map(({ code, open, words, opensAt, ...reason }) => ({
    code,
    open,
    words,
    opens_at: isoOf(opensAt),
    ...reasonOnWire(reason),
  }));
}

function reasonOnWire({ figures, heldBy }: Pick<TimedBinding, 'figures' | 'heldBy'>) {
  return {
    limit: figures?.limit ?? null,
    used: figures?.used ?? null,
    held_by: heldBy ?? null,
  };
}
