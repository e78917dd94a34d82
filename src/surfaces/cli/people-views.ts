import { describeAny } from './generic.ts';
import type { Block } from './layout.ts';
import type { Row } from './values.ts';
import { type Cell, idCell, membersOf, rowOf, rowsOf, tableOf, type View } from './view.ts';
import { counted, identityOf, nameOf, plain } from './words.ts';

const figure = { right: true } as const;

/** A person or sender that an answer names: "Eva Müller <eva@people.test>". */
function personIn(value: unknown): string {
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

export const personView: View = (body, shown) => {
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
    (row) => (row.direction === 'inbound' ? `from ${personIn(row.person)}` : personIn(row.person)),
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

export const resolved: View = (body, shown) => {
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
  ['person', (row) => personIn(row.person), { rank: 1, least: 16 }],
  ['campaign', (row) => row.campaign_id, { rank: 2, least: 12 }],
  ['sender', (row) => row.sender_id, { rank: 4, least: 12 }],
  ['why', (row) => rowOf(row.data).reason ?? rowOf(row.data).detail, { rank: 3, least: 12 }],
  [
    'by',
    ({ actor }) =>
      String(actor)
        .replace(/^key:.*/, 'a key')
        .replace(/^member:/, ''),
    { rank: 6 },
  ],
  ['number', (row) => row.seq, { ...figure, rank: 5 }],
];

const isOver = ({ status }: Row) => /completed|failed|cancelled/.test(String(status));

export const importView: View = (body, shown) => {
  const row = rowOf(body.import);
  const columns = Object.entries(rowOf(row.mapping)).filter(([, column]) => column !== null);
  return [
    membersOf(
      {
        status: row.status,
        error: row.error,
        warnings: row.warnings,
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

export const roster: View = (body, shown) => [
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

/** Messages as a table; those of one person as a conversation, in full. */
export const messages: View = (body, shown) => {
  const rows = rowsOf(body.messages);
  const people = new Set(rows.map((row) => row.prospect_id));
  if (people.size !== 1 || shown.wide) return [tableOf(rows, messageCells, shown)];
  return rows.map((row): Block => {
    const [sender, person] = [plain(row.account_id, shown), personIn(row.person)];
    const way = row.direction === 'inbound' ? `${person} wrote` : `${sender || 'We'} to ${person}`;
    const at = row.sent_at ?? (row.direction === 'inbound' ? row.created_at : null);
    const state = row.direction === 'inbound' || row.status === 'sent' ? '' : `, ${row.status}`;
    return {
      head: `--- ${[plain(at, shown), `${way}${state}`].filter(Boolean).join('  ')}`,
      texts: [
        ...(row.subject ? [`Subject: ${plain(row.subject, shown)}`, ''] : []),
        ...String(row.body_text ?? '')
          .trimEnd()
          .split('\n'),
        ...(row.error ? ['', `error: ${plain(row.error, shown)}`] : []),
      ],
    };
  });
};

export const events: View = (body, shown) => [tableOf(body.events, eventCells, shown)];
export const lists: View = (body, shown) => [tableOf(body.lists, listCells, shown)];
export const leads: View = (body, shown) => [
  tableOf(body.leads, leadCells, shown),
  ...more(body, 'leads'),
];
