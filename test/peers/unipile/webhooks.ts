import { Refusal, type Route } from './http.ts';
import {
  type ChatMessage,
  type Hook,
  idIn,
  type Member,
  nextId,
  type Seat,
  type State,
} from './state.ts';
import { announceEvent, eventOf, eventOfStatus, sign } from './v2/events.ts';
import { messageV2, relationV2 } from './v2/wire.ts';

/** Delays of the five tries after a failed delivery. */
const retriesMs = [1, 5, 30, 120, 480].map((minutes) => minutes * 60_000);

export const webhookRoutes: Route[] = [
  {
    on: 'POST /webhooks',
    run({ state, body }) {
      const { request_url, source, name, events, headers = [] } = body as Partial<Hook>;
      if (!request_url || !source) throw new Refusal(400, 'missing_parameters');
      const hook: Hook = {
        id: nextId(state, 'hook-'),
        request_url,
        source,
        headers,
        ...(name ? { name } : {}),
        ...(events ? { events } : {}),
      };
      state.hooks.push(hook);
      return { status: 201, body: { object: 'WebhookCreated', webhook_id: hook.id } };
    },
  },
  {
    on: 'GET /webhooks',
    run: ({ state }) => ({
      body: {
        object: 'WebhookList',
        items: state.hooks.map(({ source, ...hook }) => ({
          object: 'Webhook',
          enabled: true,
          ...hook,
          ...(state.namesSources ? { source } : {}),
        })),
        cursor: null,
      },
    }),
  },
  {
    on: 'DELETE /webhooks/{id}',
    run({ state, params }) {
      const at = state.hooks.findIndex(({ id }) => id === params[0]);
      if (at < 0) throw new Refusal(404, 'resource_not_found', 'Webhook not found');
      state.hooks.splice(at, 1);
      return { body: { object: 'WebhookDeleted' } };
    },
  },
];

function announce(state: State, source: keyof State['lagMs'], body: unknown): void {
  const dueAt = new Date(state.now().getTime() + state.lagMs[source]);
  for (const hook of state.hooks.filter((one) => one.source === source)) {
    const headers = Object.fromEntries(hook.headers.map(({ key, value }) => [key, value]));
    post(state, { url: hook.request_url, headers, body, dueAt });
  }
}

/** Queues a delivery to an address. */
export function post(
  state: State,
  {
    dueAt = state.now(),
    ...what
  }: {
    url: string;
    headers: Record<string, string>;
    body: unknown;
    secret?: string;
    dueAt?: Date;
  },
): void {
  for (let copy = state.stutters ? 2 : 1; copy > 0; copy -= 1)
    state.deliveries.push({ ...what, dueAt, tries: 0 });
}

/** Announces a message. The messaging webhook also carries the seat's own messages. */
export function announceMessage(state: State, seat: Seat, message: ChatMessage): void {
  const { id, chat, text, subject, own, inmail, at, kind, attachments = [] } = message;
  const attendee = (member: Member, provider: string) => ({
    attendee_id: `attendee-${provider}`,
    attendee_name: `${member.firstName} ${member.lastName}`,
    attendee_provider_id: provider,
    attendee_profile_url: `https://www.linkedin.com/in/${provider}/`,
    attendee_public_identifier: member.slug,
  });
  const person = (member: Member) => attendee(member, idIn(chat, member));
  announceEvent(state, 'messaging', eventOf(seat, 'message.new', messageV2(seat, message)));
  announce(state, 'messaging', {
    event: 'message_received',
    account_id: seat.id,
    account_type: 'LINKEDIN',
    account_info: { type: 'LINKEDIN', feature: 'classic', user_id: seat.member.id },
    chat_id: chat.id,
    message_id: id,
    message: text,
    subject,
    timestamp: at.toISOString(),
    is_sender: own && !seat.misflags,
    is_event: 0,
    is_group: chat.others !== undefined,
    message_type: kind ?? (inmail ? 'INMAIL' : 'MESSAGE'),
    sender: own ? attendee(seat.member, seat.member.id) : person(chat.member),
    attendees: [chat.member, ...(chat.others ?? [])].map(person),
    attachments,
  });
}

export function announceRelation(state: State, seat: Seat, member: Member): void {
  const user = {
    user_full_name: `${member.firstName} ${member.lastName}`,
    user_provider_id: member.id,
    user_public_identifier: member.slug,
  };
  const url = {
    user_profile_url: `https://www.linkedin.com/in/${member.slug}/`,
    user_picture_url: null,
  };
  const type = state.namesOfBeta ? 'relation.request.accept' : 'relation.new';
  announceEvent(state, 'users', eventOf(seat, type, relationV2(seat, member)));
  announce(state, 'users', {
    event: 'new_relation',
    account_id: seat.id,
    account_type: 'LINKEDIN',
    ...user,
    ...url,
  });
}

export function announceStatus(state: State, seat: Seat, message: string): void {
  const accountId = seat.id;
  const type = eventOfStatus[message];
  if (type) announceEvent(state, 'account_status', eventOf(seat, type, {}));
  announce(state, 'account_status', {
    AccountStatus: { account_id: accountId, account_type: 'LINKEDIN', message },
  });
}

/**
 * Makes the deliveries that are due, retries included. Returns the HTTP statuses; 0 for no answer.
 */
export async function deliver(state: State): Promise<number[]> {
  const statuses: number[] = [];
  for (;;) {
    const at = state.deliveries.findIndex(({ dueAt }) => dueAt <= state.now());
    if (at < 0) return statuses;
    const [delivery] = state.deliveries.splice(at, 1);
    const { url, headers, body, secret, tries } = delivery!;
    const text = JSON.stringify(body);
    const signature = secret ? { 'unipile-signature': sign(text, secret, state.now()) } : {};
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers, ...signature },
      body: text,
    };
    const status = await fetch(url, init).then(
      (response) => response.status,
      () => 0,
    );
    statuses.push(status);
    const wait = retriesMs[tries];
    const failed = status < 200 || status > 299;
    if (failed && wait)
      state.deliveries.push({
        ...delivery!,
        tries: tries + 1,
        dueAt: new Date(state.now().getTime() + wait),
      });
  }
}
