import { z } from 'zod';
import type { Evaluated } from '../../domain/forecast/explain.ts';
import type { Explanation } from '../../engine/forecast/explanation.ts';

const instant = z.iso.datetime().nullable();

export const bindingOutput = z
  .object({
    code: z.string().describe('Stable code of the constraint that binds.'),
    words: z.string(),
    unblock: z.string().nullable().describe('How to unblock it.'),
    opens_at: instant.describe('When it ends by itself; null when it does not.'),
  })
  .meta({ id: 'Binding' });

export const constraintsOutput = z.array(
  z
    .object({ code: z.string(), open: z.boolean(), opens_at: instant, words: z.string() })
    .meta({ id: 'Constraint' }),
);

export const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

export function bindingOnWire({
  opensAt,
  ...binding
}: Explanation['binding']): z.input<typeof bindingOutput> {
  return { ...binding, opens_at: isoOf(opensAt) };
}

export function constraintsOnWire(
  constraints: readonly Evaluated[],
): z.input<typeof constraintsOutput> {
  return constraints.map(({ opensAt, ...rest }) => ({ ...rest, opens_at: isoOf(opensAt) }));
}
