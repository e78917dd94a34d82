import { z } from 'zod';
import { type Ask, problem, type Reply, type Route } from './http.ts';
import { addEvent, charge, type DmEvent, type State, type User } from './state.ts';

const shownMs = 30 * 86_400_000;
const invalid = 'https://api.twitter.com/2/problems/invalid-request';
const notFound = 'https://api.twitter.com/2/problems/resource-not-found';

function send({ state, params, body }: Ask, from: User): Reply {
  const { data } = z.object({ text: z.string().min(1).max(10_000) }).safeParse(JSON.parse(body));
  if (!data)
    return problem(
      400,
      'Invalid Request',
      'One or more parameters to your request was invalid.',
      invalid,
    );
  const to = state.users.find((one) => one.id === params[0]);
  if (!to)
    return problem(400, 'Invalid Request', 'One or more participants could not be found.', invalid);
  if (to.suspended) return refuse(state, 63, 'User has been suspended.');
  if (to.closed)
    return refuse(state, 349, 'You do not have permission to DM one or more participants.');
  const { id, conversation } = addEvent(state, from, to, data.text);
  charge(state, 'sent', [id]);
  return { status: 201, body: { data: { dm_conversation_id: conversation, dm_event_id: id } } };
}

/** A message that X does not let through, as a problem or in the older form. */
const refuse = ({ hasOldErrors }: State, code: number, message: string): Reply =>
  hasOldErrors
    ? { status: 400, body: { errors: [{ code, message }] } }
    : problem(403, 'Forbidden', message);

const questions = z.object({
  event_types: z.literal('MessageCreate').optional(),
  max_results: z.coerce.number().int().min(1).max(100).default(100),
  pagination_token: z
    .string()
    .regex(/^after-\d+$/)
    .optional(),
  'dm_event.fields': z.string().default(''),
  expansions: z.string().default(''),
  'user.fields': z.string().default(''),
});

/** One page of events, the newest first, with the requested fields only. */
function page({ state, query }: Ask, events: readonly DmEvent[]): Reply {
  const { data: asked } = questions.safeParse(Object.fromEntries(query));
  if (!asked)
    return problem(
      400,
      'Invalid Request',
      'One or more parameters to your request was invalid.',
      invalid,
    );
  const shown = events
    .filter(({ at }) => {
      const ageMs = state.now().getTime() - at.getTime();
      return ageMs >= state.listLagMs && ageMs < shownMs;
    })
    .toReversed();
  const from = asked.pagination_token
    ? shown.findIndex(({ id }) => `after-${id}` === asked.pagination_token) + 1
    : 0;
  const some = shown.slice(from, from + asked.max_results);
  const more = from + some.length < shown.length;
  const fields = asked['dm_event.fields'].split(',');
  const meta = {
    result_count: some.length,
    ...(more ? { next_token: `after-${some.at(-1)!.id}` } : {}),
  };
  const data = some.map((event) => onWire(event, fields));
  const users = asked.expansions.split(',').includes('sender_id')
    ? state.users.filter(({ id }) => some.some((event) => event.from === id))
    : [];
  const ids = (shown: readonly { id: string }[]) => shown.map(({ id }) => id);
  charge(state, 'event', ids(some));
  charge(state, 'user', ids(users));
  const includes = { users: users.map(({ id, name, username }) => ({ id, name, username })) };
  return { status: 200, body: { ...(some.length > 0 ? { data, includes } : {}), meta } };
}

function onWire(
  { id, text, from, conversation, at }: DmEvent,
  fields: readonly string[],
): Record<string, string> {
  const optional = {
    sender_id: from,
    dm_conversation_id: conversation,
    created_at: at.toISOString(),
  };
  return {
    id,
    event_type: 'MessageCreate',
    text,
    ...Object.fromEntries(Object.entries(optional).filter(([field]) => fields.includes(field))),
  };
}

const isOf = (user: User) => (event: DmEvent) => event.from === user.id || event.to === user.id;

function readAll(ask: Ask, user: User): Reply {
  return page(ask, ask.state.events.filter(isOf(user)));
}

function readWith(ask: Ask, user: User): Reply {
  const other = ask.state.users.find((one) => one.id === ask.params[0]);
  return page(ask, other ? ask.state.events.filter(isOf(user)).filter(isOf(other)) : []);
}

/** A user with the fields that were asked for. */
function shownUser({ state, query }: Ask, { id, name, username, closed }: User): Reply {
  charge(state, 'user', [id]);
  const asked = (query.get('user.fields') ?? '').split(',');
  const open = asked.includes('receives_your_dm') ? { receives_your_dm: !closed } : {};
  return { status: 200, body: { data: { id, name, username, ...open } } };
}

function lookUp(ask: Ask): Reply {
  const { state, params } = ask;
  const name = decodeURIComponent(params[0]!);
  if (!/^\w{1,15}$/.test(name))
    return problem(
      400,
      'Invalid Request',
      `The \`username\` query parameter value [${name}] does not match ^[A-Za-z0-9_]{1,15}$`,
      invalid,
    );
  const user = byName(state, name);
  if (user) return shownUser(ask, user);
  const detail = `Could not find user with username: [${name}].`;
  const error = {
    value: name,
    detail,
    title: 'Not Found Error',
    resource_type: 'user',
    parameter: 'username',
    resource_id: name,
    type: notFound,
  };
  return { status: 200, body: { errors: [error] } };
}

/** Users by at most 100 names, with the fields that were asked for. */
function lookUpNames({ state, query }: Ask): Reply {
  const names = (query.get('usernames') ?? '').split(',');
  if (names.length > 100 || names.some((name) => !/^\w{1,15}$/.test(name)))
    return problem(400, 'Invalid Request', 'The `usernames` parameter is not valid.', invalid);
  const asked = (query.get('user.fields') ?? '').split(',');
  const users = names.flatMap((name) => byName(state, name) ?? []).filter((one) => !one.suspended);
  const ids = users.map(({ id }) => id);
  charge(state, 'user', ids);
  const data = users.map(({ id, name, username, closed, bio }) => {
    const more = {
      receives_your_dm: !closed,
      description: bio ?? '',
      public_metrics: { followers_count: 12, following_count: 3, tweet_count: 4 },
    };
    const shown = Object.entries(more).filter(([field]) => asked.includes(field));
    return { id, name, username, ...Object.fromEntries(shown) };
  });
  const errors = names
    .filter((name) => !users.some(({ username }) => username.toLowerCase() === name.toLowerCase()))
    .map((value) => ({ value, title: 'Not Found Error', type: notFound }));
  const found = data.length > 0 ? { data } : {};
  return { status: 200, body: { ...found, ...(errors.length > 0 ? { errors } : {}) } };
}

/** Users by at most 100 ids. Those that X does not know are left out. */
function lookUpAll({ state, query }: Ask): Reply {
  const ids = (query.get('ids') ?? '').split(',');
  if (ids.length > 100 || ids.some((id) => !/^\d{1,19}$/.test(id)))
    return problem(400, 'Invalid Request', 'The `ids` query parameter is not valid.', invalid);
  const users = state.users.filter(({ id }) => ids.includes(id));
  charge(
    state,
    'user',
    users.map(({ id }) => id),
  );
  const data = users.map(({ id, name, username }) => ({ id, name, username }));
  return { status: 200, body: data.length > 0 ? { data } : { errors: [{ title: 'Not Found' }] } };
}

const byName = ({ users }: State, name: string) =>
  users.find(({ username }) => username.toLowerCase() === name.toLowerCase());

export const dmRoutes: Route[] = [
  {
    name: 'me',
    method: 'GET',
    path: /^\/2\/users\/me$/,
    login: true,
    answer: shownUser,
  },
  {
    name: 'user',
    method: 'GET',
    path: /^\/2\/users\/by\/username\/([^/]+)$/,
    login: true,
    answer: lookUp,
  },
  { name: 'names', method: 'GET', path: /^\/2\/users\/by$/, login: true, answer: lookUpNames },
  { name: 'users', method: 'GET', path: /^\/2\/users$/, login: true, answer: lookUpAll },
  {
    name: 'send',
    method: 'POST',
    path: /^\/2\/dm_conversations\/with\/(\d+)\/messages$/,
    login: true,
    answer: send,
  },
  {
    name: 'conversation',
    method: 'GET',
    path: /^\/2\/dm_conversations\/with\/(\d+)\/dm_events$/,
    login: true,
    answer: readWith,
  },
  { name: 'events', method: 'GET', path: /^\/2\/dm_events$/, login: true, answer: readAll },
];
