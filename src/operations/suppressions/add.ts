import { z } from 'zod';
import { insertSuppressions } from '../../db/people/suppressions.ts';
import { normaliseSuppression, suppressionKinds } from '../../domain/people/suppression.ts';
import { text } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';
import { refuseProblems } from '../refusals.ts';

const itemInput = z.strictObject({
  kind: z.enum(suppressionKinds).default('email'),
  value: text({ min: 1, max: 2000 }).describe(
    'An address, a domain, the URL of a LinkedIn profile, or a handle or user id on X; ' +
      'compared after normalisation.',
  ),
  reason: text({ min: 1, max: 200 }).default('manual'),
});

export const addSuppressions = defineOperation({
  name: 'suppression.add',
  route: 'POST /api/suppressions',
  cli: 'suppression add',
  summary: 'Suppress addresses, domains and profiles: they are never written to again',
  description:
    'Holds for every campaign from now on, running ones included. The usable items are taken, ' +
    'and the others named in `errors`; without a usable one the call is refused.',
  scope: 'write',
  input: z.object({ items: z.array(itemInput).min(1).max(1000) }),
  output: z.object({
    added: z.int(),
    duplicates: z.int().describe('Items that are suppressed already, or twice in the call.'),
    invalid: z.int(),
    errors: z
      .array(z.object({ index: z.int(), code: z.string(), message: z.string() }))
      .describe('Of the items that were not taken.'),
  }),
  errors: [],
  async run({ db, workspaceId, now }, { items }) {
    const rows = items.map((item) => ({
      ...item,
      value: normaliseSuppression(item.kind, item.value),
    }));
    const errors = rows.flatMap(({ kind, value }, index) =>
      value === null ? { index, code: 'unusable', message: `This is not ${nouns[kind]}.` } : [],
    );
    if (errors.length === items.length)
      refuseProblems(
        errors.map(({ index, ...fault }) => ({ pointer: `/items/${index}/value`, ...fault })),
      );
    const usable = rows.flatMap(({ kind, value, reason }) =>
      value === null ? [] : [{ kind, value, reason }],
    );
    const added = await insertSuppressions(db, workspaceId, { items: usable, at: now });
    const duplicates = usable.length - added.length;
    return { added: added.length, duplicates, invalid: errors.length, errors };
  },
});

const nouns = {
  email: 'an email address',
  domain: 'a domain',
  linkedin: 'the URL of a LinkedIn profile',
  x: 'a handle or a user id on X',
};
