import { oneOf } from '../../phrases.ts';

/**
 * The meanings of words in servers' answers, over SMTP and in reports:
 * - `dead`: there is no such person or domain
 * - `full`: the person's mailbox is full
 * - `barred`: the login may not send as this sender; nothing goes out until that is settled
 * - `sender`: the sender's address, server or network is not welcome
 * - `limit`: the sender has sent as much as it may for now
 * - `content`: the message, or rules that the server applies to anybody
 * - `size`: the message is too large
 * - `greylist`: a first try is always put off
 */
export type Meaning =
  | 'dead'
  | 'full'
  | 'barred'
  | 'sender'
  | 'limit'
  | 'content'
  | 'size'
  | 'greylist';

/** A pattern of lower-case words, an answer that has it, and the origin of that answer. */
export type AnswerRow = {
  means: Meaning;
  says: RegExp;
  example: string;
  source: string;
};

/** One row of the table. Several patterns are alternatives. */
export const row = (
  means: Meaning,
  source: string,
  says: RegExp | RegExp[],
  example: string,
): AnswerRow => ({
  means,
  says: Array.isArray(says) ? oneOf(says) : says,
  example,
  source,
});
