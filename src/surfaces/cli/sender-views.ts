import { senderName } from './campaign-views.ts';
import { describeAny } from './generic.ts';
import { type Cell, idCell, membersOf, rowOf, rowsOf, tableOf, type View } from './view.ts';
import { nameOf } from './words.ts';

const figure = { right: true } as const;

const senderCells: Cell[] = [
  ['sender', senderName, { rank: 0, least: 14 }],
  ['status', (row) => row.status, { rank: 0 }],
  ['a day', (row) => row.daily_limit, { ...figure, rank: 1 }],
  [
    'gap',
    (row) => (row.min_gap_seconds === undefined ? '' : `${row.min_gap_seconds} s`),
    { ...figure, rank: 5 },
  ],
  [
    'name',
    (row) => row.display_name ?? [row.first_name, row.last_name].filter(Boolean).join(' '),
    { rank: 4 },
  ],
  ['type', (row) => row.type, { rank: 6 }],
  ['why', (row) => row.status_reason, { rank: 3, least: 16 }],
  idCell,
];

export const senderList: View = (body, shown) => [tableOf(body.accounts, senderCells, shown)];

export const senderView: View = (body, shown) => {
  const sender = rowOf(body.account);
  const steps = body.steps
    ? [
        tableOf(
          body.steps,
          [
            ['step', (row) => row.step],
            ['works', (row) => row.ok],
            ['detail', (row) => row.detail, { least: 30 }],
          ],
          shown,
        ),
      ]
    : [];
  const connection = rowOf(sender.connection);
  const host = (name: string) => {
    const server = rowOf(connection[name]);
    return server.host ? `${server.host}:${server.port} (${server.tls})` : null;
  };
  const members = {
    sender: senderName(sender),
    name: nameOf(sender) === senderName(sender) ? null : nameOf(sender),
    status: sender.status,
    why: sender.status_reason,
    'limit a day': sender.daily_limit,
    'gap between two sends':
      sender.min_gap_seconds === undefined ? null : `${sender.min_gap_seconds} s at least`,
    'sends by': host('smtp'),
    'reads by': host('imap'),
    ...(sender.stats
      ? {
          'sent today': rowOf(sender.stats).today_sent,
          'people under way': rowOf(sender.stats).today_committed,
        }
      : {}),
    ...(shown.wide ? { ...sender, connection: null, stats: null } : {}),
    id: sender.id,
  };
  const campaigns = body.campaigns
    ? [
        tableOf(
          body.campaigns,
          [['campaign', (row) => row.name], ['status', (row) => row.status], idCell],
          shown,
        ),
      ]
    : [];
  return [membersOf(members, shown), ...steps, ...campaigns];
};

export const schedule: View = (body, shown) => [
  membersOf(
    { sender: body.sender_id, 'next send': body.next_at ?? 'none', because: body.because },
    shown,
  ),
  tableOf(
    body.days,
    [
      ['day', (row) => row.date],
      ['sent', (row) => row.sent, figure],
      ['limit', (row) => row.capacity, figure],
    ],
    shown,
  ),
];

/** "30 of 30"; nothing where a constraint counts nothing. */
const usedOf = ({ used, limit }: Record<string, unknown>) =>
  limit == null ? undefined : `${used} of ${limit}`;

export const explanation: View = (body, shown) => {
  const binding = rowOf(body.binding);
  const next = rowOf(body.next_touch);
  const parts = rowsOf(body.senders ?? body.campaigns);
  return [
    membersOf(
      {
        status: body.status,
        because: [binding.code, binding.words].filter(Boolean).join(': '),
        used: usedOf(binding),
        'what to do': binding.unblock,
        'opens at': binding.opens_at,
        'next send': body.expected_at ?? next.expected_at,
        'due at': next.due_at,
        sender: body.status_reason,
      },
      shown,
    ),
    ...(parts.length > 0
      ? [
          tableOf(
            parts,
            [
              [body.senders ? 'sender' : 'campaign', (row) => row.sender_id ?? row.campaign_id],
              ['waits for', (row) => rowOf(row.binding).code],
              ['used', (row) => usedOf(rowOf(row.binding))],
              ['until', (row) => rowOf(row.binding).opens_at],
            ],
            shown,
          ),
        ]
      : []),
    ...(rowsOf(body.held).length > 0 ? describeAny({ held: body.held, ok: null }, shown) : []),
    ...(shown.wide && rowsOf(body.constraints).length > 0
      ? [
          tableOf(
            body.constraints,
            [
              ['constraint', (row) => row.code],
              ['open', (row) => row.open],
              ['used', usedOf],
              ['opens at', (row) => row.opens_at],
              ['words', (row) => row.words, { least: 20 }],
            ],
            shown,
          ),
        ]
      : []),
  ];
};

export const sendersOfCampaign: View = (body, shown) => [
  tableOf(
    body.senders,
    [
      ['sender', senderName, { rank: 0, least: 14 }],
      ['status', (row) => (row.removed_at ? 'taken off' : row.status), { rank: 0 }],
      ['sent', (row) => Number(row.campaign_messages_sent), figure],
      ['today', (row) => row.today_sent, figure],
      ['a day', (row) => row.campaign_daily_limit ?? row.daily_limit, figure],
      ['people under way', (row) => row.committed_count, figure],
      ['why', (row) => row.status_reason, { least: 14 }],
      ['id', (row) => row.account_id, { rank: 2 }],
    ],
    shown,
  ),
];

export const limits: View = (body, shown) => [
  tableOf(
    body.accounts,
    [
      ['sender', senderName, { rank: 0, least: 14 }],
      ['status', (row) => row.status, { rank: 0 }],
      ['today', (row) => rowOf(row.daily_stats).sent, figure],
      ['a day', (row) => row.daily_limit, figure],
      ['last 7 days', (row) => rowOf(row.weekly_stats).messages_sent, figure],
      ['invitations', (row) => rowOf(row.weekly_stats).connections_sent || '', figure],
      ['a week', (row) => rowOf(row.limits).weekly_message_limit, figure],
      idCell,
    ],
    shown,
  ),
];
