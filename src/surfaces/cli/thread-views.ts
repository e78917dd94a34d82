import type { Row } from './values.ts';
import { type Cell, idCell, membersOf, rowOf, rowsOf, tableOf, type View } from './view.ts';
import { participantOf } from './words.ts';

const threadCells: Cell[] = [
  ['person', (row) => row.participant_name ?? participantOf(row), { rank: 0, least: 14 }],
  ['state', stateOf, { rank: 0 }],
  ['unread', (row) => row.unread_count || '', { rank: 3, right: true }],
  ['last', (row) => row.last_message_at, { rank: 2 }],
  ['text', (row) => row.last_message_snippet, { rank: 1, least: 20 }],
  ['sender', (row) => row.account_name, { rank: 6, least: 12 }],
  ['address', participantOf, { rank: 7, least: 16 }],
  idCell,
];

/** What somebody should know first of a conversation. */
function stateOf(row: Row): unknown {
  if (row.in_doubt) return 'in doubt';
  if (row.has_failed) return 'not sent';
  return row.mark ?? row.inbox_state;
}

export const threads: View = (body, shown) => [tableOf(body.threads, threadCells, shown)];

const messageCells: Cell[] = [
  ['when', (row) => row.created_at, { rank: 0 }],
  ['from', (row) => (row.direction === 'inbound' ? row.sender_identifier : 'us'), { rank: 0 }],
  ['state', (row) => row.kind ?? row.state, { rank: 1 }],
  ['subject', (row) => row.subject, { rank: 4, least: 12 }],
  ['text', (row) => row.body_text, { rank: 0, least: 30 }],
  [
    'files',
    (row) =>
      rowsOf(row.attachments)
        .map(({ name }) => name)
        .join(', '),
    { rank: 3 },
  ],
  ['error', (row) => row.error, { rank: 2, least: 12 }],
  idCell,
];

export const threadMessages: View = (body, shown) => [tableOf(body.messages, messageCells, shown)];

export const threadView: View = (body, shown) => {
  const thread = rowOf(body.thread);
  return [
    membersOf(
      {
        person: thread.participant_name,
        address: participantOf(thread),
        company: thread.participant_company,
        state: stateOf(thread),
        unread: thread.unread_count,
        sender: thread.account_name,
        draft: thread.draft_body_text,
        ...(shown.wide ? thread : {}),
        id: thread.id,
      },
      shown,
    ),
    tableOf(body.messages, messageCells, shown),
  ];
};

export const threadSent: View = (body, shown) => {
  const message = rowOf(body.message);
  return [
    membersOf(
      {
        to: message.to,
        subject: message.subject,
        state: body.sendInProgress ? 'on its way' : message.state,
        'goes out': message.due_at,
        id: message.id,
      },
      shown,
    ),
  ];
};
