import {
  normaliseSequence,
  type SequenceNode,
  type SequenceNodeInput,
} from '../../src/domain/sequence/sequence.ts';

let made = 0;
/** A new UUID each time, the same ones in each run. */
export const newId = () => `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`;

export const hello: SequenceNodeInput = {
  type: 'email',
  subject: 'Hello',
  body: 'Hi %first_name|there%',
};
export const again: SequenceNodeInput = { type: 'email', body: 'Again', is_reply: true };
export const days = (delay_days: number): SequenceNodeInput => ({ type: 'delay', delay_days });
export const end: SequenceNodeInput = { type: 'end' };

/** Normalises a sequence as a request with these nodes does. */
export const writeSequence = (
  input: SequenceNodeInput[],
  previous: SequenceNode[] = [],
  channel = 'email',
) => normaliseSequence(input, previous, channel, newId);

/** The nodes of a sequence: an email, delays of two days and three hours, a reply, the end. */
export const helloAndReply = () =>
  writeSequence([hello, days(2), { type: 'delay', delay_hours: 3 }, again, end]).nodes;
