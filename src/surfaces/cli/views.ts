import {
  campaignList,
  campaignView,
  forecast,
  launched,
  report,
  senderName,
  validation,
} from './campaign-views.ts';
import { describeAny } from './generic.ts';
import type { Block } from './layout.ts';
import { isRow, type Row } from './values.ts';
import { type Cell, idCell, membersOf, rowOf, rowsOf, tableOf, type View } from './view.ts';
import { counted, identityOf, nameOf, type Shown } from './words.ts';

const figure = { right: true } as const;

/** A person or sender that an answer names: "Eva Müller <eva@people.test>". */
function who(value: unknown): string {
  const row = rowOf(value);
  const [name, identity] = [nameOf(row), String(row.identity ?? identityOf(row))];
  return name && name !== identity ? `${name} <${identity}>` : identity;
}

const rosterCells: Cell[] = [
  ['person', nameOf, { rank: 0, least: 12 }],
  ['status', (row) => row.status, { rank: 0 }],
  ['address', identityOf, { rank: 1, least: 16 }],
  ['waits for', (row) => row.hold ?? row.because, { rank: 4 }],
  ['next', (row) => row.expected_at ?? row.next_touch_at, { rank: 3 }],
  ['written to', (row) => row.contacted_at, { rank: 6 }],
  ['ended because', (row) => row.end_reason, { rank: 7, least: 12 }],
  ['unknown', (row) => row.unknown_touches || '', { rank: 2 }],
  ['company', (row) => row.company, { rank: 8, least: 12 }],
  ['sender', (row) => row.sender_id, { rank: 9, least: 12 }],
  ['id', (row) => row.id, { rank: 5 }],
];

const personView: View = (body, shown) => {
  const person = rowOf(body.prospect);
  return [
    membersOf(
      {
        person: nameOf(person),
        address: identityOf(person),
        company: person.company,
        status: person.status,
        'held by': [person.hold, person.hold_detail].filter(Boolean).join(': '),
        sender: person.sender_id,
        'written to': person.contacted_at,
        replied: person.replied_at,
        ended: person.ended_at,
        'ended because': person.end_reason,
        ...(shown.wide ? person : {}),
        id: person.id,
      },
      shown,
    ),
  ];
};

const messageCells: Cell[] = [
  [
    'person',
    (row) => (row.direction === 'inbound' ? `from ${who(row.person)}` : who(row.person)),
    { rank: 0, least: 16 },
  ],
  ['status', (row) => row.status, { rank: 0 }],
  ['subject', (row) => row.subject, { rank: 1, least: 14 }],
  ['text', (row) => row.body_text, { rank: 2, least: 20 }],
  ['sent', (row) => row.sent_at, { rank: 3 }],
  ['error', (row) => row.error, { rank: 1, least: 14 }],
  ['sender', (row) => row.account_id, { rank: 6, least: 12 }],
  ['id', (row) => row.id, { rank: 5 }],
];

const resolved: View = (body, shown) => {
  if (body.drafting) return describeAny(body.drafting, shown);
  const reasons = Map.groupBy(rowsOf(body.missing), (row) =>
    `${row.reason} ${(row.variables as string[]).join(', ')}`.trim(),
  );
  return [
    membersOf(
      {
        written: counted(Number(body.resolved), 'draft'),
        'not written': body.missing_count || null,
      },
      shown,
    ),
    ...(reasons.size > 0
      ? [
          tableOf(
            [...reasons].map(([reason, rows]) => ({ reason, n: rows.length })),
            [
              ['why', (row) => row.reason],
              ['messages', (row) => row.n, figure],
            ],
            shown,
          ),
        ]
      : []),
  ];
};

const eventCells: Cell[] = [
  ['at', (row) => row.at, { rank: 0 }],
  ['what', (row) => row.kind, { rank: 0 }],
  ['person', (row) => who(row.person), { rank: 1, least: 16 }],
  ['campaign', (row) => row.campaign_id, { rank: 2, least: 12 }],
  ['sender', (row) => row.sender_id, { rank: 4, least: 12 }],
  ['why', (row) => rowOf(row.data).reason ?? rowOf(row.data).detail, { rank: 3, least: 12 }],
  ['by', (row) => String(row.actor).replace(/^key:.*/, 'a key'), { rank: 6 }],
  ['number', (row) => row.seq, { ...figure, rank: 5 }],
];

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

const senderList: View = (body, shown) => [tableOf(body.accounts, senderCells, shown)];

const senderView: View = (body, shown) => {
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

const schedule: View = (body, shown) => [
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

const explanation: View = (body, shown) => {
  const binding = rowOf(body.binding);
  const next = rowOf(body.next_touch);
  const parts = rowsOf(body.senders ?? body.campaigns);
  return [
    membersOf(
      {
        status: body.status,
        because: [binding.code, binding.words].filter(Boolean).join(': '),
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
              ['opens at', (row) => row.opens_at],
              ['words', (row) => row.words, { least: 20 }],
            ],
            shown,
          ),
        ]
      : []),
  ];
};

const isOver = ({ status }: Row) => /completed|failed|cancelled/.test(String(status));

const importView: View = (body, shown) => {
  const row = rowOf(body.import);
  const columns = Object.entries(rowOf(row.mapping)).filter(([, column]) => column !== null);
  return [
    membersOf(
      {
        status: row.status,
        error: row.error,
        imported: row.imported,
        'already there': row.duplicates || null,
        rejected: row.invalid || null,
        'why not': Number(row.invalid) > 0 ? `postrider import rejects --id ${row.id}` : null,
        columns: columns.map(([field, column]) =>
          field === column ? field : `${field} from ${column}`,
        ),
        ...(shown.wide || !isOver(row) ? { id: row.id } : {}),
      },
      shown,
    ),
  ];
};

const created: View = (body, shown) => {
  const { key, workspace, ...others } = body;
  const owner = isRow(key)
    ? [membersOf({ name: key.name, scopes: key.scopes, id: key.id }, shown)]
    : [];
  const text = typeof key === 'string' ? key : (others.text ?? others.secret);
  return [
    ...(workspace
      ? [membersOf({ name: rowOf(workspace).name, mode: rowOf(workspace).mode }, shown)]
      : []),
    ...owner,
    ...(text ? [{ texts: [`Key, shown this once: ${String(text)}`] }] : []),
  ];
};

const sendersOfCampaign: View = (body, shown) => [
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

const limits: View = (body, shown) => [
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

const roster: View = (body, shown) => [
  tableOf(body.prospects, rosterCells, shown),
  ...more(body, 'prospects'),
];

/** A line about the rows that the page leaves out. */
function more(body: Row, name: string): Block[] {
  const [shown, total] = [rowsOf(body[name]).length, Number(body.total)];
  return total > shown ? [{ texts: [`${shown} of ${total}`] }] : [];
}

const leadCells: Cell[] = [
  ['name', (row) => rowOf(row.name).full ?? identityOf(row), { least: 12 }],
  ['email', (row) => row.email, { least: 18 }],
  ['company', (row) => rowOf(row.company).name, { least: 12 }],
  ['title', (row) => row.title, { least: 12 }],
  ['status', (row) => rowOf(row.status).name ?? row.status],
  ['linkedin', (row) => row.linkedinUrl, { least: 18 }],
  ['x', (row) => row.xHandle],
  idCell,
];

const listCells: Cell[] = [
  ['name', (row) => row.name, { least: 14 }],
  ['people', (row) => row.personCount, figure],
  ['companies', (row) => row.companyCount || '', figure],
  ['made', (row) => row.createdAt],
  idCell,
];

/** What people see of the answer of an operation, by its name. All others are shown as they are. */
const views: Readonly<Record<string, View>> = {
  'campaign.list': campaignList,
  ...Object.fromEntries(
    ['get', 'create', 'update', 'pause', 'resume', 'promote', 'add_senders'].map((verb) => [
      `campaign.${verb}`,
      campaignView,
    ]),
  ),
  'campaign.validate': validation,
  'campaign.launch': launched,
  'forecast.show': forecast,
  'forecast.create': forecast,
  'campaign.resume_preview': forecast,
  'campaign.report': report,
  'campaign.senders': sendersOfCampaign,
  'campaign.settings': limits,
  'campaign_lead.list': roster,
  ...Object.fromEntries(
    ['find', 'update', 'cancel', 'pause', 'resume', 'mark_replied', 'skip_ahead'].map((verb) => [
      `campaign_lead.${verb}`,
      personView,
    ]),
  ),
  'campaign_lead.import_csv': importView,
  'import.get': importView,
  'import.cancel': importView,
  'message.list': (body, shown) => [tableOf(body.messages, messageCells, shown)],
  'message.generate': resolved,
  'event.list': (body, shown) => [tableOf(body.events, eventCells, shown)],
  'sender.list': senderList,
  'email_account.list': senderList,
  'x_account.list': senderList,
  'sender.get': senderView,
  'sender.create': senderView,
  'email_account.create': senderView,
  'email_account.update': senderView,
  'email_account.check': senderView,
  'sender.schedule': schedule,
  'explanation.campaign': explanation,
  'explanation.sender': explanation,
  'explanation.prospect': explanation,
  'workspace.create': created,
  'lead.list': (body, shown) => [tableOf(body.leads, leadCells, shown), ...more(body, 'leads')],
  'list_lead.list': (body, shown) => [
    tableOf(body.leads, leadCells, shown),
    ...more(body, 'leads'),
  ],
  'list.list': (body, shown) => [tableOf(body.lists, listCells, shown)],
};

/** The parts of an answer as people see it. */
export function describeAnswer(
  operation: string | undefined,
  body: unknown,
  shown: Shown,
): Block[] {
  const view = operation === undefined ? undefined : views[operation];
  return view && isRow(body) ? view(body, shown) : describeAny(body, shown);
}
