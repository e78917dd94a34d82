import { z } from 'zod';
import { headline } from '../../src/channels/x/fault.ts';
import { hear, readJson } from '../../src/channels/x/http.ts';

type Finding = { question: string; answer: string };
type Options = {
  apiUrl: string;
  /** The access token of an account (OAuth 2.0, user context). */
  token: string;
  /** The app-only token; null: nothing is asked about webhooks. */
  bearer: string | null;
  /** The handle of the test person; null: nothing is written. */
  writeTo: string | null;
  wait: (ms: number) => Promise<void>;
  now: () => number;
};
type Answer = { status: number; headers: Headers; body: unknown };
type Asking = Options & { ownId: string };
type Row = Record<string, unknown>;

const timeoutMs = 30_000;
/** Lists are looked at so often, this far apart, until they show the change. */
const looks = { times: 20, everyMs: 15_000 };

const row = z.record(z.string(), z.unknown());
const one = z.object({ data: row });
const list = z.object({ data: z.array(row).default([]) });

/** Asks X, one question after the other. Never throws for an answer that is an error. */
export async function* askX(options: Options): AsyncGenerator<Finding> {
  const path = '/2/users/me?user.fields=receives_your_dm,connection_status';
  const me = await call(options, 'GET', path);
  const own = one.safeParse(me.body).data?.data;
  yield { question: 'Fields of the own account', answer: own ? namesOf(own) : failureOf(me) };
  if (!own) return;
  const asking = { ...options, ownId: String(own.id) };
  yield* read(asking);
  if (options.bearer) yield* readWebhooks(asking, options.bearer);
  if (options.writeTo) yield* write(asking, options.writeTo);
}

async function call(
  { apiUrl, token }: Options,
  method: string,
  path: string,
  { body, as = token }: { body?: object; as?: string } = {},
): Promise<Answer> {
  const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' };
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const { status, headers: shown, text } = await hear(`${apiUrl}${path}`, init, timeoutMs);
  return { status, headers: shown, body: readJson(text) };
}

const namesOf = (found: Row | undefined): string =>
  found ? Object.keys(found).join(', ') : 'the list is empty';
const failureOf = ({ status, body }: Answer): string => `${status}: ${headline(body)}`;
const isGood = ({ status }: Answer): boolean => status >= 200 && status < 300;

const eventFields = 'dm_event.fields=created_at,dm_conversation_id,sender_id,text';

/** Questions that reading alone answers: five messages, or five cents. */
async function* read(asking: Asking): AsyncGenerator<Finding> {
  const answer = await call(asking, 'GET', `/2/dm_events?max_results=5&${eventFields}`);
  if (!isGood(answer)) {
    yield { question: 'The list of messages', answer: failureOf(answer) };
    return;
  }
  const { data } = list.parse(answer.body);
  yield { question: 'Fields of a message', answer: namesOf(data[0]) };
  const times = data.map(({ created_at }) => Date.parse(String(created_at)));
  const isSorted = times.every((at, index) => index === 0 || at <= times[index - 1]!);
  yield { question: 'Are messages listed with the newest first', answer: isSorted ? 'yes' : 'NO' };
  const conversation = String(data[0]?.dm_conversation_id ?? 'none');
  yield {
    question: 'The form of a conversation id',
    answer: conversation.replaceAll(asking.ownId, 'OWN').replace(/\d{4,}/g, 'NUMBER'),
  };
  const limits = [...answer.headers.keys()].filter((name) => name.includes('limit'));
  yield { question: 'Headers of limits', answer: limits.join(', ') || 'none' };
  yield { question: 'The clock of X', answer: answer.headers.get('date') ?? 'no Date header' };
}

/** Questions about webhooks, which cost nothing. */
async function* readWebhooks(asking: Asking, bearer: string): AsyncGenerator<Finding> {
  for (const path of ['/2/webhooks', '/2/activity/subscriptions']) {
    const answer = await call(asking, 'GET', path, { as: bearer });
    const found = isGood(answer) ? list.safeParse(answer.body).data?.data : null;
    const shown = found ? `${found.length}; fields: ${namesOf(found[0])}` : failureOf(answer);
    yield { question: `The list ${path}`, answer: shown };
  }
}

const testText = 'This is a test: 1 < 2 & https://example.com/test. Please answer with one word.';

/** Writes one message to the test person, and waits for an answer. */
async function* write(asking: Asking, handle: string): AsyncGenerator<Finding> {
  const name = encodeURIComponent(handle.replace(/^@/, ''));
  const path = `/2/users/by/username/${name}?user.fields=receives_your_dm,connection_status`;
  const found = await call(asking, 'GET', path);
  const person = one.safeParse(found.body).data?.data;
  yield { question: 'The test person', answer: person ? JSON.stringify(person) : failureOf(found) };
  if (!person) return;
  const begun = asking.now();
  const conversation = `/2/dm_conversations/with/${String(person.id)}`;
  const body = { text: testText };
  const sent = await call(asking, 'POST', `${conversation}/messages`, { body });
  yield {
    question: isGood(sent) ? 'The answer to a message' : 'The refusal of a message',
    answer: isGood(sent) ? JSON.stringify(sent.body) : failureOf(sent),
  };
  if (!isGood(sent)) return;
  const events = `${conversation}/dm_events?max_results=5&${eventFields}`;
  const own = await lagOf(asking, { path: events, begun, isFrom: (id) => id === asking.ownId });
  yield { question: 'How late the conversation shows a message', answer: own.lag };
  yield { question: 'How X shows its text', answer: String(own.found?.text ?? '') };
  const reply = await lagOf(asking, { path: events, begun, isFrom: (id) => id !== asking.ownId });
  yield { question: 'Is the answer of the test person listed', answer: reply.lag };
  if (!reply.found)
    yield {
      question: 'If the test person has answered',
      answer: 'X keeps the answer in its encrypted chat: set up webhooks to hear of such ones',
    };
}

/** Looks until a message since `begun` is there. Returns it, and how long it took in words. */
async function lagOf(
  asking: Asking,
  { path, begun, isFrom }: { path: string; begun: number; isFrom: (id: unknown) => boolean },
): Promise<{ lag: string; found: Row | undefined }> {
  const { wait, now } = asking;
  for (let time = 0; time < looks.times; time += 1) {
    const answer = await call(asking, 'GET', path);
    const rows = list.safeParse(answer.body).data?.data ?? [];
    const found = rows.find(
      ({ sender_id, created_at }) =>
        isFrom(sender_id) && Date.parse(String(created_at)) >= begun - looks.everyMs,
    );
    if (found) return { lag: `after ${Math.round((now() - begun) / 1000)} s`, found };
    await wait(looks.everyMs);
  }
  return { lag: `not within ${(looks.times * looks.everyMs) / 60_000} minutes`, found: undefined };
}
