import { describe, expect, it } from 'vitest';
import { formatProblem, formatReply, formats } from './cli-output.ts';

const table = (body: unknown, columns?: number) =>
  formatReply('table', { text: '', body }, { columns });

describe('a table of anything', () => {
  const row = {
    id: '019ae6a0-0000-7000-8000-00000000abcd',
    name: 'Spring',
    enabled: true,
    status: 'active',
    stats: { total: 3, sent: 1 },
    member_id: '019ae6a0-0000-7000-8000-000000000001',
    timezone: 'Europe/Berlin',
  };

  it('has names first and short ids last, and no ids of other things', () => {
    expect(table([row]).split('\n')).toEqual([
      'NAME    STATUS  ENABLED  STATS            TIMEZONE       ID',
      'Spring  active  yes      total 3, sent 1  Europe/Berlin  0000abcd',
      '',
    ]);
    expect(formatReply('table', { text: '', body: [row] }, { wide: true, columns: 40 })).toContain(
      row.member_id,
    );
  });

  it('leaves out what does not fit, by name, and keeps the name and the id', () => {
    const lines = table({ campaigns: [row], total: 1 }, 40).split('\n');
    expect(lines).toEqual([
      'NAME    STATUS  ENABLED  ID',
      'Spring  active  yes      0000abcd',
      '(--wide shows stats, timezone too)',
      '',
    ]);
    expect(table([row], 5)).toMatch(/^NAME\n/);
  });

  it('never cuts a link', () => {
    const url = `https://x.example/authorize?state=${'a'.repeat(300)}`;
    expect(table({ url, expires_at: 'soon' })).toBe(`url         ${url}\nexpires_at  soon\n`);
    expect(table({ note: 'word '.repeat(100), n: 1 })).toMatch(/^note {2}.{200}…\n/);
  });

  it('rounds fractions to four digits, and shows rates as percentages', () =>
    expect(table({ share: 1 / 3, reply_rate: 0.0625, n: 12_345 })).toBe(
      'share       0.3333\nreply_rate  6.3 %\nn           12345\n',
    ));

  it('shows sentences on a line each', () => {
    const assumptions = [
      'Nobody replies, unsubscribes or bounces, and nobody is suppressed.',
      'Every active sender stays well, and other campaigns run on.',
    ];
    expect(table({ starts_at: 'now', assumptions, more: 1 })).toBe(
      `more       1\nstarts_at  now\n\nassumptions\n${assumptions.join('\n')}\n`,
    );
  });
});

describe('what people see', () => {
  const id = (n: number) => `019ae6a0-0000-7000-8000-00000000000${n}`;
  const campaign = {
    id: id(1),
    name: 'Founders of companies in Bern and Zurich, spring',
    status: 'active',
    type: 'email',
    stats: { total: 120, sent: 90, replied: 12, contacted: 102, answered: 12, bounced: 1 },
    reply_rate: 12 / 102,
    operating_hours: { mon: { end: 1020, start: 540 }, tue: { start: 540, end: 1020 } },
    timezone: 'Europe/Berlin',
    sender_accounts: [{ id: id(2), email_address: 'ann@acme.example', status: 'active' }],
    launched_at: '2026-03-02T08:00:00.000Z',
  };
  const person = { name: 'Eva Müller', identity: 'eva@people.example' };
  const names = new Map([
    [id(1), campaign.name],
    [id(2), 'ann@acme.example'],
    [id(3), 'bob@acme.example'],
  ]);
  const message = { id: id(6), status: 'sent', direction: 'outbound', person, account_id: id(2) };
  const bodies: Record<string, unknown> = {
    'campaign.list': { campaigns: [campaign], total: 1 },
    'campaign_lead.list': {
      prospects: [
        {
          id: id(4),
          name: 'Eva Müller',
          email: 'eva@people.example',
          status: 'sent',
          because: 'operating_hours',
          expected_at: '2026-03-05T08:00:00.000Z',
          contacted_at: '2026-03-02T08:00:00.000Z',
          sender_id: id(2),
        },
      ],
    },
    'event.list': {
      events: [
        {
          seq: 7,
          kind: 'prospect.unsubscribed',
          at: '2026-03-02T08:00:00.000Z',
          actor: 'engine',
          campaign_id: id(1),
          person,
          sender_id: id(2),
          data: { reason: 'the subject says so' },
        },
      ],
    },
    'message.list': {
      messages: [{ ...message, subject: 'A question', body_text: 'Hi Eva,\n\nhow are you?' }],
    },
    'forecast.show': {
      sends: 5,
      people: { reached: 5, held: 0 },
      days: [
        { date: '2026-12-10', sender_id: id(2), sends: 3 },
        { date: '2026-12-10', sender_id: id(3), sends: 2 },
      ],
      prospects: [{ prospect_id: id(4), first_at: '2026-03-02T08:00:00.000Z' }],
      assumptions: ['Nobody replies.'],
    },
  };
  const shown = (operation: string, columns?: number) =>
    formatReply('table', { text: '', body: bodies[operation] }, { operation, columns, names });

  it.each([60, 72, 80, 100, 120, 160, 200])('fits a terminal of %i columns', (columns) => {
    for (const operation of Object.keys(bodies))
      for (const line of shown(operation, columns).split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(columns);
  });

  it.each([
    ['campaign.list', /^NAME +STATUS +PEOPLE +REPLIED/, /^Founders.+ active +120 +12/],
    ['campaign_lead.list', /^PERSON +STATUS +ADDRESS/, /^Eva Müller +sent +eva@people/],
    ['event.list', /^AT +WHAT +PERSON/, /^2026-03-02 08:00Z +prospect\.unsubscribed +Eva Müller/],
  ])('of %s says the things that matter in 60 columns', (operation, head, first) => {
    const lines = shown(operation, 60).split('\n');
    expect(lines[0]).toMatch(head);
    expect(lines[1]).toMatch(first);
  });

  it('of messages to several people is a table, of one person the conversation', () => {
    const second = { ...message, prospect_id: id(5), subject: 'Another', body_text: 'Hi' };
    const answer = { ...message, direction: 'inbound', status: 'received', account_id: null };
    const reply = { ...answer, created_at: '2026-03-04T08:00:00.000Z', body_text: 'Yes,\n\nEva' };
    const show = (...messages: unknown[]) =>
      formatReply('table', { text: '', body: { messages } }, { operation: 'message.list', names });
    expect(show({ ...message, prospect_id: id(4), subject: 'A question' }, second)).toMatch(
      /^PERSON +STATUS +SUBJECT.*\nEva Müller <eva@people\.example> +sent +A question/,
    );
    expect(
      show({ ...message, sent_at: '2026-03-02T08:00:00.000Z', body_text: 'Hi Eva' }, reply),
    ).toBe(
      '--- 2026-03-02 08:00Z  ann@acme.example to Eva Müller <eva@people.example>\nHi Eva\n\n' +
        '--- 2026-03-04 08:00Z  Eva Müller <eva@people.example> wrote\nYes,\n\nEva\n',
    );
  });

  it('of a forecast is a line for each day with a column for each sender', () => {
    expect(shown('forecast.show', 80)).toMatch(
      /DAY +SENDS +ANN@ACME\.EXAMPLE +BOB@ACME\.EXAMPLE\n2026-12-10 +5 +3 +2\n/,
    );
    expect(shown('forecast.show', 80)).not.toContain('eva');
  });

  it('of a campaign is its name, its people and hours in words', () => {
    const body = { campaign, sequence_nodes: [] };
    const text = formatReply('table', { text: '', body }, { operation: 'campaign.get' });
    expect(text).toMatch(/^name +Founders of/);
    expect(text).toMatch(/^replies +12 \(11\.8 % of those written to\)$/m);
    expect(text).toMatch(/^hours +mon-tue 9:00-17:00 \(Europe\/Berlin\)$/m);
  });

  it('of drafts is their number and the reasons by count', () => {
    const missing = [1, 2].map(() => ({ reason: 'missing_variable', variables: ['first_name'] }));
    const body = { messages: [message], resolved: 998, missing, missing_count: 2 };
    expect(formatReply('table', { text: '', body }, { operation: 'message.generate' })).toBe(
      'written      998 drafts\nnot written  2\n\n' +
        'WHY                          MESSAGES\nmissing_variable first_name         2\n',
    );
  });

  it('counts wide signs as two columns', () => {
    const rows = [
      { name: '山田太郎', n: 1 },
      { name: 'Ann', n: 2 },
    ];
    expect(table(rows).split('\n').slice(1, 3)).toEqual(['山田太郎  1', 'Ann       2']);
  });
});

describe('a problem', () => {
  const problem = {
    title: 'The campaign cannot be launched yet.',
    code: 'campaign.not_launchable',
    hint: 'Mend it.',
  };

  it('with one error is shown once', () => {
    const body = {
      ...problem,
      detail: 'The campaign has no senders.',
      errors: [{ pointer: '/senders', message: 'The campaign has no senders.' }],
    };
    expect(formatProblem(400, body)).toBe(
      'error: The campaign has no senders. (campaign.not_launchable)\nhint: Mend it.\n',
    );
  });

  it('with several errors is a list', () => {
    const errors = ['No senders.', 'No people.'].map((message, n) => ({
      pointer: `/${n}`,
      message,
    }));
    const lines = [
      'error: The campaign cannot be launched yet. (campaign.not_launchable)',
      '  /0: No senders.',
      '  /1: No people.',
      'hint: Mend it.',
      '',
    ];
    const body = { ...problem, detail: 'No senders. No people.', errors };
    expect(formatProblem(400, body)).toBe(lines.join('\n'));
  });
});

describe('a text of another person', () => {
  const escapes = '\u001b]0;x\u0007\u009b2J\u007f';
  const controls = /[^\P{Cc}\n]/u;

  it.each(formats.filter((format) => format !== 'raw'))(
    'cannot control the terminal (%s)',
    (format) => {
      const body = {
        leads: [{ id: '1', name: `Eve ${escapes}`, [escapes]: { a: escapes } }],
        words: [`${escapes}.`],
      };
      const shown = formatReply(format, { text: JSON.stringify(body), body });
      expect(shown).not.toMatch(controls);
      if (format !== 'table') expect(JSON.parse(shown)).toEqual(body);
    },
  );

  it('cannot control the terminal in a failure', () => {
    const failure = {
      detail: `No ${escapes}`,
      code: 'x',
      errors: [{ pointer: `/${escapes}`, message: escapes }],
    };
    expect(formatProblem(400, failure)).not.toMatch(controls);
  });
});
