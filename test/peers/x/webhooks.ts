import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Ask, problem, type Reply, type Route } from './http.ts';
import { charge, type DmEvent, nextId, type State, type User, type Webhook } from './state.ts';

/** Events that only the account's own login can subscribe to, among those that are here. */
const privateEvents = ['dm.received', 'dm.sent', 'chat.received', 'chat.sent'];
/** Events without a price (docs.x.com, Pricing, Webhook events). */
const freeEvents = ['dm.sent', 'chat.sent'];
const maxSubscriptions = 1_500;

const sign = ({ app }: State, text: string) =>
  `sha256=${createHmac('sha256', app.consumerSecret).update(text).digest('base64')}`;

const refuse = (reason: string, detail: string): Reply =>
  problem(400, reason, `${reason}: ${detail}`);

/** The challenge-response check: the receiver proves that it knows the app's secret. */
async function passesCheck(state: State, { url }: Webhook): Promise<boolean> {
  const token = randomBytes(24).toString('base64url');
  const target = `${state.reach(url)}?crc_token=${token}`;
  const answer = await fetch(target, { redirect: 'manual' }).catch(() => null);
  if (answer?.status !== 200) throw new Error('unreachable');
  const body = (await answer.json().catch(() => null)) as { response_token?: string } | null;
  return body?.response_token === sign(state, token);
}

async function create({ state, body }: Ask): Promise<Reply> {
  const { data } = z.object({ url: z.url().max(200) }).safeParse(JSON.parse(body));
  const url = data && new URL(data.url);
  if (url?.protocol !== 'https:' || url.port !== '')
    return refuse('UrlValidationFailed', 'The callback URL does not meet the requirements.');
  if (state.webhooks.some((one) => one.url === url.href))
    return refuse('DuplicateUrlFailed', 'A webhook is already registered for this URL.');
  const createdAt = state.now().toISOString();
  const webhook = { id: nextId(state), url: url.href, valid: true, created_at: createdAt };
  const passed = await passesCheck(state, webhook).catch(() => false);
  if (!passed) return refuse('CrcValidationFailed', 'The callback URL did not respond correctly.');
  state.webhooks.push(webhook);
  return { status: 200, body: { data: webhook } };
}

const list = ({ state }: Ask): Reply => ({
  status: 200,
  body: { data: state.webhooks, meta: { result_count: state.webhooks.length } },
});

async function validate({ state, params }: Ask): Promise<Reply> {
  const webhook = state.webhooks.find(({ id }) => id === params[0]);
  if (!webhook) return refuse('WebhookIdInvalid', 'The webhook was not found.');
  try {
    webhook.valid = await passesCheck(state, webhook);
  } catch {
    return refuse('CrcValidationFailed', 'The callback URL did not respond.');
  }
  return { status: 200, body: { data: { valid: webhook.valid } } };
}

const subscription = z.object({
  event_type: z.string(),
  filter: z.object({ user_id: z.string() }),
  tag: z.string().max(200).optional(),
  webhook_id: z.string().optional(),
});

function subscribe({ state, body }: Ask, user: User | null): Reply {
  const { data } = subscription.safeParse(JSON.parse(body));
  if (!data) return problem(400, 'Invalid Request', 'The subscription is not valid.');
  const { event_type, filter, webhook_id } = data;
  if (privateEvents.includes(event_type) && user?.id !== filter.user_id)
    return problem(403, 'Forbidden', 'Private events need the authorization of their user.');
  const isKnown = (one: State['subscriptions'][number]) =>
    one.event_type === event_type && one.filter.user_id === filter.user_id;
  if (state.subscriptions.some(isKnown))
    return refuse('DuplicateSubscriptionFailed', 'Subscription already exists.');
  if (state.subscriptions.length >= maxSubscriptions)
    return problem(403, 'Forbidden', 'The maximum number of subscriptions is reached.');
  if (webhook_id !== undefined && !state.webhooks.some(({ id }) => id === webhook_id))
    return refuse('WebhookIdInvalid', 'The webhook was not found.');
  const at = state.now().toISOString();
  const made = { ...data, subscription_id: nextId(state), created_at: at, updated_at: at };
  state.subscriptions.push(made);
  const meta = { total_subscriptions: state.subscriptions.length };
  return { status: 200, body: { data: { subscription: made }, meta } };
}

function move({ state, params, body }: Ask): Reply {
  const { webhook_id } = JSON.parse(body) as { webhook_id: string };
  const known = state.subscriptions.find(({ subscription_id: id }) => id === params[0]);
  if (!known) return problem(404, 'Not Found', 'There is no such subscription.');
  known.webhook_id = webhook_id;
  return { status: 200, body: { data: known } };
}

function listSubscriptions({ state, query }: Ask): Reply {
  const size = Number(query.get('max_results') ?? 100);
  const from = Number(/^page-(\d+)-{16}$/.exec(query.get('pagination_token') ?? '')?.[1] ?? 0);
  const data = state.subscriptions.slice(from, from + size);
  const next = from + size < state.subscriptions.length;
  const token = next ? { next_token: `page-${from + size}${'-'.repeat(16)}` } : {};
  return { status: 200, body: { data, meta: { result_count: data.length, ...token } } };
}

/** Queues an event for the account, if there is a subscription for it. */
export function announce(state: State, kind: string, userId: string, payload: object): void {
  const wanted = state.subscriptions.find(
    ({ event_type, filter }) => event_type === kind && filter.user_id === userId,
  );
  const webhook = state.webhooks.find(({ id, valid }) => valid && id === wanted?.webhook_id);
  if (!wanted || !webhook) return;
  const { filter, tag } = wanted;
  const data = { event_uuid: nextId(state), filter, event_type: kind, tag, payload };
  state.outbox.push({ url: webhook.url, body: JSON.stringify({ data }), kind });
}

/** The payload of `dm.received` and `dm.sent` (docs.x.com, Event payloads). */
export function payloadOf({ users }: State, { id, from, to, text, at }: DmEvent): object {
  const shown = users.filter((user) => [from, to].includes(user.id));
  return {
    direct_message_events: [
      {
        type: 'message_create',
        id,
        created_timestamp: String(at.getTime()),
        message_create: {
          target: { recipient_id: to },
          sender_id: from,
          message_data: { text, entities: { urls: [] } },
        },
      },
    ],
    users: Object.fromEntries(
      shown.map((user) => [
        user.id,
        { data: { id: user.id, username: user.username, name: user.name } },
      ]),
    ),
  };
}

/** The payload of `chat.received`: who and where in clear, the words encrypted. */
export function chatPayload(state: State, from: User, to: User, group?: string): object {
  return {
    conversation_token: 'eyJhbGciOiJIUzI1NiJ9',
    id: randomUUID(),
    created_at_msec: String(state.now().getTime()),
    sender_id: from.id,
    conversation_id: group ?? `${from.id}:${to.id}`,
    conversation_key_version: '1768236281331',
    encoded_event: randomBytes(60).toString('base64'),
  };
}

/**
 * Delivers the queued events. Returns the statuses of the answers; 0 for none. Events that nobody
 * took are gone: X documents no second try for self-serve apps.
 */
export async function deliver(state: State): Promise<number[]> {
  const statuses: number[] = [];
  for (const { url, body, kind } of state.outbox.splice(0)) {
    const headers = {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': sign(state, body),
    };
    const answer = await fetch(state.reach(url), { method: 'POST', headers, body }).catch(
      () => null,
    );
    if (answer?.status === 200 && !freeEvents.includes(kind))
      charge(state, 'event', [`delivered ${nextId(state)}`]);
    statuses.push(answer?.status ?? 0);
  }
  return statuses;
}

export const webhookRoutes: Route[] = [
  { name: 'hooks', method: 'GET', path: /^\/2\/webhooks$/, login: 'app', answer: list },
  { name: 'hook', method: 'POST', path: /^\/2\/webhooks$/, login: 'app', answer: create },
  { name: 'probe', method: 'PUT', path: /^\/2\/webhooks\/(\d+)$/, login: 'app', answer: validate },
  {
    name: 'subscriptions',
    method: 'GET',
    path: /^\/2\/activity\/subscriptions$/,
    login: 'app',
    answer: listSubscriptions,
  },
  {
    name: 'move',
    method: 'PUT',
    path: /^\/2\/activity\/subscriptions\/(\d+)$/,
    login: 'app',
    answer: move,
  },
  {
    name: 'subscribe',
    method: 'POST',
    path: /^\/2\/activity\/subscriptions$/,
    login: 'either',
    answer: subscribe,
  },
];
