import { dmRoutes } from './dms.ts';
import { serve } from './http.ts';
import { decide, grant, oauthRoutes } from './oauth.ts';
import { addEvent, type Fault, nextId, type State, type User, userNamed } from './state.ts';

type Options = {
  now: () => Date;
  publicUrl?: string;
  /** null: a public client, which has none. */
  clientSecret?: string | null;
};

/**
 * A server that stands in for X and its API v2, after its documentation: the token endpoint of
 * OAuth 2.0 with PKCE, users, direct messages and their events. Nothing moves by itself: people do
 * what a test has them do.
 */
export async function startX({
  now,
  publicUrl = 'http://postrider.test',
  clientSecret = 'x-secret',
}: Options) {
  const app = { clientId: 'x-client', clientSecret, redirectUri: `${publicUrl}/x/callback` };
  const lists = { users: [], events: [], codes: [], grants: [], faults: [], calls: [] };
  const state: State = { now, app, ...lists, limits: new Map(), windows: new Map(), serial: 0 };
  const { url, stop } = await serve(state, [...oauthRoutes, ...dmRoutes]);
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
    ...createPeople(state),
    ...createOwners(state),
    addFault: (fault: Fault) => void state.faults.push(fault),
    /** Calls of a route so far. */
    calls: (route: string) => state.calls.filter((call) => call.route === route).length,
  };
}

/** What people on X do. */
function createPeople(state: State) {
  const named = (username: string) => userNamed(state, username);
  return {
    addUser(username: string, options: Partial<Omit<User, 'username'>> = {}): User {
      const user = { id: nextId(state), username, name: username, closed: false, ...options };
      state.users.push(user);
      return user;
    },
    /** Writes to somebody, from X itself. */
    write: (from: string, to: string, text: string) =>
      addEvent(state, named(from), named(to), text),
    /** Texts of a conversation, those of the first marked. */
    conversation(own: string, other: string): string[] {
      const pair = [named(own).id, named(other).id];
      const theirs = state.events.filter(
        ({ from, to }) => pair.includes(from) && pair.includes(to),
      );
      return theirs.map(({ from, text }) => (from === pair[0] ? `> ${text}` : text));
    },
  };
}

/** What the owners of accounts do. */
function createOwners(state: State) {
  const drop = (username: string) => {
    const { id } = userNamed(state, username);
    state.grants = state.grants.filter(({ userId }) => userId !== id);
  };
  return {
    /** Allow the app on the page of consent: where X then sends their browser. */
    allow: (url: string, username: string) => decide(state, url, username, true),
    deny: (url: string, username: string) => decide(state, url, username, false),
    /** Tokens as a login would have given them. */
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
    /** Take all access back, in X's settings. */
    revoke: drop,
    /** Lets the access tokens of somebody run out; their refresh tokens stay good. */
    expire(username: string) {
      const { id } = userNamed(state, username);
      for (const one of state.grants) if (one.userId === id) one.expiresAt = 0;
    },
  };
}
