import type { z } from 'zod';
import type { Received } from '../domain/inbound/received.ts';
import type { Fault } from '../domain/sending/outcome.ts';
import type { Rest } from '../domain/sending/rest.ts';

export type { Received, ReceivedFacts } from '../domain/inbound/received.ts';
export type { Fault, FaultKind } from '../domain/sending/outcome.ts';
export type { Rest } from '../domain/sending/rest.ts';

/**
 * A sender account as its channel gets it, secrets decrypted. `connection` and `secrets` match the
 * channel's own schemas.
 */
export type Account = {
  id: string;
  /** The provider's id of the account, where it has one. */
  providerAccountId: string | null;
  isPremium: boolean;
  emailAddress: string | null;
  displayName: string | null;
  firstName: string | null;
  lastName: string | null;
  connection: Record<string, unknown>;
  secrets: Record<string, unknown>;
  /**
   * The account's invitations to these people, by the provider's ids of them. A new connection is
   * an acceptance only if an invitation went out.
   */
  invited?: (personKeys: readonly string[]) => Promise<Invited[]>;
  /**
   * Replaces the stored secrets, for one caller at a time over all processes. `make` gets the
   * stored secrets and returns new ones, which are stored before any use, or null when the stored
   * ones are still good. Returns the secrets in force. Absent when the account is not stored.
   */
  renew?: (
    make: (stored: Record<string, unknown>) => Promise<Record<string, unknown> | null>,
  ) => Promise<Record<string, unknown>>;
};

/** One rendered touch. All values that go into headers are free of CR, LF and NUL. */
export type Outgoing = {
  /** Deterministic, so that `find` can ask for it later. Email: the Message-ID without brackets. */
  key: string;
  /** Email address, or the identity by which the channel knows the person. */
  to: string;
  toName: string | null;
  /** Type of the touch node: email, connection_request, message. */
  touch: string;
  subject: string;
  text: string;
  /** The text is a note that the touch may go out without. */
  isTextOptional?: boolean;
  html: string | null;
  /** Date header (RFC 5322), fixed at the reservation, so that a second try is the same mail. */
  date: Date;
  /** Keys of the earlier messages of this conversation, oldest first. Empty: a new conversation. */
  thread: readonly string[];
  /** The provider's id of the conversation with this person, once it has a message. */
  threadKey?: string | null;
  /** The provider's id of the message before this one to the same person. */
  earlierKey?: string | null;
  /** The provider's id of the person, once known. */
  personKey?: string | null;
  /** The person's mail address, where it is known: LinkedIn asks for it now and then. */
  email?: string | null;
  /**
   * Called with the provider's id of the person before a first touch is handed over, where that id
   * is not the address. Returns the fault if the person must not be written to. Never throws.
   */
  refuse?: (personKey: string) => Promise<Fault | null>;
  unsubscribeUrl: string | null;
  pixelUrl: string | null;
  fromName?: string | null;
  replyTo?: string | null;
  cc?: string | null;
  bcc?: string | null;
  /** Written by hand to one person: it has no headers by which a list is left. */
  isPersonal?: boolean;
  /** Files that go with it; only mails have any. */
  attachments?: readonly OutgoingFile[];
};

/** A file of a message; its name is one line. */
export type OutgoingFile = { name: string; type: string; bytes: Uint8Array };

/**
 * The provider's ids of a touch (an invitation, a message), its conversation and its person. They
 * are stored, and given back with later touches.
 */
export type ProviderKeys = {
  providerKey?: string | null;
  threadKey?: string | null;
  personKey?: string | null;
};

/**
 * `alreadyConnected`: the person was a connection before, so no invitation went out. `connected`:
 * the person is a connection now, by this invitation or from before. `skipped`: nothing went out
 * for this reason, and the sequence goes on. `rest`: the touch went out, and a kind of touch is to
 * rest from now on.
 */
export type SendResult =
  | ({
      ok: true;
      response: string;
      alreadyConnected?: true;
      connected?: true;
      skipped?: string;
      rest?: Rest;
    } & ProviderKeys)
  | { ok: false; fault: Fault; personKey?: string | null };

/** A touch to look up at the provider: by its key, or by the other fields if that takes no keys. */
export type SoughtTouch = {
  key: string;
  to: string;
  touch: string;
  text: string;
  /** The provider got it no earlier. */
  reservedAt: Date;
  providerKey: string | null;
  threadKey: string | null;
  personKey: string | null;
};

/** The last invitation of an account to a person: our key, its note, and the instant. */
export type Invited = { personKey: string; key: string; text: string; at: Date };

/** The state of an account at its provider, as the sender's status with a reason. */
export type Health = {
  status: 'active' | 'credentials_required' | 'error' | 'disconnected';
  reason: string | null;
  /** Somebody has logged in again, so that the account's past counts no more. */
  isNewLogin?: true;
};

/** The account fails at its provider: it sends and receives nothing until it is repaired. */
export class AccountFailure extends Error {
  readonly health: Health;

  constructor(health: Health) {
    super(health.reason ?? health.status);
    this.health = health;
  }
}

/** The provider asks to leave an inbox alone for so many ms. */
export class InboxRest extends Error {
  readonly ms: number;

  constructor(reason: string, ms: number) {
    super(reason);
    this.ms = ms;
  }
}

/**
 * `absent` only when the provider would surely show a message that went out, but for its lag
 * (`Channel.lagMs`). `unreachable`: the provider may know, but cannot be asked now.
 */
export type Found = 'found' | 'absent' | 'unknown' | 'unreachable';

/** A touch that went out, with the provider's ids; `connected` as in `SendResult`. */
export type FoundTouch = { found: true; connected?: true } & ProviderKeys;

/** A message as its recipient gets it. */
export type RenderedMessage = {
  headers: { name: string; value: string }[];
  text: string;
  html: string | null;
};

export type CheckStep = { step: string; ok: boolean; detail: string };

/** A person as the provider shows them; `attributes` by our names of them. */
export type PersonProfile = {
  handle: string;
  name: string | null;
  attributes: Record<string, unknown>;
};

/** The account that a login at the provider belongs to. */
export type Owner = {
  providerAccountId: string;
  displayName: string;
  profileUrl: string | null;
  secrets: Record<string, unknown>;
};

/**
 * A login at the provider's own page, which redirects back with a code (OAuth). `state` comes back
 * with the code; `verifier` stays on this server.
 */
export type Login = {
  /** Returns the address of the login page. */
  begin: (begun: { state: string; verifier: string }) => string;
  /** Never throws. */
  finish: (code: string, verifier: string) => Promise<Owner | Fault>;
};

export type Channel = {
  /** The type of its senders and campaigns. */
  type: string;
  connection: z.ZodObject;
  secrets: z.ZodObject;
  /** How accounts are connected, where that takes more than secrets. */
  login?: Login;
  /** Shortest time between two reads of an inbox, in ms, where the provider limits them. */
  pollMs?: number;
  /** The same while nobody awaits a further touch of the account, where each read costs money. */
  idlePollMs?: number;
  /**
   * How long the provider's lists may lag behind the sends, in ms: `absent` is believed only
   * when a second look says so too, several times later. Left out: `POSTRIDER_SETTLE_SECONDS`.
   * 0: never.
   */
  lagMs?: number;
  /** Tests every connection live. A failed step is the last of the list. */
  check: (account: Account) => Promise<CheckStep[]>;
  /**
   * Hands one message over. Gives up before the message is sent once `performance.now()` passes
   * `deadline`. Faults of the peer are returned, never thrown.
   */
  send: (account: Account, message: Outgoing, deadline: number) => Promise<SendResult>;
  /** Asks the provider whether the message went out, and for its ids. Never throws. */
  find: (account: Account, sought: SoughtTouch) => Promise<Found | FoundTouch>;
  /**
   * Withdraws an invitation that nobody answered; `gone` when it is pending no more. May be
   * repeated. Never throws.
   */
  withdraw?: (account: Account, invitation: SoughtTouch) => Promise<'withdrawn' | 'gone' | Fault>;
  /**
   * Messages since the cursor (null: from now on). `isThorough`: also places searched only now
   * and then. `cost`: the provider's price for it, in thousandths of a dollar.
   * @throws when the provider cannot be reached, `AccountFailure` when the account itself fails
   */
  receive: (
    account: Account,
    cursor: unknown,
    how?: { isThorough?: boolean },
  ) => Promise<{ received: Received[]; cursor: unknown; cost?: number }>;
  /**
   * Calls `onNews` when a message may have come in, and `onEnd` once when the connection is over:
   * it logs in once and never again, so that no login outlives its account. Returns a function that
   * stops it, without `onEnd`. A hint only, because polling finds every message anyway.
   */
  watch?: (account: Account, watcher: { onNews: () => void; onEnd: () => void }) => () => void;
  /**
   * The profiles of people by their handles, and what it costs in thousandths of a dollar; people
   * that the provider does not know are left out. @throws when it cannot be asked
   */
  lookUp?: (
    account: Account,
    handles: readonly string[],
  ) => Promise<{ people: PersonProfile[]; cost: number }>;
  /** The message as it goes out, or the fault of its content. Absent if it is only its texts. */
  render?: (account: Account, message: Outgoing) => RenderedMessage | Fault;
  /** Accounts can be repaired at the provider alone, so inboxes of failed ones are tried again. */
  isRepairedAtProvider?: boolean;
  /**
   * Closes the connections of an account, or of all (removed, changed, or shutting down). Calls
   * under way for it fail.
   */
  close: (accountId?: string) => Promise<void>;
};
