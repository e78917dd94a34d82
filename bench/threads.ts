import { sql } from 'kysely';
import { getThread } from '../src/operations/threads/get.ts';
import { listThreads } from '../src/operations/threads/list.ts';
import { type Figure, type Fixture, openFixture } from './fixtures/harness.ts';
import { addSenders } from './fixtures/people.ts';
import { compareRequests, type TimedRequest } from './fixtures/requests.ts';

const many = 100_000;
const few = 1_000;
const senders = 20;

type Filled = { fixture: Fixture; sender: string; thread: string };
const requests: TimedRequest<Filled>[] = [
  { name: 'inbox', operation: listThreads, input: () => ({}) },
  { name: 'all', operation: listThreads, input: () => ({ view: 'all' }) },
  { name: 'needs reply', operation: listThreads, input: () => ({ view: 'needs_reply' }) },
  { name: 'unread', operation: listThreads, input: () => ({ view: 'unread' }) },
  { name: 'bounced', operation: listThreads, input: () => ({ view: 'bounced' }) },
  { name: 'sent', operation: listThreads, input: () => ({ view: 'sent' }) },
  {
    name: 'sender',
    operation: listThreads,
    input: ({ sender }) => ({ view: 'all', sender_id: [sender] }),
  },
  {
    name: 'rare word',
    operation: listThreads,
    input: () => ({ view: 'all', search: 'zeppelin77' }),
  },
  {
    name: 'person',
    operation: listThreads,
    input: () => ({ view: 'all', participant: 'p77@people.test' }),
  },
  { name: 'one', operation: getThread, input: ({ thread }) => ({ id: thread }) },
];

/** p99 of lists of threads and of one thread, of 100,000 against 1,000. */
export async function bench(): Promise<Figure[]> {
  const [small, large] = [await fill(few), await fill(many)];
  return compareRequests('threads', { requests, small, large });
}

/** Every third thread has an answer, every sixth an unread one, and one in fifty a bounce. */
async function fill(rows: number): Promise<Filled> {
  const fixture = await openFixture();
  const { services, workspaceId } = fixture;
  const lanes = await addSenders(fixture, senders, { host: '127.0.0.1', port: 25 });
  const now = services.clock.now();
  await sql`
    insert into threads (workspace_id, id, sender_id, channel, identity, name, subject, snippet,
      last_at, last_direction, received, sent, unread, awaits_answer, mark, search, created_at,
      updated_at)
    select ${workspaceId}, uuidv7(), (${lanes}::uuid[])[1 + i % ${senders}::int], 'email',
      'p' || i || '@people.test', 'Person ' || i, 'A question', 'Do you have ten minutes?',
      ${now}::timestamptz - i * interval '1 minute',
      case when i % 3 = 0 then 'inbound' else 'outbound' end, (i % 3 = 0)::int, 1,
      (i % 6 = 0)::int, i % 6 = 0, case when i % 50 = 0 then 'bounce' end,
      to_tsvector('simple', 'Person ' || i || ' a question: do you have ten minutes zeppelin' || i),
      ${now}, ${now}
    from generate_series(1, ${rows}::int) as i`.execute(services.db);
  await sql`
    insert into inbound_messages (workspace_id, id, sender_id, source_key, from_address, subject,
      body_text, received_at, kind, applied_at, thread_id)
    select workspace_id, uuidv7(), sender_id, id::text, identity, subject, 'Yes, call me.', last_at,
      'reply', last_at, id
    from threads where workspace_id = ${workspaceId} and received > 0`.execute(services.db);
  await sql`vacuum analyze`.execute(services.db);
  const { rows: found } = await sql<{ id: string }>`
    select id from threads where workspace_id = ${workspaceId} and received > 0
    order by last_at desc limit 1`.execute(services.db);
  return { fixture, sender: lanes[0]!, thread: found[0]!.id };
}
