import type { ScriptedAct } from '../../domain/forecast/scripted-address.ts';
import type { Received, ReceivedFacts } from '../channel.ts';

/** The answer of a scripted person: its kind, its time, and with `away` the time of the return. */
export type ScriptedAnswer = { act: ScriptedAct['act']; at: Date; backAt: Date | null };

type AnsweredMessage = { key: string; to: string; subject: string; answer: ScriptedAnswer | null };
type Content = Pick<Received, 'event' | 'subject' | 'text'> & {
  from?: string;
  headers?: Record<string, string>;
  facts?: Partial<ReceivedFacts>;
};

/** The answer to a message as an inbox would receive it; empty when there is none. */
export function writeAnswer({ key, to, subject, answer }: AnsweredMessage): Received[] {
  if (!answer) return [];
  const {
    from = to,
    facts,
    headers,
    ...content
  } = contents[answer.act](subject, { key, to, answer });
  return [
    {
      ...content,
      from,
      sourceKey: `sandbox/${key}`,
      key: `answer.${key}`,
      receivedAt: answer.at,
      headers: { 'in-reply-to': `<${key}>`, ...headers },
      facts: { references: [key], ...facts },
    },
  ];
}

const contents: Record<
  ScriptedAnswer['act'],
  (subject: string, about: { key: string; to: string; answer: ScriptedAnswer }) => Content
> = {
  reply: (subject) => ({
    subject: replySubject(subject),
    text: 'Thank you for the message. That sounds interesting, when could we talk?',
  }),
  away: (subject, { answer }) => {
    const backOn = (answer.backAt ?? answer.at).toISOString().slice(0, 10);
    return {
      subject: `Automatic reply: ${subject}`,
      text: `I am out of the office until ${backOn}.`,
      headers: { 'auto-submitted': 'auto-replied' },
    };
  },
  bounce: (_subject, { key, to }) => ({
    from: `mailer-daemon@${to.slice(to.lastIndexOf('@') + 1)}`,
    subject: 'Undelivered Mail Returned to Sender',
    text: `<${to}>: 550 5.1.1 User unknown`,
    facts: {
      delivery: {
        recipient: to,
        action: 'failed',
        status: '5.1.1',
        diagnostic: '550 5.1.1 User unknown',
        originalKey: key,
      },
    },
  }),
  accept: () => ({ event: 'connected', subject: null, text: '' }),
  unsubscribe: () => ({ subject: 'unsubscribe', text: '' }),
  complaint: (subject, { key, to }) => ({
    from: `feedback@${to.slice(to.lastIndexOf('@') + 1)}`,
    subject: `FW: ${subject}`,
    text: 'This is an email abuse report.',
    facts: { complaint: { type: 'abuse', originalKey: key } },
  }),
};

/** Messages of channels without subjects have none in their replies either. */
function replySubject(subject: string): string | null {
  if (subject === '') return null;
  return /^re:/i.test(subject) ? subject : `Re: ${subject}`;
}
