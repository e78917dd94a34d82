/** A received message, parsed and bounded, before anything is decided about it. */
export type Received = {
  /** Where the channel found it, unique per sender (email: folder, UIDVALIDITY, UID). */
  sourceKey: string;
  /** The channel's id of it (email: Message-ID without brackets), null when it has none. */
  key: string | null;
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
  /** RFC 3464 delivery status, when the message is one. `originalKey` comes from the returned headers. */
  delivery?: { recipient: string | null; action: string; status: string | null; diagnostic: string | null; originalKey: string | null };
  /** RFC 5965 feedback report. */
  complaint?: { type: string; originalKey: string | null };
};
