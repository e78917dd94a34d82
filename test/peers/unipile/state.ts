/** Somebody on LinkedIn. */
export type Member = {
  /** Classic id, as connections, invitations and messages carry it. */
  id: string;
  slug: string;
  firstName: string;
  lastName: string;
  /** The 422 that whoever writes to or invites them gets. */
  refuses: string | null;
};

/** A LinkedIn seat that is connected to Unipile. */
export type Seat = {
  id: string;
  member: Member;
  /** OK, CREDENTIALS, ERROR, STOPPED, CONNECTING. */
  status: string;
  premium: boolean;
  /** InMail credits; null without a plan that has any. */
  inmails: number | null;
  createdAt: Date;
};

export type Invitation = {
  id: string;
  seatId: string;
  member: Member;
  note: string | null;
  at: Date;
};
export type Relation = { seatId: string; member: Member; at: Date };
export type Chat = { id: string; seatId: string; member: Member };
export type ChatMessage = {
  id: string;
  chat: Chat;
  text: string;
  subject: string | null;
  own: boolean;
  inmail: boolean;
  at: Date;
};
export type Link = { url: string; body: LinkBody; used: boolean };
export type LinkBody = {
  type: 'create' | 'reconnect';
  providers: string[];
  api_url: string;
  expiresOn: string;
  name?: string;
  notify_url?: string;
  reconnect_account?: string;
};
export type Hook = {
  id: string;
  request_url: string;
  source: string;
  name?: string;
  events?: string[];
  headers: { key: string; value: string }[];
};
export type Delivery = {
  url: string;
  headers: Record<string, string>;
  body: unknown;
  dueAt: Date;
  tries: number;
};

/** What goes wrong with the next calls of a route such as `POST /users/invite`. */
export type Fault = {
  on: string;
  /** How many calls; one unless told. */
  times?: number;
  /** Answers so; the call has no effect. */
  answer?: { status: number; type: string; headers?: Record<string, string> };
  /** Cuts the connection: before the call has its effect, or after. */
  cut?: 'before' | 'after';
};

export type Call = { route: string; query: Record<string, string>; body: unknown };

/** Everything the stand-in knows. */
export type State = {
  now: () => Date;
  apiKey: string;
  members: Member[];
  seats: Seat[];
  invitations: Invitation[];
  withdrawn: Invitation[];
  relations: Relation[];
  chats: Chat[];
  messages: ChatMessage[];
  links: Link[];
  hooks: Hook[];
  deliveries: Delivery[];
  faults: Fault[];
  calls: Call[];
  serial: number;
  /** How late news of each source comes, in ms. */
  lagMs: { messaging: number; users: number; account_status: number };
  /** The list of connections does not show the new ones yet. */
  hidesRelations: boolean;
  /** Every delivery is made twice. */
  stutters: boolean;
  /** What every call takes its time with before it is answered. */
  slow: (() => Promise<void>) | null;
};

export function createState(now: () => Date, apiKey: string): State {
  const empty = {
    members: [],
    seats: [],
    invitations: [],
    withdrawn: [],
    relations: [],
    chats: [],
    messages: [],
  };
  const desk = { links: [], hooks: [], deliveries: [], faults: [], calls: [] };
  return {
    now,
    apiKey,
    ...empty,
    ...desk,
    serial: 0,
    lagMs: { messaging: 0, users: 0, account_status: 0 },
    hidesRelations: false,
    stutters: false,
    slow: null,
  };
}

/** An id that nothing else has. */
export function nextId(state: State, prefix: string): string {
  state.serial += 1;
  return `${prefix}${String(state.serial).padStart(6, '0')}`;
}

export const isConnected = (state: State, seat: Seat, member: Member): boolean =>
  state.relations.some((relation) => relation.seatId === seat.id && relation.member === member);

/** The one-to-one conversation of a seat and a member; made when there is none. */
export function chatOf(state: State, seat: Seat, member: Member): Chat {
  const known = state.chats.find((chat) => chat.seatId === seat.id && chat.member === member);
  if (known) return known;
  const chat = { id: nextId(state, 'chat-'), seatId: seat.id, member };
  state.chats.push(chat);
  return chat;
}
