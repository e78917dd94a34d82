/** A person on LinkedIn. */
export type Member = {
  /** Classic id, as connections, invitations and messages carry it. */
  id: string;
  slug: string;
  firstName: string;
  lastName: string;
  /** Type of the 422 that invitations and messages to the member get. */
  refuses: string | null;
  /** Takes InMails that cost no credit. */
  isOpen?: boolean;
  /** Has invited every account, none of which has answered. */
  invites?: boolean;
  /** Ignores invitations: LinkedIn shows them as pending no more. */
  ignores?: boolean;
  /** The address that an invitation to the member must name. */
  email?: string;
  /** Id in Sales Navigator (ACw…): replies in its inbox come from there. */
  salesId?: string;
};

/** A LinkedIn seat that is connected to Unipile. */
export type Seat = {
  id: string;
  member: Member;
  /** OK, CREDENTIALS, ERROR, STOPPED, PERMISSIONS, CONNECTING. */
  status: string;
  premium: boolean;
  /** InMail credits; null without a plan that has any. */
  inmails: number | null;
  /** Whether its own messages come with `is_sender` 0, as Unipile is known to do now and then. */
  misflags?: boolean;
  /** Type of the 403 that every write gets while reads go on and the status is OK. */
  restricted?: string;
  /** Whether it has Sales Navigator and Recruiter, where people have other ids. */
  hasProducts?: boolean;
  /** Percents of the invitations that are used up; told at 50, 75, 90 and 95. */
  usage?: number;
  /** Whether LinkedIn takes no more notes of this seat, but invitations without one. */
  notesUsedUp?: boolean;
  /** Profiles that it visited openly, as slugs. */
  visits: string[];
  /** Members that it follows, as slugs. */
  follows: string[];
  createdAt: Date;
};

export type Invitation = {
  id: string;
  seatId: string;
  member: Member;
  note: string | null;
  at: Date;
};
export type Attachment = { type: string; file_name?: string };
export type Relation = { seatId: string; member: Member; at: Date };
export type Chat = {
  id: string;
  seatId: string;
  member: Member;
  /** Others in the conversation: with any it is a group. */
  others?: Member[];
  /** The inbox of Sales Navigator: people go by their ids there. */
  isSales?: boolean;
};
export type ChatMessage = {
  id: string;
  chat: Chat;
  text: string;
  subject: string | null;
  own: boolean;
  inmail: boolean;
  at: Date;
  /** Unipile's word for the kind; by default MESSAGE or INMAIL. */
  kind?: string;
  attachments?: Attachment[];
};
/** A post of a member; `likes`: slugs of the members that like it. */
export type LinkedInPost = {
  id: string;
  author: Member;
  at: Date;
  likes: string[];
  isRepost: boolean;
};
/** `isV2`: begun in version 2, which tells of the login by an event. */
export type Link = { url: string; body: LinkBody; used: boolean; isV2?: boolean };
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
/** A webhook endpoint of version 2. */
export type Endpoint = {
  id: string;
  url: string;
  description: string;
  trigger_events: string[];
  secret: string;
  enabled: boolean;
};
export type Delivery = {
  url: string;
  headers: Record<string, string>;
  body: unknown;
  /** The key that the body is signed with. */
  secret?: string;
  dueAt: Date;
  tries: number;
};

/** A fault of the next calls of a route such as `POST /users/invite`. */
export type Fault = {
  on: string;
  /** Number of calls; one unless given. */
  times?: number;
  /** This answer comes; the call has no effect, unless `after`. */
  answer?: { status: number; type: string; headers?: Record<string, string> };
  /** The call has its effect before the answer, or before the silence. */
  after?: boolean;
  /** No answer comes at all. */
  silent?: boolean;
  /** The answer says that it is done, with null for these ids. */
  withholds?: readonly string[];
  /** Cuts the connection: before the call has its effect, or after. */
  cut?: 'before' | 'after';
};

export type Call = { route: string; query: Record<string, string>; body: unknown };

/** The state of the stand-in. */
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
  endpoints: Endpoint[];
  /** Whether version 2 names its events as in its beta. */
  namesOfBeta: boolean;
  /** Answers to reads in version 2, by their addresses. */
  cache: Map<string, { answer: unknown; until: number }>;
  posts: LinkedInPost[];
  deliveries: Delivery[];
  faults: Fault[];
  calls: Call[];
  serial: number;
  /** Delay of the webhooks of each source, in ms. */
  lagMs: { messaging: number; users: number; account_status: number };
  /**
   * How far the lists of messages and invitations lag behind LinkedIn, in ms. The documentation
   * says 30 to 60 seconds, because Unipile answers from a copy of its own.
   */
  listLagMs: number;
  /** How long after an acceptance LinkedIn takes no message to the new connection, in ms. */
  settleMs: number;
  /**
   * The answer about an invitation by an id that the list does not know; null: the id of an answer
   * is the list's. Undocumented.
   */
  otherIds: number | null;
  /** Whether the list of webhooks names their sources. */
  namesSources: boolean;
  /** Whether the list of connections is empty, as if it lagged. */
  hidesRelations: boolean;
  /** Whether every delivery is made twice. */
  stutters: boolean;
  /** Awaited before every call is answered. */
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
  const desk = { links: [], hooks: [], endpoints: [], deliveries: [], faults: [], calls: [] };
  return {
    now,
    apiKey,
    ...empty,
    ...desk,
    posts: [],
    namesOfBeta: false,
    cache: new Map(),
    serial: 0,
    lagMs: { messaging: 0, users: 0, account_status: 0 },
    listLagMs: 0,
    settleMs: 0,
    otherIds: null,
    namesSources: true,
    hidesRelations: false,
    stutters: false,
    slow: null,
  };
}

/** A new unique id. */
export function nextId(state: State, prefix: string): string {
  state.serial += 1;
  return `${prefix}${String(state.serial).padStart(6, '0')}`;
}

/** Whether something of that time shows in a list by now. */
export const isListed = ({ now, listLagMs }: State, { at }: { at: Date }): boolean =>
  at.getTime() <= now().getTime() - listLagMs;

export const isConnected = (state: State, seat: Seat, member: Member): boolean =>
  state.relations.some((relation) => relation.seatId === seat.id && relation.member === member);

/** The one-to-one conversation of a seat and a member; made when there is none. */
export function chatOf(state: State, seat: Seat, member: Member): Chat {
  const known = state.chats.find(
    (chat) => chat.seatId === seat.id && chat.member === member && !chat.others && !chat.isSales,
  );
  return known ?? addChat(state, { seatId: seat.id, member });
}

export function addChat(state: State, chat: Omit<Chat, 'id'>): Chat {
  const added = { ...chat, id: nextId(state, 'chat-') };
  state.chats.push(added);
  return added;
}

/** The member's id in a conversation: another in the inbox of Sales Navigator. */
export const idIn = ({ isSales }: Chat, member: Member): string =>
  isSales ? (member.salesId ?? member.id) : member.id;
