import { z } from 'zod';
import type { Db } from '../../db/database.ts';
import {
  countInDoubt,
  countStuck,
  countUnmatched,
  findDownSenders,
  findFaultyImports,
  findGuarded,
} from '../../db/forecast/attention.ts';
import { readHeldOf } from '../../db/instance.ts';
import { isServed } from '../../db/workers.ts';
import { bindingOfHold } from '../../domain/forecast/explain.ts';
import { bindingOfCampaign } from '../../domain/forecast/explain-status.ts';
import { textHolds } from '../../domain/sending/hold.ts';
import { weekMs } from '../../domain/time.ts';
import { bindingOfBecause, bindingOfHeld } from '../../engine/forecast/explanation.ts';
import { defineOperation } from '../../operation.ts';

/** Holds that somebody has to end. */
const stuckHolds = [
  ...textHolds.filter((hold) => hold !== 'draft_pending'),
  'possible_reply',
  'sender_disconnected',
];

const itemOutput = z.object({
  code: z
    .string()
    .describe(
      'database_held, no_worker, sender_not_active, campaign_paused, unknown, import_rejects, ' +
        'unmatched_mails, or a hold.',
    ),
  n: z.int().describe('How many senders, people, messages, rows or mails it is about.'),
  people: z.int().describe('People who wait for it.'),
  words: z.string(),
  unblock: z.string().nullable().describe('What ends it.'),
  status: z.string().nullable().describe('Of senders: the status they share.'),
  campaign_id: z.uuid().nullable(),
  import_id: z.uuid().nullable(),
  sender_ids: z.array(z.uuid()).describe('Of senders: ten of them, those with most people.'),
});
type Item = z.input<typeof itemOutput>;

export const listAttention = defineOperation({
  name: 'attention.list',
  route: 'GET /api/attention',
  cli: 'attention',
  summary: 'List what needs somebody, with the people it holds',
  description:
    'By the number of people who wait: senders out of service, campaigns that a guard paused, ' +
    'people held until somebody acts, messages in doubt, rejected rows and unmatched mails of ' +
    'the last seven days, and whether anything is sent at all.',
  scope: 'read',
  input: z.object({}),
  output: z.object({ items: z.array(itemOutput) }),
  errors: [],
  async run({ db, workspaceId, now }) {
    const since = new Date(now.getTime() - weekMs);
    const items = [
      ...(await readServer(db, workspaceId)),
      ...(await readSenders(db, workspaceId)),
      ...(await readCampaigns(db, workspaceId)),
      ...(await readMail(db, workspaceId, since)),
    ];
    return { items: items.sort((a, b) => b.people - a.people) };
  },
});

const blank = { status: null, campaign_id: null, import_id: null, sender_ids: [], people: 0, n: 1 };
const inWords = ({ code, words, unblock }: Pick<Item, 'code' | 'words' | 'unblock'>): Item => ({
  ...blank,
  code,
  words,
  unblock,
});

async function readServer(db: Db, workspaceId: string): Promise<Item[]> {
  const hold = await readHeldOf(db, workspaceId);
  if (hold) return [inWords(bindingOfHeld(hold))];
  return (await isServed(db, workspaceId)) ? [] : [inWords(bindingOfBecause('no_worker'))];
}

async function readSenders(db: Db, workspaceId: string): Promise<Item[]> {
  const binding = inWords(bindingOfBecause('sender_not_active'));
  return (await findDownSenders(db, workspaceId)).map(({ status, n, people, firstIds }) => ({
    ...binding,
    status,
    n,
    people,
    sender_ids: firstIds,
  }));
}

async function readCampaigns(db: Db, workspaceId: string): Promise<Item[]> {
  const guarded = (await findGuarded(db, workspaceId)).map((row) => ({
    ...inWords(bindingOfCampaign(row)!),
    campaign_id: row.id,
    people: row.people,
  }));
  const stuck = (await countStuck(db, workspaceId, stuckHolds)).map((row) => ({
    ...inWords(bindingOfHold(row.what, null)),
    campaign_id: row.campaignId,
    n: row.n,
    people: row.n,
  }));
  return [...guarded, ...stuck];
}

async function readMail(db: Db, workspaceId: string, since: Date): Promise<Item[]> {
  const doubts = (await countInDoubt(db, workspaceId)).map((row) => ({
    ...blank,
    code: row.what,
    words: 'Nobody can tell whether these messages went out.',
    unblock: 'Settle each with POST …/messages/{messageId}/resolve.',
    campaign_id: row.campaignId,
    n: row.n,
    people: row.n,
  }));
  const imports = (await findFaultyImports(db, workspaceId, since)).map((row) => ({
    ...blank,
    code: 'import_rejects',
    words: row.status === 'failed' ? 'An import failed.' : 'An import has rows it could not take.',
    unblock: 'Mend the rows of GET …/rejects/file, and send them again.',
    campaign_id: row.campaignId,
    import_id: row.id,
    n: row.invalid,
  }));
  const unmatched = await countUnmatched(db, workspaceId, since);
  const mails = {
    ...blank,
    code: 'unmatched_mails',
    words: 'Mails came in that matched nobody.',
    unblock: 'Attach or dismiss them: GET /api/unmatched-mails.',
    n: unmatched,
  };
  return [...doubts, ...imports, ...(unmatched > 0 ? [mails] : [])];
}
