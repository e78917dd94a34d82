import { z } from 'zod';
import type { Client } from '../../src/channels/linkedin/client.ts';
import { slugOf } from '../../src/channels/linkedin/profile.ts';
import {
  type Finding,
  lagOf,
  namesOf,
  type Options,
  type Row,
  row,
  testText,
  told,
} from './linkedin.ts';

/** Version 2 as it is: its error types are not translated. */
export const rawV2 = { path: '/v2', typeOf: ({ type }: { type: string }): string => type };

type Asking = Options & { client: Client; at: string };

const list = z.object({ data: z.array(row) });
const fresh = { headers: { 'cache-control': 'no-store' } };
const inbox = 'inboxes/CLASSIC_PRIMARY/chats';

/** Asks version 2 of Unipile, one question after the other. Never throws for an error. */
export async function* askLinkedinV2(client: Client, options: Options): AsyncGenerator<Finding> {
  const query = { provider: 'linkedin', limit: 100 };
  const { data } = await client.call('GET', '/accounts/', { answer: list, query });
  const account = options.account ?? (data.length === 1 ? String(data[0]!.id) : null);
  yield { question: 'LinkedIn accounts', answer: data.map(({ id }) => id).join(', ') || 'none' };
  if (account === null) {
    yield { question: 'Stopped', answer: 'name one of these accounts: --account <id>' };
    return;
  }
  const asking = { ...options, client, at: `/${encodeURIComponent(account)}` };
  const own = data.find(({ id }) => id === account);
  yield { question: 'The account', answer: JSON.stringify(own ?? null) };
  for (const [question, ask] of reading) yield { question, answer: await told(ask(asking)) };
  if (options.writeTo) yield* write(asking, options.writeTo);
}

async function read({ client, at }: Asking, path: string, query = {}): Promise<Row[]> {
  const all = { limit: 20, ...query };
  return (await client.call('GET', `${at}/${path}`, { answer: list, query: all, ...fresh })).data;
}

/** Whether each instant is no later than the one before it. */
const falls = (times: readonly unknown[]): string =>
  times.every((at, index) => index === 0 || String(at) <= String(times[index - 1])) ? 'yes' : 'NO';

/** Questions that reading alone answers. */
const reading: readonly [string, (asking: Asking) => Promise<string>][] = [
  ['Inboxes', async (asking) => (await read(asking, 'inboxes')).map(({ id }) => id).join(', ')],
  [
    'Do conversations come with the latest first',
    async (asking) =>
      falls((await read(asking, inbox)).map((one) => one.last_message_timestamp ?? one.updated_at)),
  ],
  ['Fields of a conversation', async (asking) => namesOf((await read(asking, inbox))[0])],
  [
    'Fields of a message',
    async (asking) => {
      const [chat] = await read(asking, inbox, { limit: 1 });
      if (!chat) return 'there is no conversation';
      const path = `chats/${encodeURIComponent(String(chat.id))}/messages`;
      return namesOf((await read(asking, path, { limit: 1 }))[0]);
    },
  ],
  [
    'Are connections listed with the newest first',
    async (asking) =>
      falls((await read(asking, 'users/me/relations')).map(({ created_at }) => created_at)),
  ],
  [
    'Fields of a pending invitation',
    async (asking) =>
      namesOf((await read(asking, 'users/me/relation-requests', { type: 'sent' }))[0]),
  ],
  [
    'Does the list of webhooks show their keys',
    async ({ client }) => {
      const { data } = await client.call('GET', '/webhooks/endpoints/', { answer: list });
      if (!data[0]) return 'cannot be seen: there is no webhook';
      return data[0].secret ? 'yes' : 'NO';
    },
  ],
  [
    'InMail credits',
    async ({ client, at }) =>
      JSON.stringify(await client.call('GET', `${at}/linkedin/inmail-credits`, { answer: row })),
  ],
];

/** Invites the test person, looks what shows, and takes the invitation back. */
async function* write(asking: Asking, profileUrl: string): AsyncGenerator<Finding> {
  const { client, at, now } = asking;
  const slug = slugOf(profileUrl);
  if (slug === null) {
    yield { question: 'Stopped', answer: 'the test person needs an address linkedin.com/in/…' };
    return;
  }
  const profile = () =>
    client.call('GET', `${at}/users/${encodeURIComponent(slug)}`, { answer: row, ...fresh });
  const person = await profile();
  const specifics = row.catch({}).parse(person.specifics);
  yield { question: 'Fields of a profile', answer: namesOf({ ...person, ...specifics }) };
  const post = (path: string, json: object): Promise<Row> =>
    client.call('POST', `${at}/${path}`, { answer: row, json });
  const message = { text: testText, users_ids: [person.id] };
  if (specifics.network_distance === 'FIRST_DEGREE') {
    const sent = post(`${inbox}/send`, message).then(JSON.stringify);
    yield { question: 'Ids of a message', answer: await told(sent) };
    return;
  }
  const refused = post(`${inbox}/send`, message).then(JSON.stringify);
  yield { question: 'The refusal of a message to no connection', answer: await told(refused) };
  const begun = now();
  const invite = () => post('users/me/relation-requests', { user_id: person.id });
  const sent = await invite();
  yield { question: 'The answer to an invitation', answer: JSON.stringify(sent) };
  const shown = await lagOf(asking, begun, async () => {
    const found = row.catch({}).parse((await profile()).specifics);
    return found.relation_request || found.relation_request_status ? found : undefined;
  });
  const { relation_request_status: status, relation_request: request } = shown.found ?? {};
  yield {
    question: 'How late the profile shows it, and how',
    answer: `${shown.lag}, ${JSON.stringify({ status, request })}`,
  };
  const again = invite().then(JSON.stringify);
  yield { question: 'The refusal of a second invitation', answer: await told(again) };
  const path = `users/me/relation-requests/${encodeURIComponent(String(sent.id))}/cancel`;
  const taken = post(path, {}).then(JSON.stringify);
  yield { question: 'Taking it back by the id of the answer', answer: await told(taken) };
  const after = invite().then(JSON.stringify);
  yield { question: 'The refusal of an invitation after a withdrawal', answer: await told(after) };
}
