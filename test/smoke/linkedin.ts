import { z } from 'zod';
import { type Client, UnipileError } from '../../src/channels/linkedin/client.ts';
import { slugOf } from '../../src/channels/linkedin/profile.ts';

export type Finding = { question: string; answer: string };
export type Options = {
  /** Unipile's id of the LinkedIn account; null: the only one. */
  account: string | null;
  /** The profile of the test person; null: nothing is written. */
  writeTo: string | null;
  wait: (ms: number) => Promise<void>;
  now: () => number;
};
export type Row = Record<string, unknown>;
type Asking = Omit<Options, 'account'> & { client: Client; account: string };

export const row = z.record(z.string(), z.unknown());
const list = z.object({ items: z.array(row), cursor: z.string().nullish() });
/** Lists are looked at so often, this far apart, until they show the change. */
const looks = { times: 20, everyMs: 15_000 };

/** Asks version 1 of Unipile, one question after the other. Never throws for an error. */
export async function* askLinkedin(client: Client, options: Options): AsyncGenerator<Finding> {
  const accounts = await client.call('GET', '/accounts', { answer: list, query: { limit: 250 } });
  const own = accounts.items.filter(({ type }) => type === 'LINKEDIN');
  const account = options.account ?? (own.length === 1 ? String(own[0]!.id) : null);
  yield { question: 'LinkedIn accounts', answer: own.map(({ id }) => id).join(', ') || 'none' };
  if (account === null) {
    yield { question: 'Stopped', answer: 'name one of these accounts: --account <id>' };
    return;
  }
  const asking = { ...options, client, account };
  for (const [question, ask] of reading) yield { question, answer: await told(ask(asking)) };
  if (options.writeTo) yield* write(asking, options.writeTo);
}

/** The answer, or the provider's error, in words. */
export async function told(answer: Promise<string>): Promise<string> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UnipileError) return `${error.status} ${error.type}: ${error.message}`;
    return error instanceof Error ? error.message : String(error);
  }
}

async function read({ client, account }: Asking, path: string, query: object = {}): Promise<Row[]> {
  const all = { account_id: account, ...query };
  return (await client.call('GET', path, { answer: list, query: all })).items;
}

export const namesOf = (found: Row | undefined): string =>
  found ? Object.keys(found).join(', ') : 'the list is empty';

/** Questions that reading alone answers. */
const reading: readonly [string, (asking: Asking) => Promise<string>][] = [
  [
    'Status words of the account',
    async ({ client, account }) => {
      const found = await client.call('GET', `/accounts/${account}`, { answer: row });
      return JSON.stringify(found.sources ?? null);
    },
  ],
  [
    'Does the list of webhooks name their source',
    async ({ client }) => {
      const { items } = await client.call('GET', '/webhooks', { answer: list });
      return namesOf(items[0]);
    },
  ],
  [
    'Are connections listed with the newest first',
    async (asking) => {
      const times = (await read(asking, '/users/relations', { limit: 20 })).map((one) =>
        Number(one.created_at),
      );
      return times.every((at, index) => index === 0 || at <= times[index - 1]!) ? 'yes' : 'NO';
    },
  ],
  [
    'Do limit and cursor go together',
    async ({ client, account }) => {
      const query = { account_id: account, limit: 1 };
      const first = await client.call('GET', '/messages', { answer: list, query });
      if (!first.cursor) return 'cannot be seen: fewer than two messages';
      const next = { ...query, cursor: first.cursor };
      const second = await client.call('GET', '/messages', { answer: list, query: next });
      return second.items[0]?.id === first.items[0]?.id ? 'NO: the same page again' : 'yes';
    },
  ],
  ['Fields of a message', async (asking) => namesOf((await read(asking, '/messages'))[0])],
  ['Fields of a conversation', async (asking) => namesOf((await read(asking, '/chats'))[0])],
  [
    'Fields of a pending invitation',
    async (asking) => namesOf((await read(asking, '/users/invite/sent', { limit: 1 }))[0]),
  ],
  [
    'InMail credits',
    async ({ client, account }) => {
      const query = { account_id: account };
      const found = await client.call('GET', '/linkedin/inmail_balance', { answer: row, query });
      return JSON.stringify(found);
    },
  ],
];

/** Writes to the test person: a message to a connection, an invitation to anybody else. */
async function* write(asking: Asking, profileUrl: string): AsyncGenerator<Finding> {
  const slug = slugOf(profileUrl);
  if (slug === null) {
    yield { question: 'Stopped', answer: 'the test person needs an address linkedin.com/in/…' };
    return;
  }
  const person = await profileOf(asking, slug);
  yield { question: 'Fields of a profile', answer: namesOf(person) };
  yield {
    question: 'What of an invitation the profile tells',
    answer: JSON.stringify(person.invitation ?? null),
  };
  const isConnected = person.is_relationship === true || person.network_distance === 'FIRST_DEGREE';
  if (isConnected) yield* writeMessage(asking, String(person.provider_id));
  else yield* invite(asking, slug, String(person.provider_id));
}

const profileOf = ({ client, account }: Asking, slug: string): Promise<Row> =>
  client.call('GET', `/users/${encodeURIComponent(slug)}`, {
    answer: row,
    query: { account_id: account },
  });

export const testText = 'This is a test of how messages are delivered. Please ignore it.';

async function* writeMessage(asking: Asking, personId: string): AsyncGenerator<Finding> {
  const { client, account, now } = asking;
  const begun = now();
  const sent = await client.call('POST', '/chats', {
    answer: row,
    form: { account_id: account, attendees_ids: personId, text: testText },
  });
  yield { question: 'Ids of a message', answer: JSON.stringify(sent) };
  const shown = await lagOf(asking, begun, async () =>
    (await read(asking, '/messages', { limit: 20 })).find(({ id }) => id === sent.message_id),
  );
  yield { question: 'How late the list shows a message', answer: shown.lag };
  const { is_sender, sender_id } = shown.found ?? {};
  yield {
    question: 'How our own message is flagged',
    answer: JSON.stringify({ is_sender, sender_id }),
  };
}

async function* invite(asking: Asking, slug: string, personId: string): AsyncGenerator<Finding> {
  const { client, account, now } = asking;
  const form = { account_id: account, attendees_ids: personId, text: testText };
  const message = client.call('POST', '/chats', { answer: row, form }).then(JSON.stringify);
  yield { question: 'The refusal of a message to no connection', answer: await told(message) };
  const begun = now();
  const json = { account_id: account, provider_id: personId };
  const sent = await client.call('POST', '/users/invite', { answer: row, json });
  yield { question: 'The answer to an invitation', answer: JSON.stringify(sent) };
  const listed = await lagOf(asking, begun, async () =>
    (await read(asking, '/users/invite/sent', { limit: 20 })).find(
      ({ invited_user_id }) => invited_user_id === personId,
    ),
  );
  yield { question: 'How late the list shows an invitation', answer: listed.lag };
  const isSame = listed.found?.id === sent.invitation_id ? 'yes' : `NO: ${listed.found?.id}`;
  yield { question: 'Is its id in the list the one of the answer', answer: isSame };
  const profiled = await lagOf(asking, begun, async () => {
    const { invitation } = await profileOf(asking, slug);
    return invitation ? { invitation } : undefined;
  });
  const { invitation = null } = profiled.found ?? {};
  yield {
    question: 'How late the profile shows it, and how',
    answer: `${profiled.lag}, ${JSON.stringify(invitation)}`,
  };
  const again = client.call('POST', '/users/invite', { answer: row, json }).then(JSON.stringify);
  yield { question: 'The refusal of a second invitation', answer: await told(again) };
  const path = `/users/invite/sent/${encodeURIComponent(String(sent.invitation_id))}`;
  const taken = client
    .call('DELETE', path, { answer: row, query: { account_id: account } })
    .then(JSON.stringify);
  yield { question: 'Taking it back by the id of the answer', answer: await told(taken) };
  const after = client.call('POST', '/users/invite', { answer: row, json }).then(JSON.stringify);
  yield { question: 'The refusal of an invitation after a withdrawal', answer: await told(after) };
}

/** Looks until the row is there. Returns the row, and how long it took in words. */
export async function lagOf(
  { wait, now }: Pick<Options, 'wait' | 'now'>,
  begun: number,
  look: () => Promise<Row | undefined>,
): Promise<{ lag: string; found: Row | undefined }> {
  for (let time = 0; time < looks.times; time += 1) {
    const found = await look();
    if (found) return { lag: `${Math.round((now() - begun) / 1000)} s`, found };
    await wait(looks.everyMs);
  }
  return { lag: `not within ${(looks.times * looks.everyMs) / 60_000} minutes`, found: undefined };
}
