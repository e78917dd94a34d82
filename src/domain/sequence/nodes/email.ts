import { blankProblems, htmlProblems, templateProblems } from './content.ts';
import { defineNode } from './node.ts';

/**
 * An email. A reply goes out in the conversation of the first email; without its own subject it
 * takes "Re:" and the first one's.
 */
export const email = defineNode({
  type: 'email',
  channels: ['email'],
  seeds: ['email'],
  touchOf: () => 'email',
  reached: 'sent',
  editable: [
    'subject',
    'body',
    'body_html',
    'signature',
    'from_name',
    'reply_to',
    'cc',
    'bcc',
    'is_reply',
  ],
  defaults: { subject: '', body: '', is_reply: false },
  launchProblems: (node, at) => [
    ...(node.is_reply ? [] : blankProblems(node, 'subject')),
    ...blankProblems(node, 'body'),
    ...templateProblems(node, ['subject', 'body', 'body_html', 'signature', 'from_name'], at),
    ...htmlProblems(node),
  ],
});
