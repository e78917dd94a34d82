import { dmRoutes } from './dms.ts';
import { serve } from './http.ts';
import { decide, grant, oauthRoutes } from './oauth.ts';
import { addEvent, type Mishap, nextId, type User, userNamed, type World } from './state.ts';

type Wish = {
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
}: Wish) {
  const app = { clientId: 'x-client', clientSecret, redirectUri: `${publicUrl}/x/callback` };
  const lists = { users: [], events: [], codes: [], grants: [], mishaps: [], calls: [] };
  const world: World = { now, app, ...lists, limits: new Map(), windows: new Map(), serial: 0 };
  const { url, stop } = await serve(world, [...oauthRoutes, ...dmRoutes]);
  const secret = clientSecret === null ? {} : { POSTRIDER_X_CLIENT_SECRET: clientSecret };
  return {
    url,
    world,
    stop,
    env: {
      POSTRIDER_X_API_URL: url,
      POSTRIDER_X_CLIENT_ID: app.clientId,
      POSTRIDER_PUBLIC_URL: publicUrl,
      ...secret,
    },
    ...createPeople(world),
    ...createOwners(world),
    mishap: (mishap: Mishap) => void world.mishaps.push(mishap),
    /** Calls of a route so far. */
    calls: (route: string) => world.calls.filter((call) => call.route === route).length,
  };
}

/** What people on X do. */
function createPeople(world: World) {
  const named = (username: string) => userNamed(world, username);
  return {
    addUser(username: string, wish: Partial<Omit<User, 'username'>> = {}): User {
      const user = { id: nextId(world), username, name: username, closed: false, ...wish };
      world.users.push(user);
      return user;
    },
    /** Writes to somebody, from X itself. */
    write: (from: string, to: string, text: string) =>
      addEvent(world, named(from), named(to), text),
    /** Texts of a conversation, those of the first marked. */
    conversation(own: string, other: string): string[] {
      const pair = [named(own).id, named(other).id];
      const theirs = world.events.filter(
        ({ from, to }) => pair.includes(from) && pair.includes(to),
      );
      return theirs.map(({ from, text }) => (from === pair[0] ? `> ${text}` : text));
    },
  };
}

/** What the owners of accounts do. */
function createOwners(world: World) {
  const drop = (username: string) => {
    const { id } = userNamed(world, username);
    world.grants = world.grants.filter(({ userId }) => userId !== id);
  };
  return {
    /** Allow the app on the page of consent: where X then sends their browser. */
    allow: (url: string, username: string) => decide(world, url, username, true),
    deny: (url: string, username: string) => decide(world, url, username, false),
    /** Tokens as a login would have given them. */
    login(username: string) {
      const { body } = grant(
        world,
        userNamed(world, username).id,
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
      const { id } = userNamed(world, username);
      for (const one of world.grants) if (one.userId === id) one.expiresAt = 0;
    },
  };
}
