/** A received message, parsed and bounded, before anything is decided about it. */
export type Received = {
  /** Absent: a message. `connected`: `from` has become a connection, at `receivedAt`. */
  event?: 'message' | 'connected';
  /** Where the channel found it, unique per sender (email: folder, UIDVALIDITY, UID). The same acceptance, however it is heard of, has the same. */
  sourceKey: string;
  /** The channel's id of it (email: Message-ID without brackets), null when it has none. */
  key: string | null;
  /** The provider's conversation it belongs to, where there is such a thing. */
  threadKey?: string | null;
  /** Email address, or the channel's own identity of the person. */
  from: string | null;
  subject: string | null;
  text: string;
  receivedAt: Date;
  /** Lower-cased header names; first value of each, bounded in length. */
  headers: Record<string, string>;
  facts: ReceivedFacts;
};

export type ReceivedFacts = {
  /** Ids from In-Reply-To and References, without brackets, newest first. */
  references: string[];
  /** What else the person may be known by: the identity as callers write it, the provider's own name. */
  identities?: string[];
  /** RFC 3464 delivery status, when the message is one. `originalKey` comes from the returned headers. */
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
