/**
 * A user of X. A `closed` one takes no messages from strangers, and a `suspended` one none at all;
 * X answers nothing else to its token.
 */
export type User = {
  id: string;
  username: string;
  name: string;
  closed: boolean;
  suspended: boolean;
  bio?: string;
};

export type DmEvent = {
  id: string;
  text: string;
  from: string;
  to: string;
  conversation: string;
  at: Date;
};

/**
 * A fault of the next call of a route, in place of its answer: before the call has its effect, or
 * after it with `after`.
 */
export type Fault = {
  route: string;
  after?: boolean;
  /** `drop` breaks the connection, `silence` never answers. */
  with: 'drop' | 'silence' | { status: number; body?: unknown; headers?: Record<string, string> };
};

export type Grant = { userId: string; access: string; refresh: string; expiresAt: number };
type Code = {
  code: string;
  userId: string;
  challenge: string;
  redirectUri: string;
  scope: string;
  expiresAt: number;
};

export type Webhook = { id: string; url: string; valid: boolean; created_at: string };
type Subscription = {
  subscription_id: string;
  event_type: string;
  filter: { user_id: string };
  tag?: string | undefined;
  webhook_id?: string | undefined;
};

export type State = {
  now: () => Date;
  app: {
    clientId: string;
    clientSecret: string | null;
    redirectUri: string;
    /** The API key's secret, which signs webhooks, and the app's own token. */
    consumerSecret: string;
    bearer: string;
  };
  users: User[];
  events: DmEvent[];
  codes: Code[];
  grants: Grant[];
  webhooks: Webhook[];
  subscriptions: Subscription[];
  /** Events of webhooks that are not delivered yet. */
  outbox: { url: string; body: string; kind: string }[];
  /** The address in this test that stands for a public one. */
  reach: (url: string) => string;
  faults: Fault[];
  calls: { route: string; userId: string | null }[];
  /** Most calls by one user in 15 minutes, by route; a route without an entry has no limit. */
  limits: Map<string, number>;
  /** Resources on the bill, with prices in dollars: a resource counts once a day (UTC). */
  bill: Map<string, number>;
  windows: Map<string, { endsAt: number; used: number }>;
  /** Refusals of messages come as 400 with a list of old codes, as other clients of X report. */
  hasOldErrors: boolean;
  /** How far the lists of messages lag behind, in ms. */
  listLagMs: number;
  serial: number;
};

const prices = { user: 0.01, event: 0.01, sent: 0.015 };

/** Puts resources that X shows or makes on the bill (docs.x.com, Pricing). */
export function charge(state: State, kind: keyof typeof prices, ids: readonly string[]): void {
  const day = state.now().toISOString().slice(0, 10);
  for (const id of ids) state.bill.set(`${day} ${kind} ${id}`, prices[kind]);
}

const epoch = 1_288_834_974_657;

/** An id that grows with time, as X's ids do. */
export function nextId(state: State): string {
  state.serial += 1;
  return String((BigInt(state.now().getTime() - epoch) << 22n) + BigInt(state.serial));
}

/**
 * Adds a message to the conversation of two users. X escapes `&`, `<` and `>`, and shortens links.
 */
export function addEvent(state: State, from: User, to: User, text: string): DmEvent {
  const conversation = [from.id, to.id].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).join('-');
  const shown = text
    .replace(
      /https?:\/\/\S+/g,
      (_link, at: number) => `https://t.co/${at.toString(36).padStart(10, 'x')}`,
    )
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');
  const event = {
    id: nextId(state),
    text: shown,
    from: from.id,
    to: to.id,
    conversation,
    at: state.now(),
  };
  state.events.push(event);
  return event;
}

export function userNamed(state: State, username: string): User {
  const user = state.users.find((one) => one.username.toLowerCase() === username.toLowerCase());
  if (!user) throw new Error(`Nobody is called @${username}`);
  return user;
}
