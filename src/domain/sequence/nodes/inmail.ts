import { blankProblems, templateProblems } from './content.ts';
import { defineNode, type NodeProblem, type SequenceNode } from './node.ts';

/** LinkedIn's limit for the subject of an InMail, in characters. */
const maxSubjectLength = 200;

/**
 * A paid message with a subject to people that are no connections, for accounts with InMail
 * credits. A connection gets it as a message.
 */
export const inmail = defineNode({
  type: 'inmail',
  channels: ['linkedin'],
  touchOf: () => 'inmail',
  reached: 'message_sent',
  editable: ['subject', 'body'],
  defaults: { subject: '', body: '' },
  problems: lengthProblems,
  launchProblems: (node, at) => [
    ...blankProblems(node, 'subject'),
    ...blankProblems(node, 'body'),
    ...templateProblems(node, ['subject', 'body'], at),
  ],
});

function lengthProblems({ subject }: SequenceNode): NodeProblem[] {
  if ((subject?.length ?? 0) <= maxSubjectLength) return [];
  return [
    {
      field: 'subject',
      code: 'too_long',
      message: `LinkedIn takes ${maxSubjectLength} characters for the subject of an InMail.`,
    },
  ];
}
