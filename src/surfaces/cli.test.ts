import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine, run } from '../../test/fixtures/api.ts';
import { testDatabase } from '../../test/fixtures/database.ts';

const database = await testDatabase();
const cli = await commandLine(database.services, database);
const folder = await mkdtemp('/tmp/postrider-cli-');
afterAll(() => rm(folder, { recursive: true }));
const file = async (name: string, text: string): Promise<string> => {
  await writeFile(path.join(folder, name), text);
  return path.join(folder, name);
};

describe('the output of a command', () => {
  it('is the answer on stdout and nothing on stderr', async () => {
    const ran = await cli.run('setting');
    expect(ran).toMatchObject({
      code: 0,
      err: '',
      body: { timezone: 'America/New_York', isDefault: true },
    });
    expect(ran.out).toBe(`${JSON.stringify(ran.body, null, 2)}\n`);
    expect((await cli.run('setting --format pretty')).out).toBe(ran.out);
    expect((await cli.run('setting --format raw')).out).toBe(`${JSON.stringify(ran.body)}\n`);
  });

  it('is a table at a terminal, unless told', async () => {
    await cli.run('campaign create --type email --name Typed');
    expect((await cli.type('campaign')).out).toMatch(/^NAME +STATUS +PEOPLE[^\n]+\nTyped +draft/);
    expect((await cli.type('campaign --wide')).out).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect((await cli.type('campaign --id Typed --format json')).body).toHaveProperty('campaign');
    expect((await cli.run('campaign --id Typed')).body).toHaveProperty('campaign');
  });

  it('can be a table', async () => {
    const items = [
      { value: 'table@a.test', reason: 'asked by phone' },
      { kind: 'domain', value: 'b.test' },
    ];
    await cli.run(['suppression', 'add', '--items', JSON.stringify(items)]);
    const { out } = await cli.run('suppression --format table');
    const [head, ...rows] = out.trimEnd().split('\n');
    expect(head).toMatch(/^VALUE +KIND +REASON +CREATED_AT$/);
    expect(rows).toHaveLength(2);
    expect(out).toMatch(/^table@a\.test +email +asked by phone +2026-03-02 09:00Z/m);
    expect((await cli.run('setting --format table')).out).toMatch(/^timezone +America\/New_York$/m);
    expect((await cli.run('suppression --q nobody --format table')).out).toBe('(none)\n');
    expect((await cli.run('key --format table')).out).toMatch(
      /^NAME +PREFIX +SCOPES +CREATED_AT +ID\ncli +\S+ +admin +2026-03-02 09:00Z +[0-9a-f]{8}$/m,
    );
  });

  it('shows what a person needs of a campaign, and why it cannot be launched', async () => {
    await cli.run('campaign create --type email --name Tabled');
    const { out } = await cli.run('campaign --id Tabled --format table');
    expect(out).toMatch(/^name +Tabled\nstatus +draft\ntype +email\n/);
    expect(out).toMatch(/^POSITION +TYPE +ID\n +0 +email +\S+\n +1 +end +\S+$/m);
    const checked = await cli.run('campaign validate --id Tabled --format table');
    expect(checked.out).toMatch(
      /^ready +NO$[\s\S]*^to be done first$[\s\S]*^- The campaign has no sender/m,
    );
    expect(checked.err).toMatch(/^warning: The roster is empty/);
  });

  it('names missing, unknown and invalid fields', async () => {
    expect((await cli.run('email account create --email-address a@b.test')).err).toMatch(
      /^error: smtp: Required\. \(request\.invalid\)\nhint/,
    );
    const invalid = (await cli.run('email account create --email-address nobody')).err;
    expect(invalid).toMatch(/^error: The request is not valid\. \(request\.invalid\)\n/);
    expect(invalid).toMatch(/\)\n {2}\/email_address: .+\n {2}\/smtp: Required\.\nhint/);
    const misspelt = await cli.run([
      'email',
      'account',
      'create',
      '--input',
      '{"email":"a@b.test"}',
    ]);
    expect(misspelt.err).toMatch(
      /^error: There is no field "email" here\. Did you mean "email_address"\? /,
    );
    const ignored = (
      await cli.run([
        'campaign',
        'create',
        '--type',
        'email',
        '--name',
        'Stray',
        '--input',
        '{"dayly_limit":4}',
      ])
    ).body;
    expect(ignored.warnings).toMatchObject([
      {
        message:
          'There is no field "dayly_limit" here. Did you mean "daily_limit"? It was ignored.',
      },
    ]);
    expect(
      (await cli.run('import --id 019ae6a0-0000-7000-8000-000000000000 --wait 600')).err,
    ).toMatch(/^error: wait: Must be at most 60\. /);
    expect((await cli.run('email account create --help')).out).toMatch(
      /JSON object: host, port, tls/,
    );
  });

  it('of a failure is on stderr with field, code, hint and request', async () => {
    const ran = await cli.run('setting update --timezone Mars/Base');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toMatch(
      /^error: timezone: .+ \(request\.invalid\)\nhint: .+\nrequest: [0-9a-f-]{36}\n$/,
    );
    expect(
      JSON.parse((await cli.run('setting update --timezone Mars/Base --format raw')).err),
    ).toMatchObject({ code: 'request.invalid' });
  });
});

describe('values', () => {
  it('come from flags, files and stdin', async () => {
    const items = await file('items.json', '[{"value":"file@a.test"}]');
    expect(await cli.run(['suppression', 'add', '--items', `@${items}`])).toMatchObject({
      code: 0,
      body: { added: 1 },
    });
    expect(await cli.run('suppression add --items -', '[{"value":"stdin@a.test"}]')).toMatchObject({
      code: 0,
      body: { added: 1 },
    });
    expect(
      await cli.run('suppression add --input -', '{"items":[{"value":"whole@a.test"}]}'),
    ).toMatchObject({
      code: 0,
      body: { added: 1 },
    });
    expect(
      await cli.run(['key', 'create', '--name', '@@home', '--scopes', 'read,write']),
    ).toMatchObject({
      body: { key: { name: '@home', scopes: ['read', 'write'] } },
    });
    expect(
      await cli.run([
        'setting',
        'update',
        '--input',
        '{"timezone":"UTC"}',
        '--timezone',
        'Asia/Tokyo',
      ]),
    ).toMatchObject({
      body: { timezone: 'Asia/Tokyo' },
    });
    expect(await cli.run('setting update --timezone null')).toMatchObject({
      body: { isDefault: true },
    });
  });

  it('that cannot be read are a usage error with advice', async () => {
    expect(await cli.run('suppression add --items [{')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--items is not valid JSON'),
    });
    expect(await cli.run('key create --name @/nowhere/to/be/found')).toMatchObject({
      code: 2,
      err: expect.stringContaining('@@'),
    });
    expect(await cli.run('suppression add --input []')).toMatchObject({
      code: 2,
      err: expect.stringContaining('JSON object'),
    });
  });
});

describe('exit codes', () => {
  it.each([
    ['setting', 0],
    ['--help', 0],
    ['key revoke --help', 0],
    ['key revoke --id 019ae6a0-0000-7000-8000-000000000000', 1],
    ['key revoke --id nobody', 1],
    ['key revoke', 2],
    ['key revoke --id', 2],
    ['nonsense', 2],
    ['key nonsense', 2],
    ['key --nonsense', 2],
    ['setting --format xml', 2],
    ['', 2],
  ])('of "%s" is %i', async (line, code) => {
    const ran = await cli.run(line);
    expect(ran).toMatchObject({ code });
    expect(code === 0 ? ran.out : ran.err).not.toBe('');
  });

  it('differ for a missing server and a refused key', async () => {
    const key = { POSTRIDER_API_KEY: 'x' };
    expect(
      await run('setting', { ...key, POSTRIDER_BASE_URL: 'http://127.0.0.1:1' }),
    ).toMatchObject({
      code: 3,
      out: '',
      err: expect.stringContaining('cannot be reached'),
    });
    expect(await run('setting', { ...key, POSTRIDER_BASE_URL: cli.url })).toMatchObject({
      code: 4,
      err: expect.stringContaining('auth.invalid'),
    });
  });
});

it('an unknown word gets the nearest command, or the command before it', async () => {
  const errorOf = async (line: string) => {
    const { code, err } = await cli.run(line);
    expect(code).toBe(2);
    return err;
  };
  expect(await errorOf('campaign creat --type email')).toContain(
    'There is no "campaign creat". Did you mean "campaign create"?',
  );
  expect(await errorOf('campaign list all')).toContain(
    '"postrider campaign" alone: List campaigns',
  );
  expect(await errorOf('campaign launch 17')).toContain(
    '"campaign launch" takes no "17": values go behind flags',
  );
  expect(await errorOf('campain')).toContain('Did you mean campaign?');
});

it('help on every level lists the commands', async () => {
  expect((await cli.run('help key create')).out).toBe((await cli.run('key create --help')).out);
  expect((await cli.run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { out } = await cli.run('--help');
  for (const word of ['campaign', 'suppression', 'keys create', 'POSTRIDER_API_KEY', 'Exit codes'])
    expect(out).toContain(word);
  expect((await cli.run('suppression --help')).out).toMatch(/add +\[options\]|add \[options\]/);
  expect((await cli.run('key create --help')).out).toMatch(/--expires-at <expires-at>/);
});
