import { dmRoutes } from './dms.ts';
import { serve } from './http.ts';
import { decide, grant, oauthRoutes } from './oauth.ts';
import { addEvent, type Fault, nextId, type State, type User, userNamed } from './state.ts';
import { announce, chatPayload, deliver, payloadOf, webhookRoutes } from './webhooks.ts';

type Options = {
  now: () => Date;
  publicUrl?: string;
  /** null for a public client. */
  clientSecret?: string | null;
};

/**
 * A server that stands in for X and its API v2, after its documentation: the token endpoint of
 * OAuth 2.0 with PKCE, users, direct messages and their events. Nothing moves by itself: people act
 * when a test calls them.
 */
export async function startX({
  now,
  publicUrl = 'http://postrider.test',
  clientSecret = 'x-secret',
}: Options) {
  const app = {
    clientId: 'x-client',
    clientSecret,
    redirectUri: `${publicUrl}/x/callback`,
    consumerSecret: 'x-consumer-secret',
    bearer: 'x-app-token',
  };
  const lists = { users: [], events: [], codes: [], grants: [], faults: [], calls: [] };
  const hooks = {
    webhooks: [],
    subscriptions: [],
    outbox: [],
    reach: (address: string) => address,
  };
  const state: State = {
    now,
    app,
    ...lists,
    ...hooks,
    limits: new Map(),
    bill: new Map(),
    windows: new Map(),
    hasOldErrors: false,
    listLagMs: 0,
    serial: 0,
  };
  const { url, stop } = await serve(state, [...oauthRoutes, ...dmRoutes, ...webhookRoutes]);
  const secret = clientSecret === null ? {} : { POSTRIDER_X_CLIENT_SECRET: clientSecret };
  return {
    url,
    state,
    stop,
    env: {
      POSTRIDER_X_API_URL: url,
      POSTRIDER_X_CLIENT_ID: app.clientId,
      POSTRIDER_PUBLIC_URL: publicUrl,
      ...secret,
    },
    /** The settings that turn webhooks on; the public address must be of https. */
    hookEnv: {
      POSTRIDER_X_CONSUMER_SECRET: app.consumerSecret,
      POSTRIDER_X_BEARER_TOKEN: app.bearer,
    },
    ...createPeople(state),
    ...createOwners(state),
    /** Delivers the events that webhooks wait for. Returns the statuses of the answers. */
    deliver: () => deliver(state),
    addFault: (fault: Fault) => void state.faults.push(fault),
    /** The sum of the bill so far, in dollars. */
    billed: () => [...state.bill.values()].reduce((sum, price) => sum + price, 0),
    /** Calls of a route so far. */
    calls: (route: string) => state.calls.filter((call) => call.route === route).length,
  };
}

/** Actions of people on X. */
function createPeople(state: State) {
  const named = (username: string) => userNamed(state, username);
  return {
    addUser(username: string, options: Partial<Omit<User, 'username'>> = {}): User {
      const open = { closed: false, suspended: false };
      const user = { id: nextId(state), username, name: username, ...open, ...options };
      state.users.push(user);
      return user;
    },
    /** Writes a direct message, from X itself. */
    write(from: string, to: string, text: string) {
      const event = addEvent(state, named(from), named(to), text);
      announce(state, 'dm.received', event.to, payloadOf(state, event));
      return event;
    },
    /** Writes in X's encrypted chat, which the lists of direct messages never show. */
    writeInChat: (from: string, to: string, group?: string) =>
      announce(
        state,
        'chat.received',
        named(to).id,
        chatPayload(state, named(from), named(to), group),
      ),
    /** Texts of a conversation; those of the first user begin with `> `. */
    conversation(own: string, other: string): string[] {
      const pair = [named(own).id, named(other).id];
      const theirs = state.events.filter(
        ({ from, to }) => pair.includes(from) && pair.includes(to),
      );
      return theirs.map(({ from, text }) => (from === pair[0] ? `> ${text}` : text));
    },
  };
}

/** Actions of the owners of accounts. */
function createOwners(state: State) {
  const drop = (username: string) => {
    const { id } = userNamed(state, username);
    state.grants = state.grants.filter(({ userId }) => userId !== id);
  };
  return {
    /** Allows the app on the page of consent. Returns the URL to which X sends the browser. */
    allow: (url: string, username: string) => decide(state, url, username, true),
    deny: (url: string, username: string) => decide(state, url, username, false),
    /** Tokens as a login gives them. */
    login(username: string) {
      const { body } = grant(
        state,
        userNamed(state, username).id,
        'tweet.read users.read dm.read dm.write offline.access',
      );
      const { access_token, refresh_token } = body as {
        access_token: string;
        refresh_token: string;
      };
      return { access_token, refresh_token };
    },
    /** Revokes all access, in X's settings. */
    revoke: drop,
    /** Expires a user's access tokens; the refresh tokens stay valid. */
    expire(username: string) {
      const { id } = userNamed(state, username);
      for (const one of state.grants) if (one.userId === id) one.expiresAt = 0;
    },
  };
}
