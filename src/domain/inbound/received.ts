/** A received message or acceptance, parsed and bounded in size, before it is classified. */
export type Received = {
  /** `connected`: `from` has become a connection at `receivedAt`. Absent: a message. */
  event?: 'message' | 'connected';
  /**
   * Where the channel found it, unique per sender (email: folder, UIDVALIDITY, UID). An acceptance
   * has the same key whichever way the channel learnt of it.
   */
  sourceKey: string;
  /**
   * The channel's id of the message (email: Message-ID without brackets), null when it has none.
   */
  key: string | null;
  /** The provider's conversation of the message, where the provider has conversations. */
  threadKey?: string | null;
  /** Email address, or the channel's own identity of the person. */
  from: string | null;
  subject: string | null;
  text: string;
  /** The HTML of a mail as it came, bounded in length: only shown after it was sanitised. */
  html?: string | null;
  /** The files that came with it, bounded in number and size. */
  attachments?: ReceivedFile[];
  receivedAt: Date;
  /** Lower-cased header names; first value of each, bounded in length. */
  headers: Record<string, string>;
  facts: ReceivedFacts;
};

/** A file that came with a message. `bytes`: null when the mail was not read whole. */
export type ReceivedFile = { name: string; type: string; size: number; bytes: Uint8Array | null };

export type ReceivedFacts = {
  /** Ids from In-Reply-To and References, without brackets, newest first. */
  references: string[];
  /**
   * The addresses of a mail besides its author's, in lower case: further authors, Reply-To, Sender,
   * Cc.
   */
  correspondents?: string[];
  /** A mail, or the header of one, is attached; its Message-ID is among the references. */
  returns?: boolean;
  /** A read or delivery receipt in Outlook's own form (TNEF). */
  receipt?: boolean;
  /** Other identities of the person: the one that callers write, the provider's own name. */
  identities?: string[];
  /** The provider's id of the message: one that we sent may come back as received. */
  messageKey?: string;
  /**
   * RFC 3464 delivery status, when the message is one. `originalKey` comes from the returned
   * headers.
   */
  delivery?: {
    recipient: string | null;
    action: string;
    status: string | null;
    diagnostic: string | null;
    originalKey: string | null;
  };
  /** RFC 5546: the method of a calendar part, such as REQUEST or REPLY. */
  calendar?: string;
  /** RFC 5965 feedback report. */
  complaint?: { type: string; originalKey: string | null };
};
