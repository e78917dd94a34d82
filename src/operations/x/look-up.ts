import { z } from 'zod';
import { addReading } from '../../db/accounts/readings.ts';
import { runTransaction } from '../../db/database.ts';
import { addToList } from '../../db/people/lists.ts';
import { normaliseXHandle } from '../../domain/identity.ts';
import { text, uuid } from '../../domain/text.ts';
import { accountOf } from '../../engine/accounts/mailboxes.ts';
import { withDeadline } from '../../engine/channel-calls.ts';
import { saveLeads } from '../../engine/imports/list-import.ts';
import { AppError } from '../../errors.ts';
import { type Context, defineOperation } from '../../operation.ts';
import { getOwnList } from '../lists/wire.ts';
import { requireSendForLists } from '../require-send.ts';
import { findXAccount } from './account.ts';

/** X's price for a person that it shows, in dollars (docs.x.com, Pricing). */
const personUsd = 0.01;

export const lookUpOnX = defineOperation({
  name: 'x_profile.look_up',
  route: 'POST /api/x/accounts/{id}/look-up',
  cli: 'x account look-up',
  summary: 'Look people up on X and keep their profiles as leads',
  description:
    'Asks X for the people behind handles: id, name, bio, location, numbers of followers, and ' +
    'whether they take messages from this account. They are kept as leads, in a list if one is ' +
    `named. X charges $${personUsd} for each person found; dry_run=true only says the most that ` +
    'it costs.',
  scope: 'write',
  input: z.object({
    id: uuid.describe('Sender'),
    usernames: z
      .array(text({ min: 1, max: 1000 }))
      .min(1)
      .max(1000)
      .describe('Handles, with or without the @, or addresses of profiles.'),
    list_id: uuid.optional().describe('A list to put them into.'),
    dry_run: z.boolean().default(false),
  }),
  output: z.object({
    cost_usd: z.number().describe('What X charged; for a dry run the most that it would.'),
    people: z.array(
      z.object({
        x_handle: z.string(),
        lead_id: z.uuid().nullable(),
        name: z.string().nullable(),
        attributes: z.record(z.string(), z.unknown()),
      }),
    ),
    not_found: z.array(z.string()).describe('Handles that X does not know, or has suspended.'),
  }),
  errors: ['sender.not_found', 'list.not_found', 'list.protected', 'x.not_set_up', 'x.refused'],
  transaction: false,
  async run(context, { id, usernames, list_id: listId, dry_run }) {
    const { channels, config, db, now, workspaceId } = context;
    const row = await findXAccount(context, id);
    if (listId) await getOwnList(db, { workspaceId, listId });
    if (listId) await requireSendForLists(context, [listId], ['synced']);
    const handles = [...new Set(usernames.map(readHandle))];
    if (dry_run) return { cost_usd: cents(handles.length * personUsd), people: [], not_found: [] };
    const channel = channels.get('x');
    if (!channel?.lookUp || context.sandbox) throw new AppError('x.not_set_up');
    const account = accountOf(context, row);
    const limit = { channel, accountId: id, ms: config.sendMs };
    const { people, cost } = await withDeadline(limit, () =>
      channel.lookUp!(account, handles),
    ).catch((error: unknown) => {
      throw new AppError('x.refused', error instanceof Error ? error.message : String(error));
    });
    const leads = await runTransaction(db, async (transaction) => {
      await addReading(transaction, { workspaceId, senderId: id, at: now, mills: cost });
      return keep({ ...context, db: transaction }, people, listId);
    });
    const found = new Set(people.map(({ handle }) => handle));
    return {
      cost_usd: cost / 1000,
      people: people.map(({ handle, name, attributes }, index) => ({
        x_handle: handle,
        lead_id: leads[index] ?? null,
        name,
        attributes,
      })),
      not_found: handles.filter((handle) => !found.has(handle)),
    };
  },
});

const cents = (usd: number): number => Math.round(usd * 1000) / 1000;

/** @throws request.invalid for text that is no handle, and for ids: X charges for them anew */
function readHandle(given: string, index: number): string {
  const handle = normaliseXHandle(given);
  if (handle && /^\w{1,15}$/.test(handle) && !/^\d+$/.test(handle)) return handle;
  const message = `usernames/${index}: "${given.slice(0, 50)}" is no handle of X.`;
  throw new AppError('request.invalid', message, {
    errors: [{ pointer: `/usernames/${index}`, code: 'invalid_value', message }],
  });
}

type Found = { handle: string; name: string | null; attributes: Record<string, unknown> };

/** Returns the ids of the leads, in the order of the people. */
async function keep(
  { db, workspaceId, newId, now }: Pick<Context, 'db' | 'workspaceId' | 'newId' | 'now'>,
  people: readonly Found[],
  listId: string | undefined,
): Promise<(string | null)[]> {
  const rows = people.map(({ handle: x_handle, name, attributes }, row) => ({
    x_handle,
    ...(name ? { name } : {}),
    attributes,
    row,
  }));
  const { byRow } = await saveLeads(db, { workspaceId, newId, now, overwrite: true }, rows);
  const leadIds = [...new Set(byRow.values())];
  if (listId && leadIds.length > 0) await addToList(db, { workspaceId, listId }, { leadIds, now });
  return rows.map(({ row }) => byRow.get(row) ?? null);
}
