import type { ChatInfo } from './chats.ts';
import type { UnipileSettings } from './client.ts';
import type { LinkOptions, Subscription } from './hosted.ts';
import type { Standing } from './profile.ts';
import type { ListedMessage } from './received.ts';
import type { Seat } from './seat.ts';
import { createV1 } from './v1/index.ts';
import { createV2 } from './v2/index.ts';

export type UnipileVersion = 'v1' | 'v2';

/** A place in the messages of a seat from which reading goes on. */
export type MessageCursor = {
  /** Instant of the newest message that was read; null when there was none. */
  upTo: string | null;
  /** Ids of the messages that were read of late. */
  seen: string[];
  /** States of conversations that were read, where messages are listed by conversation. */
  chats?: string[] | undefined;
};

/** Messages since a cursor, and the states of their conversations. */
export type MessagesRead = { rows: ListedMessage[]; chats?: string[] };

/** `isFresh`: the answer must come from LinkedIn now, because it settles a doubt. */
export type Freshness = { isFresh?: boolean };

/** The calls about people, as each version has them in a file of its own. */
export type PeopleCalls = Pick<
  Unipile,
  | 'readProfile'
  | 'visit'
  | 'follow'
  | 'posts'
  | 'invite'
  | 'listInvitations'
  | 'cancelInvitation'
  | 'listRelations'
  | 'readBalance'
>;

/** The calls about conversations, as each version has them in a file of its own. */
export type ChatCalls = Pick<
  Unipile,
  | 'readChat'
  | 'listChats'
  | 'startChat'
  | 'writeToChat'
  | 'newestMessages'
  | 'messagesSince'
  | 'ownMessagesTo'
>;

/**
 * LinkedIn as Unipile tells and does it: one call each, in either version of its API. Both differ
 * in addresses and shapes alone; all that follows from an answer stands above. Every function
 * throws `UnipileError` when Unipile refuses and `NoAnswerError` when it gives no answer.
 */
export type Unipile = {
  version: UnipileVersion;
  /** The address of the API, without the path of the version. */
  url: string;

  /**
   * Reads a seat. `withOwner`: also the facts that one version tells in the owner's profile alone,
   * which needs a session of LinkedIn.
   */
  readSeat: (accountId: string, how?: { withOwner?: boolean }) => Promise<Seat>;
  /** All LinkedIn seats at Unipile, of every workspace, without the facts of their owners. */
  listSeats: () => Promise<Seat[]>;
  removeSeat: (accountId: string) => Promise<void>;
  /** Creates a link to Unipile's own login page for LinkedIn (hosted auth). */
  createLink: (options: LinkOptions) => Promise<string>;
  /** Subscribes a URL to the webhooks that we read. May be repeated. */
  subscribe: (subscription: Subscription) => Promise<void>;
  /** The keys with which Unipile signs webhooks to a URL; none where it signs none. */
  hookKeys: (url: string) => Promise<string[]>;

  /** Reads a profile, in another product of LinkedIn where one is named. */
  readProfile: (
    accountId: string,
    identifier: string,
    how?: Freshness & { product?: string },
  ) => Promise<Standing>;
  /** Visits a profile openly, so that LinkedIn tells the person. */
  visit: (accountId: string, identifier: string) => Promise<void>;
  /** Null where the version documents no call for it. */
  follow: ((accountId: string, personKey: string) => Promise<void>) | null;
  /** Null where the version does not document how a post is liked. */
  posts: {
    /** The latest posts of a person, the newest first; the instants in ms. */
    list: (accountId: string, personKey: string) => Promise<Post[]>;
    like: (accountId: string, postId: string) => Promise<void>;
  } | null;
  /** `usage`: percents of LinkedIn's own limit that are used up, where they are told. */
  invite: (
    accountId: string,
    invitation: { personKey: string; note: string; email: string | null },
  ) => Promise<{ id: string | null; usage: number | null }>;
  /** The pages of pending invitations. */
  listInvitations: (
    accountId: string,
  ) => AsyncGenerator<{ id: string; personKey: string | null }[]>;
  cancelInvitation: (accountId: string, id: string) => Promise<void>;
  /** The pages of connections; `at` is the instant (ms) where it is told. */
  listRelations: (accountId: string) => AsyncGenerator<{ personKey: string; at: number | null }[]>;
  /** The InMails left to an account in the usual inbox; null where its plan has none. */
  readBalance: (accountId: string) => Promise<number | null>;

  readChat: (accountId: string, chatId: string) => Promise<ChatInfo>;
  /** The pages of conversations, the latest first. */
  listChats: (accountId: string) => AsyncGenerator<ChatInfo[]>;
  /** Begins the conversation with a person or goes on with it; `subject`: as an InMail. */
  startChat: (
    accountId: string,
    message: { personKey: string; text: string; subject: string | null },
  ) => Promise<WrittenIds>;
  writeToChat: (
    accountId: string,
    message: { chatId: string; text: string },
  ) => Promise<WrittenIds>;
  /** The place at which the messages of a seat end now; `overlapMs` before it are read again. */
  newestMessages: (accountId: string, overlapMs: number) => Promise<MessageCursor>;
  /**
   * The messages since `after` (null: all there are). `isThorough`: also in inboxes that are read
   * only now and then.
   */
  messagesSince: (
    accountId: string,
    since: { after: Date | null; cursor: MessageCursor; isThorough: boolean },
  ) => Promise<MessagesRead>;
  /**
   * The pages of a seat's own messages to a person since an instant, from LinkedIn where the
   * version can ask it. `unreadable`: rows that are not in the expected form.
   */
  ownMessagesTo: (
    accountId: string,
    sought: { personKey: string; threadKey: string | null; ownerKey: string | null; after: Date },
  ) => AsyncGenerator<{ rows: ListedMessage[]; unreadable: number }>;
};

export type WrittenIds = { chatId: string | null; messageId: string | null };
export type Post = { id: string; at: number | null; isRepost: boolean };

/** Unipile in the version of its address; waits `answerMs` for each answer. */
export const openUnipile = (settings: UnipileSettings, answerMs: number): Unipile =>
  settings.version === 'v2' ? createV2(settings, answerMs) : createV1(settings, answerMs);
