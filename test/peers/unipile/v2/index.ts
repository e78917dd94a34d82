import { textOf, writeInChat, writeToMember } from '../chats.ts';
import { type Asked, type Face, liveSeatOf, Refusal, type Route, writingSeatOf } from '../http.ts';
import { nextId, type Seat, type State } from '../state.ts';
import {
  inviteMember,
  likePost,
  memberOf,
  postsOf,
  relationsOf,
  sentBy,
  withdrawFrom,
} from '../users.ts';
import { announceStatus } from '../webhooks.ts';
import { betaEvents, currentEvents } from './events.ts';
import {
  accountV2,
  chatIdV2,
  chatV2,
  idV2,
  listed,
  messageV2,
  profileV2,
  relationV2,
  userV2,
} from './wire.ts';

/** The seat of the path. @throws Refusal when there is none, or its session is over */
function seatIn({ state, params }: Asked, isWrite = false): Seat {
  const seat = state.seats.find((one) => idV2(one) === params[0]);
  if (!seat) throw new Refusal(404, 'api/resource_not_found', 'Account not found');
  return (isWrite ? writingSeatOf : liveSeatOf)(state, seat.id);
}

/** The conversation of the path. @throws Refusal: an id of another form is refused as such */
function chatIn({ state, params }: Asked, seat: Seat) {
  if (!/^2-.*==$/.test(params[1] ?? ''))
    throw new Refusal(400, 'provider/invalid_parameters', 'Invalid chat id');
  const chat = state.chats.find((one) => one.seatId === seat.id && chatIdV2(one) === params[1]);
  if (!chat) throw new Refusal(404, 'provider/resource_not_found', 'Chat not found');
  return chat;
}

/** One page of a list of LinkedIn, by its offset. */
function page(items: readonly unknown[], { offset = '0', limit = '20' }: Record<string, string>) {
  const from = Number(offset);
  const data = items.slice(from, from + Number(limit));
  return { body: { data, total_count: items.length, next_cursor: null } };
}

const accountRoutes: Route[] = [
  {
    on: 'GET /accounts/',
    run: ({ state, query }) => ({
      body: {
        object: 'AccountList',
        ...page(state.seats.map(accountV2), query).body,
        has_more: false,
      },
    }),
  },
  {
    on: 'GET /accounts/{id}',
    run: ({ state, params }) => ({ body: accountV2(accountIn(state, params[0])) }),
  },
  {
    on: 'DELETE /accounts/{id}',
    run({ state, params }) {
      const seat = accountIn(state, params[0]);
      state.seats.splice(state.seats.indexOf(seat), 1);
      announceStatus(state, seat, 'DELETED');
      return { body: { object: 'AccountDeleted' } };
    },
  },
  {
    on: 'POST /auth/link',
    run({ state, body }) {
      const { account_id, providers, expires_on, redirect_uri, state: name } = body;
      if (!redirect_uri || !(account_id || Array.isArray(providers)))
        throw new Refusal(400, 'api/invalid_parameters', 'redirect_uri and providers');
      const seat = account_id ? accountIn(state, account_id) : null;
      const url = `https://auth.unipile.test/${nextId(state, 'link-')}`;
      const link = {
        type: seat ? ('reconnect' as const) : ('create' as const),
        providers: ['LINKEDIN'],
        api_url: '',
        expiresOn: String(expires_on),
        name: String(name),
        ...(seat ? { reconnect_account: seat.id } : {}),
      };
      state.links.push({ url, body: link, used: false, isV2: true });
      return { status: 200, body: { object: 'AuthLink', link: url } };
    },
  },
];

function accountIn(state: State, id: unknown): Seat {
  const seat = state.seats.find((one) => idV2(one) === id);
  if (!seat) throw new Refusal(404, 'api/resource_not_found', 'Account not found');
  return seat;
}

const webhookRoutes: Route[] = [
  {
    on: 'GET /webhooks/endpoints/',
    run: ({ state }) => ({ body: { object: 'WebhookEndpointList', data: state.endpoints } }),
  },
  {
    on: 'POST /webhooks/endpoints/',
    run({ state, body }) {
      const events = body.trigger_events as string[];
      const known = state.namesOfBeta ? betaEvents : currentEvents;
      if (!body.url || !events?.every((one) => known.includes(one)))
        throw new Refusal(400, 'api/invalid_parameters', 'trigger_events');
      const endpoint = {
        id: nextId(state, 'whe_'),
        url: String(body.url),
        description: String(body.description ?? ''),
        trigger_events: events,
        secret: nextId(state, 'whsec_'),
        enabled: true,
      };
      state.endpoints.push(endpoint);
      return { body: { object: 'WebhookEndpoint', ...endpoint } };
    },
  },
  {
    on: 'DELETE /webhooks/endpoints/{id}',
    run({ state, params }) {
      const at = state.endpoints.findIndex(({ id }) => id === params[0]);
      if (at < 0) throw new Refusal(404, 'api/resource_not_found');
      state.endpoints.splice(at, 1);
      return { body: { object: 'WebhookEndpointDeleted' } };
    },
  },
];

const userRoutes: Route[] = [
  {
    on: 'POST /{account}/users/me/relation-requests',
    run(asked) {
      const { state, body } = asked;
      const invitation = inviteMember(state, seatIn(asked, true), {
        personId: body.user_id,
        note: (body.message as string | undefined) ?? null,
        email: undefined,
      });
      const { member, id, at, note } = invitation;
      const user = userV2(member);
      const more = { created_at: at.toISOString(), ...(note ? { message: note } : {}) };
      const own = state.otherIds === null ? id : `urn:li:invitation:${id}`;
      return { body: { object: 'UserRelationRequest', type: 'sent', id: own, user, ...more } };
    },
  },
  {
    on: 'GET /{account}/users/me/relation-requests',
    run(asked) {
      const sent = sentBy(asked.state, seatIn(asked)).map(({ id, member, at }) => ({
        object: 'UserRelationRequest',
        type: 'sent',
        id,
        user: userV2(member),
        created_at: at.toISOString(),
      }));
      return page(asked.query.type === 'sent' ? sent : [], asked.query);
    },
  },
  {
    on: 'POST /{account}/users/me/relation-requests/{id}/cancel',
    run(asked) {
      withdrawFrom(asked.state, seatIn(asked, true), asked.params[1]);
      return { body: { object: 'UserRelationRequestCanceled' } };
    },
  },
  {
    on: 'GET /{account}/users/me/relations',
    run(asked) {
      const seat = seatIn(asked);
      const relations = relationsOf(asked.state, seat).map(({ member, at }) => ({
        ...relationV2(seat, member),
        created_at: at.toISOString(),
      }));
      return page(relations, asked.query);
    },
  },
  {
    on: 'POST /{account}/users/me/follow/{user}',
    run(asked) {
      const seat = seatIn(asked, true);
      const { slug } = memberOf(asked.state, asked.params[1]);
      if (!seat.follows.includes(slug)) seat.follows.push(slug);
      return { body: { object: 'UserFollowed' } };
    },
  },
  {
    on: 'POST /{account}/users/visit-profile',
    run(asked) {
      const slug = /^visit (.+)$/.exec(asked.query.token ?? '')?.[1];
      if (!slug) throw new Refusal(400, 'api/invalid_parameters', 'token');
      seatIn(asked, true).visits.push(slug);
      return { body: { object: 'UserProfileVisited' } };
    },
  },
  {
    on: 'GET /{account}/users/{user}/posts',
    run(asked) {
      seatIn(asked);
      const posts = postsOf(asked.state, memberOf(asked.state, asked.params[1]));
      return page(
        posts.map(({ id, at, isRepost }) => ({
          object: 'Post',
          id,
          created_at: at.toISOString(),
          is_repost: isRepost,
        })),
        asked.query,
      );
    },
  },
  {
    on: 'POST /{account}/posts/{post}/reactions',
    run(asked) {
      likePost(asked.state, seatIn(asked, true), asked.params[1]);
      return { body: { object: 'PostReactionAdded' } };
    },
  },
  {
    on: 'GET /{account}/users/{user}/chat',
    run(asked) {
      const seat = seatIn(asked);
      const member = memberOf(asked.state, asked.params[1]);
      const chats = asked.state.chats.filter(
        (one) => one.seatId === seat.id && one.member === member && !one.others,
      );
      return { body: { object: 'List', data: chats.map((one) => ({ chat_id: chatIdV2(one) })) } };
    },
  },
  {
    on: 'GET /{account}/users/{user}',
    run(asked) {
      const { state, params, query } = asked;
      const seat = seatIn(asked);
      const member = params[1] === 'me' ? seat.member : memberOf(state, params[1]);
      const byProduct = member.salesId !== undefined && params[1] === member.salesId;
      if (byProduct && !(seat.hasProducts && query.variant))
        throw new Refusal(403, 'provider/insufficient_permissions');
      const body = profileV2(state, seat, member);
      return { body: byProduct ? { ...body, id: member.salesId } : body };
    },
  },
  {
    on: 'GET /{account}/linkedin/inmail-credits',
    run(asked) {
      const { inmails } = seatIn(asked);
      const credits = inmails === null ? {} : { classic: inmails };
      return { body: { object: 'LinkedinInmailCredits', credits } };
    },
  },
];

const chatRoutes: Route[] = [
  {
    on: 'GET /{account}/inboxes',
    run(asked) {
      const { hasProducts } = seatIn(asked);
      const ids = ['CLASSIC_PRIMARY', 'CLASSIC_UNREAD', ...(hasProducts ? [sales] : [])];
      return { body: { object: 'InboxList', data: ids.map((id) => ({ id, disabled: false })) } };
    },
  },
  {
    on: 'GET /{account}/inboxes/{inbox}/chats',
    run(asked) {
      const { state, params, query } = asked;
      const seat = seatIn(asked);
      const chats = state.chats
        .filter((one) => one.seatId === seat.id && (one.isSales === true) === (params[1] === sales))
        .map((one) => chatV2(state, one))
        .filter((one) => one.last_message_timestamp !== undefined)
        .toSorted((a, b) => b.last_message_timestamp!.localeCompare(a.last_message_timestamp!));
      return page(chats, query);
    },
  },
  {
    on: 'POST /{account}/inboxes/{inbox}/chats/send',
    run(asked) {
      const { state, body } = asked;
      const classic = (body.specifics as { linkedin?: { classic?: { inmail?: boolean } } })
        ?.linkedin?.classic;
      const { id, chat } = writeToMember(state, seatIn(asked, true), {
        personId: [body.users_ids].flat()[0],
        text: textOf(body),
        subject: (body.name as string | undefined) ?? null,
        inmail: classic?.inmail === true,
      });
      return { body: { object: 'ChatStarted', chat_id: chatIdV2(chat), message_id: `2-${id}==` } };
    },
  },
  {
    on: 'GET /{account}/chats/{chat}',
    run: (asked) => ({ body: chatV2(asked.state, chatIn(asked, seatIn(asked))) }),
  },
  {
    on: 'GET /{account}/chats/{chat}/messages',
    run(asked) {
      const seat = seatIn(asked);
      const after = asked.query.after ? Date.parse(asked.query.after) : -Infinity;
      const messages = listed(asked.state, chatIn(asked, seat)).filter(
        ({ at }) => at.getTime() > after,
      );
      return page(
        messages.map((one) => messageV2(seat, one)),
        asked.query,
      );
    },
  },
  {
    on: 'POST /{account}/chats/{chat}/messages/send',
    run(asked) {
      const seat = seatIn(asked, true);
      const { id } = writeInChat(asked.state, seat, chatIn(asked, seat), textOf(asked.body));
      return { body: { object: 'MessageSent', message_id: `2-${id}==` } };
    },
  },
];
const sales = 'SALES_NAVIGATOR_PRIMARY';

const typeByStatus: Record<number, string> = {
  400: 'provider/invalid_parameters',
  403: 'provider/insufficient_permissions',
  404: 'provider/resource_not_found',
  422: 'provider/unprocessable_entity',
};

/** The error types of version 2 say who refuses, and little of why. */
function typeOf({ status, type }: Refusal): string {
  if (type.includes('/')) return type;
  if (type === 'missing_credentials') return 'api/missing_authorization';
  if (status === 401) return 'provider/invalid_authorization';
  return typeByStatus[status] ?? `provider/${type}`;
}

export const faceV2: Face = {
  prefix: '/v2',
  routes: [...accountRoutes, ...webhookRoutes, ...userRoutes, ...chatRoutes],
  cachedMs: 3_600_000,
  problemOf: (refusal) => ({
    object: 'Error',
    type: typeOf(refusal),
    status: refusal.status,
    title: 'Refused',
    detail: refusal.status === 422 ? 'Unprocessable entity' : refusal.message,
    req_id: 'req-1',
  }),
};
