import type { OperatingHours } from '../../domain/hours/schedule.ts';
import { hoursInWords } from '../../domain/hours/spelling.ts';
import type { Block } from './layout.ts';
import type { Row } from './values.ts';
import { type Cell, idCell, membersOf, rowOf, rowsOf, tableOf, type View } from './view.ts';
import { counted, identityOf, nameOf, percent, plain, type Shown } from './words.ts';

const figure = { right: true } as const;
const stat =
  (name: string): Cell[1] =>
  (row) =>
    rowOf(row.stats)[name];

const campaignCells: Cell[] = [
  ['name', (row) => row.name, { least: 24 }],
  ['status', (row) => row.status, { rank: 0 }],
  ['people', (row) => rowOf(row.stats).total ?? 0, { ...figure, rank: 0 }],
  ['replied', stat('answered'), { ...figure, rank: 0 }],
  ['written to', stat('contacted'), { ...figure, rank: 3 }],
  [
    'reply rate',
    (row) => (row.stats ? percent(Number(row.reply_rate)) : ''),
    { ...figure, rank: 5 },
  ],
  ['bounced', stat('bounced'), { ...figure, rank: 6 }],
  ['type', (row) => row.type, { rank: 9 }],
  ['senders', (row) => rowsOf(row.sender_accounts).map(senderName), { rank: 8, least: 12 }],
  ['launched', (row) => row.launched_at, { rank: 7 }],
  idCell,
];

export const campaignList: View = (body, shown) => [tableOf(body.campaigns, campaignCells, shown)];

/** A sender by the address or name that commands take. */
export const senderName = (row: Row): string => identityOf(row) || nameOf(row);

/** A campaign with its sequence and how many people stand before each step. */
export const campaignView: View = (body, shown) => {
  const campaign = rowOf(body.campaign);
  const stats = campaign.stats as Row | null;
  const members = membersOf(
    {
      name: campaign.name,
      status: [campaign.status, campaign.pause_reason].filter(Boolean).join(', '),
      type: `${campaign.type}${campaign.dry_run ? ', dry run' : ''}`,
      people: stats ? peopleOf(stats, campaign) : 'none yet',
      ...(stats && Number(stats.contacted) > 0
        ? {
            replies: `${stats.answered} (${shareOf(campaign.reply_rate)} of those written to)`,
          }
        : {}),
      senders: rowsOf(campaign.sender_accounts).map(senderWithStatus),
      hours: hoursOf(campaign),
      limits: limitsOf(campaign),
      launched: campaign.launched_at,
      paused: campaign.status === 'paused' ? campaign.paused_at : null,
      completed: campaign.completed_at,
      ...(shown.wide ? wideOf(campaign) : {}),
      id: campaign.id,
    },
    shown,
  );
  return body.sequence_nodes ? [members, sequenceOf(body, shown)] : [members];
};

const settled = ['total', 'contacted', 'answered', 'opened', 'clicked', 'unknown'];

function peopleOf(stats: Row, { launched_at }: Row): string {
  const byStatus = Object.entries(stats).filter(([name, n]) => !settled.includes(name) && n !== 0);
  const parts = byStatus.map(([name, n]) => `${n} ${name}`);
  const unknown = Number(stats.unknown) > 0 ? `; ${stats.unknown} messages unknown` : '';
  return launched_at && parts.length > 0
    ? `${stats.total} (${parts.join(', ')}${unknown})`
    : String(stats.total);
}

function senderWithStatus(sender: Row): string {
  const isFine = sender.status === 'active' || sender.status === 'connected';
  return senderName(sender) + (isFine ? '' : ` (${sender.status})`);
}

function hoursOf({ operating_hours, timezone, local_hours }: Row): string {
  const zone = local_hours ? "each person's clock" : (timezone ?? "the workspace's time zone");
  const hours = hoursInWords((operating_hours as OperatingHours) ?? {});
  return `${hours === 'always' ? 'always, also at night and on weekends' : hours} (${zone})`;
}

const limitNames = { daily_limit: 'day', hourly_limit: 'hour and sender' } as const;

function limitsOf(campaign: Row): string {
  const limits = Object.entries(limitNames).filter(([name]) => campaign[name]);
  return limits.map(([name, unit]) => `${campaign[name]} a ${unit}`).join(', ');
}

/** All else that is set. */
function wideOf({
  stats: _stats,
  sender_accounts: _senders,
  operating_hours,
  ...campaign
}: Row): Row {
  const told = ['name', 'status', 'type', 'id', 'launched_at', 'paused_at', 'completed_at'];
  const others = Object.entries(campaign).filter(([name]) => !told.includes(name));
  return Object.fromEntries(others);
}

function sequenceOf(body: Row, shown: Shown): Block {
  const waiting = rowOf(body.prospects_by_node);
  const total = (id: unknown) =>
    Object.values(rowOf(waiting[String(id)])).reduce((sum: number, n) => sum + Number(n), 0);
  const cells: Cell[] = [
    ['position', (node) => node.position, { ...figure, rank: 0 }],
    ['type', (node) => node.type, { rank: 0 }],
    ['content', (node) => contentOf(node), { rank: 0, least: 20 }],
    ['waiting', (node) => total(node.id) || '', { ...figure, rank: 3 }],
    idCell,
  ];
  return tableOf(body.sequence_nodes, cells, shown);
}

function contentOf(node: Row): string {
  if (node.type === 'delay') {
    const parts = (['days', 'hours', 'minutes'] as const).flatMap((unit) => {
      const n = Number(node[`delay_${unit}`] ?? 0);
      return n > 0 ? [counted(n, unit.slice(0, -1))] : [];
    });
    return parts.join(' ');
  }
  const subject = node.subject ?? (node.is_reply ? '(in the same conversation)' : '');
  return [subject, node.body].filter(Boolean).join(': ');
}

const shareOf = (value: unknown): string => (value === null ? '' : percent(Number(value)));

const reportCells: Cell[] = [
  ['sent', (row) => Number(row.sent), { ...figure, rank: 0 }],
  ['written to', (row) => Number(row.contacted), { ...figure, rank: 3 }],
  ['replied', (row) => Number(row.replied), { ...figure, rank: 0 }],
  ['reply rate', (row) => shareOf(row.reply_rate ?? null), { ...figure, rank: 1 }],
  ['bounced', (row) => Number(row.bounced), { ...figure, rank: 2 }],
  ['bounce rate', (row) => shareOf(row.bounce_rate ?? null), { ...figure, rank: 4 }],
  ['unsubscribed', (row) => Number(row.unsubscribed), { ...figure, rank: 5 }],
];

export const report: View = (body, shown) => [
  membersOf(
    { campaign: body.name, period: `${body.from} to ${body.to} (${body.timezone})` },
    shown,
  ),
  tableOf([body.totals], reportCells, shown),
  tableOf(
    body.steps,
    [
      ['step', (row) => contentOf(row) || row.type || 'taken away', { rank: 0, least: 12 }],
      ...reportCells.filter(([name]) => name !== 'written to'),
    ],
    shown,
  ),
  tableOf(
    body.senders,
    [['sender', (row) => row.name ?? row.sender_id, { rank: 0, least: 12 }], ...reportCells],
    shown,
  ),
  tableOf(body.periods, [[String(body.by), (row) => row.from, { rank: 0 }], ...reportCells], shown),
];

const marks = { true: 'yes', false: 'NO' };

export const validation: View = (body, shown) => {
  const checks = Object.entries(rowOf(body.checks)).filter(
    ([, value]) => typeof value === 'boolean',
  );
  const mark = (value: unknown) => marks[String(value) as 'true' | 'false'];
  return [
    membersOf(
      {
        ready: mark(body.ready),
        people: rowOf(body.checks).prospect_count,
        ...(body.ready || !shown.wide
          ? {}
          : Object.fromEntries(checks.map(([n, v]) => [n, mark(v)]))),
      },
      shown,
    ),
    ...(rowsOf(body.problems).length > 0
      ? [
          {
            head: 'to be done first',
            texts: rowsOf(body.problems).map((one) => `- ${one.message}`),
          },
        ]
      : []),
  ];
};

export const launched: View = (body, shown) => [
  membersOf(
    {
      launch: body.message,
      status: body.status,
      people: body.prospectsToProcess,
      'left out': body.skippedCount,
    },
    shown,
  ),
];

/** Forecast: figures, then the sends of each day with a column for each sender. */
export const forecast: View = (body, shown) => {
  const people = rowOf(body.people);
  const first = rowOf(body.first_messages);
  const blocks: Block[] = [
    membersOf(
      {
        sends: body.sends,
        people: people.reached,
        'held now': people.held || null,
        'will be held': people.will_be_held || null,
        'will be skipped': people.will_be_skipped || null,
        'first send': body.starts_at,
        'last send': body.ends_at,
        'half of the people written to by': first.median_at,
        finished: body.finished === false ? 'no: it goes on for more than a year' : null,
      },
      shown,
    ),
    daysOf(rowsOf(body.days), shown),
  ];
  if (shown.wide && body.prospects)
    blocks.push(
      tableOf(
        body.prospects,
        [
          ['person', (row) => row.prospect_id],
          ['first', (row) => row.first_at],
          ['last', (row) => row.last_at],
        ],
        shown,
        'people',
      ),
    );
  if (body.forecast_id) {
    const command = 'postrider campaign forecast compare --id <campaign> --forecast-id';
    blocks.push({ texts: [`To compare it later: ${command} ${body.forecast_id}`] });
  }
  const assumptions = ((body.assumptions ?? []) as string[]).map((text) => `- ${text}`);
  return [...blocks, { head: 'assumed', texts: assumptions }];
};

/** More senders than this are added up. */
const maxSenderColumns = 6;

function daysOf(days: readonly Row[], shown: Shown): Block {
  const senders = [...new Set(days.map((day) => String(day.sender_id)))];
  const byDate = Map.groupBy(days, (day) => String(day.date));
  const rows = [...byDate].map(([date, ofDay]) => ({ date, ofDay }) as Row);
  const sendsOf = (row: Row, sender?: string) =>
    rowsOf(row.ofDay)
      .filter((day) => sender === undefined || day.sender_id === sender)
      .reduce((sum, day) => sum + Number(day.sends), 0);
  const each = senders.length <= maxSenderColumns && senders.length > 1 ? senders : [];
  const cells: Cell[] = [
    ['day', (row) => row.date, { rank: 0 }],
    ['sends', (row) => sendsOf(row), { ...figure, rank: 0 }],
    ...each.map((sender): Cell => [plain(sender, shown), (row) => sendsOf(row, sender), figure]),
  ];
  return tableOf(rows, cells, shown);
}
