import { blankProblems, templateProblems } from './content.ts';
import { defineNode } from './node.ts';

/** A direct message: on LinkedIn to a connection, on X to any account that accepts them. */
export const message = defineNode({
  type: 'message',
  channels: ['linkedin', 'x'],
  seeds: ['x'],
  touchOf: () => 'message',
  reached: 'message_sent',
  editable: ['body'],
  defaults: { body: '' },
  launchProblems: (node, at) => [
    ...blankProblems(node, 'body'),
    ...templateProblems(node, ['body'], at),
  ],
});
