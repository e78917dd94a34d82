import type { z } from 'zod';
import type { Received } from '../domain/inbound/received.ts';
import type { Fault } from '../domain/sending/outcome.ts';

export type { Received, ReceivedFacts } from '../domain/inbound/received.ts';
export type { Fault, FaultKind } from '../domain/sending/outcome.ts';

/** A sender account as its channel sees it, secrets opened. `connection` and `secrets` match the channel's own schemas. */
export type Account = {
  id: string;
  /** What the provider calls the account, where it has a name of its own for it. */
  providerAccountId: string | null;
  isPremium: boolean;
  emailAddress: string | null;
  displayName: string | null;
  firstName: string | null;
  lastName: string | null;
  connection: Record<string, unknown>;
  secrets: Record<string, unknown>;
  /** The invitations that went out to these people, by the provider's names of them: what tells an acceptance from other news. */
  invited?: (personKeys: readonly string[]) => Promise<Invited[]>;
  /**
   * Replaces the stored secrets, for one caller at a time over all processes: `make` gets them as they are stored now and returns new ones,
   * which are kept before anybody uses them, or null when they are good already. Returns the secrets that hold. Absent where nothing is stored.
   */
  renew?: (
    make: (stored: Record<string, unknown>) => Promise<Record<string, unknown> | null>,
  ) => Promise<Record<string, unknown>>;
};

/** One touch, rendered, as it is handed to the channel. Every header-bound value is already free of CR, LF and NUL. */
export type Outgoing = {
  /** Deterministic: what `find` asks for later. Email: the Message-ID without brackets. */
  key: string;
  /** Email address, or the channel's own identity of the person. */
  to: string;
  toName: string | null;
  /** Type of the touch node: email, connection_request, message. */
  touch: string;
  subject: string;
  text: string;
  html: string | null;
  /** Date header (RFC 5322), fixed at the reservation so that a second attempt is the same mail. */
  date: Date;
  /** Keys of the earlier messages of this conversation, oldest first; empty starts a new one. */
  thread: readonly string[];
  /** The provider's conversation of this account and person, once something went out or came in there. */
  threadKey?: string | null;
  /** What the provider calls the last message before it to this person. */
  earlierKey?: string | null;
  /** What the provider calls the person, once it was found out. */
  personKey?: string | null;
  /** Asked with the provider's name of the person before a first touch is handed over, where it is not their address: why it is not to be. Never throws. */
  refuse?: (personKey: string) => Promise<Fault | null>;
  unsubscribeUrl: string | null;
  pixelUrl: string | null;
  fromName?: string | null;
  replyTo?: string | null;
  cc?: string | null;
  bcc?: string | null;
};

/** The provider's own names for a touch (an invitation, a message), its conversation and its person. They are kept, and handed back. */
export type ProviderKeys = {
  providerKey?: string | null;
  threadKey?: string | null;
  personKey?: string | null;
};

/**
 * `alreadyConnected`: the person was a connection before, and no invitation went out. `connected`: they are one now, whether by an invitation that
 * went out or from before.
 */
export type SendResult =
  | ({ ok: true; response: string; alreadyConnected?: true; connected?: true } & ProviderKeys)
  | { ok: false; fault: Fault; personKey?: string | null };

/** A touch to ask the provider about: by its key, or by what is known of it where the provider takes no key. */
export type Sought = {
  key: string;
  to: string;
  touch: string;
  text: string;
  reservedAt: Date;
  providerKey: string | null;
  threadKey: string | null;
  personKey: string | null;
};

/** An invitation that an account has sent to somebody last: its key here, its note, and when. */
export type Invited = { personKey: string; key: string; text: string; at: Date };

/** How an account is at its provider, as the sender's status and the reason for it. */
export type Health = {
  status: 'active' | 'credentials_required' | 'error' | 'disconnected';
  reason: string | null;
};

/** The provider has let go of the account: nothing goes out or comes in until somebody mends it. */
export class Ailing extends Error {
  readonly health: Health;

  constructor(health: Health) {
    super(health.reason ?? health.status);
    this.health = health;
  }
}

/** `absent` only when the channel would surely show the message had it gone out; `unreachable` when it may know but cannot be asked now. */
export type Found = 'found' | 'absent' | 'unknown' | 'unreachable';

/** What went out, by the provider's names; `connected` as in `SendResult`. */
export type Traced = { found: true; connected?: true } & ProviderKeys;

/** A message as its recipient sees it. */
export type RenderedMessage = {
  headers: { name: string; value: string }[];
  text: string;
  html: string | null;
};

export type CheckStep = { step: string; ok: boolean; detail: string };

/** Whose account a login is for, as the provider knows it. */
export type Owner = {
  providerAccountId: string;
  displayName: string;
  profileUrl: string | null;
  secrets: Record<string, unknown>;
};

/** A login at the provider's own page, which sends its visitor back with a code (OAuth). `state` comes back with it; `verifier` stays here. */
export type Login = {
  begin: (begun: { state: string; verifier: string }) => string;
  /** Never throws. */
  finish: (code: string, verifier: string) => Promise<Owner | Fault>;
};

export type Channel = {
  /** The sender type it serves; campaigns carry the same word. */
  type: string;
  connection: z.ZodObject;
  secrets: z.ZodObject;
  /** How accounts are connected, where that takes more than secrets. */
  login?: Login;
  /** Least time between two looks for what came in, where the provider counts them. */
  pollMs?: number;
  /** Tries every connection live; a failing step ends the list. */
  check: (account: Account) => Promise<CheckStep[]>;
  /** Hands one message over. Gives up, before anything was said, once `performance.now()` passes `deadline`. Never throws for the peer's faults. */
  send: (account: Account, message: Outgoing, deadline: number) => Promise<SendResult>;
  /** Asks the provider whether the message went out, and by what names it has it. Never throws. */
  find: (account: Account, sought: Sought) => Promise<Found | Traced>;
  /** Takes an invitation back that nobody answered; `gone` when it is pending no more. May be asked again. Never throws. */
  withdraw?: (account: Account, invitation: Sought) => Promise<'withdrawn' | 'gone' | Fault>;
  /** What came in since the cursor (null: from now on). @throws when the provider cannot be reached */
  receive: (
    account: Account,
    cursor: unknown,
  ) => Promise<{ received: Received[]; cursor: unknown }>;
  /** Calls back when something may have come in; returns how to stop. A hint only: polling is the truth. */
  watch?: (account: Account, onNews: () => void) => () => void;
  /** The message as it goes out, or why it cannot be written; only where there is more to it than its texts. */
  render?: (account: Account, message: Outgoing) => RenderedMessage | Fault;
  /** Accounts become well again without anything being typed here: they are looked at although they ail. */
  heals?: boolean;
  /** Lets go of the account's connections (removed, changed, or shutting down). */
  close: (accountId?: string) => Promise<void>;
};
