import { z } from 'zod';
import { type FoundPerson, findPerson, searchPeople } from '../../db/people/person-search.ts';
import { findSuppressed } from '../../db/people/suppressions.ts';
import { pageLimit } from '../../domain/page.ts';
import { type SuppressionKey, suppressionKeys } from '../../domain/people/suppression.ts';
import { text as boundedText, uuid } from '../../domain/text.ts';
import { defineOperation } from '../../operation.ts';

const text = z.string().nullable();
const instant = z.iso.datetime().nullable();

const foundOutput = z
  .object({
    prospect_id: z.uuid(),
    campaign_id: z.uuid(),
    campaign_name: z.string(),
    campaign_status: z.string(),
    email: text,
    linkedin_url: text,
    x_handle: text,
    name: text,
    company: text,
    status: z.string(),
    hold: text,
    hold_detail: text,
    end_reason: text,
    suppressed: text.describe('The entry that suppresses the person, with its reason.'),
    sender_id: z.uuid().nullable(),
    sender_name: text,
    contacted_at: instant,
    replied_at: instant,
    sent: z.int().describe('Messages that went out to the person in this campaign.'),
    last_sent_at: instant,
    last_sent_subject: text,
    last_reply_at: instant,
    last_reply_text: text.describe('The first 500 characters.'),
  })
  .meta({ id: 'FoundPerson' });

const iso = (at: Date | null) => at?.toISOString() ?? null;

/** The names that a text may be, in their normal forms; none when it is part of a name. */
const keysOf = (q: string): SuppressionKey[] =>
  suppressionKeys({ email: q, linkedin_url: q, x_handle: q.startsWith('@') ? q : null }).filter(
    ({ kind }) => kind !== 'domain',
  );

export const searchForPerson = defineOperation({
  name: 'person.search',
  route: 'GET /api/people',
  cli: 'person',
  summary: 'Find a person in all campaigns: who wrote to them, when, and what came back',
  description:
    'One row for each campaign that has the person, the newest first. An address, the URL of a ' +
    'LinkedIn profile, or a name on X with @ finds that person by any spelling; any other text ' +
    'is looked for in names, companies, addresses and profiles. Such a search looks at 50,000 ' +
    'people a call, so a page may be short, or empty, while next_cursor is not null.',
  scope: 'read',
  input: z.object({
    q: boundedText({ min: 1, max: 1000 }).describe(
      'Address, profile, @name on X, or part of a name.',
    ),
    cursor: uuid.optional().describe('`next_cursor` of the page before.'),
    limit: pageLimit(200, 50),
  }),
  output: z.object({
    people: z.array(foundOutput),
    next_cursor: z.uuid().nullable().describe('Null when everybody was looked at.'),
  }),
  errors: [],
  list: { items: 'people', cursor: 'cursor', next: 'next_cursor', limit: 200 },
  async run({ db, workspaceId }, { q, cursor, limit }) {
    const keys = keysOf(q.trim());
    const { rows, next } =
      keys.length > 0
        ? { rows: await findPerson(db, { workspaceId, keys, limit }), next: null }
        : await searchPeople(db, { workspaceId, q: q.trim(), before: cursor ?? null, limit });
    const found = await findSuppressed(db, workspaceId, rows.flatMap(suppressionKeys));
    return { people: rows.map((row) => onWire(row, found)), next_cursor: next };
  },
});

function onWire(row: FoundPerson, suppressed: ReadonlyMap<string, string>) {
  const names = suppressionKeys(row).map(({ kind, value }) => `${kind}:${value}`);
  const name = names.find((key) => suppressed.has(key));
  return {
    ...row,
    suppressed: name ? `${name.replace(':', ' ')}: ${suppressed.get(name)}` : null,
    contacted_at: iso(row.contacted_at),
    replied_at: iso(row.replied_at),
    last_sent_at: iso(row.last_sent_at),
    last_reply_at: iso(row.last_reply_at),
  };
}
