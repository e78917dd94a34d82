import { expect, test } from 'vitest';
import { addMailbox } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readEvents } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { services, sink, db, workspaceId } = fixture;
const send = await testApi(services).as(fixture);
const ok = async (route: string, body: object, headers = {}) => {
  const answer = await send(route, body, headers);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 200 });
  return answer.body as Record<string, unknown>;
};

const sender = await addMailbox(fixture, { address: 'sam@acme.example', smtp: sink });
const made = await send('POST /api/campaigns', {
  type: 'email',
  name: 'Draft',
  sender_account_ids: [sender],
});
const { id } = (made.body as { campaign: { id: string } }).campaign;
await send(`PATCH /api/campaigns/${id}`, {
  sequence_nodes: [
    {
      type: 'email',
      subject: 'Hi %first_name%',
      body: 'Saved\n\n%unsubscribe_url%',
      cc: 'c@x.test',
    },
    { type: 'delay', delay_days: 1 },
    { type: 'email', is_reply: true, body: 'Any news, %first_name%?' },
    { type: 'end' },
  ],
});
await send(`POST /api/campaigns/${id}/leads`, {
  prospects: [{ email: 'ann@people.test', first_name: 'Ann' }, { email: 'bob@people.test' }],
});
const nodes = (await send(`GET /api/campaigns/${id}`)).body.sequence_nodes as { id: string }[];
const people = (await send(`GET /api/campaigns/${id}/leads`)).body.prospects as {
  id: string;
  email: string;
}[];
const idOf = (email: string) => people.find((one) => one.email === email)!.id;

test('a step of a draft is shown as a person of its roster would get it', async () => {
  const shown = await ok(`POST /api/campaigns/${id}/preview`, {
    prospect_id: idOf('ann@people.test'),
    node_id: nodes[2]!.id,
  });
  expect(shown).toMatchObject({
    from: 'sam@acme.example',
    to: 'ann@people.test',
    subject: 'Re: Hi Ann',
    text: 'Any news, Ann?',
    html: '<p dir="auto">Any news, Ann?</p>',
    missing: [],
    problems: [],
  });
});

test('texts that are not saved, and somebody who is on no roster, can be tried', async () => {
  const shown = await ok(`POST /api/campaigns/${id}/preview`, {
    person: { email: 'eva@people.test', first_name: 'EVA' },
    texts: { subject: 'New', body: 'Dear %first_name:title%, {Hi|Hello} %company|%  x' },
  });
  expect(shown).toMatchObject({ subject: 'New', to: 'eva@people.test' });
  expect(shown.text).toMatch(/^Dear Eva,/);
  expect(shown.text_warnings).toEqual([expect.stringContaining('%pick%Hi%or%Hello%end%')]);
});

test('a sequence that is not saved is shown, and changes nothing', async () => {
  const sequence_nodes = [
    { type: 'email', subject: 'Other', body: 'First, %first_name%.' },
    { type: 'delay', delay_days: 1 },
    { type: 'email', is_reply: true, body: '<b>bold</b>, %first_name%' },
    { type: 'end' },
  ];
  const person = { email: 'eva@people.test', first_name: 'Eva' };
  const route = `POST /api/campaigns/${id}/preview`;
  const shown = await ok(route, { person, sequence_nodes, position: 2 });
  expect(shown).toMatchObject({ subject: 'Re: Other', text: '<b>bold</b>, Eva' });
  expect(shown.problems).toEqual([
    expect.objectContaining({ pointer: '/sequence_nodes/2/body', code: 'html_in_text' }),
  ]);
  expect(await ok(route, { person, sequence_nodes })).toMatchObject({ text: 'First, Eva.' });
  for (const position of [1, 9])
    expect((await send(route, { person, sequence_nodes, position })).status).toBe(404);
  const odd = [{ type: 'message', body: 'x' }];
  expect((await send(route, { person, sequence_nodes: odd })).body.code).toBe('sequence.invalid');
  const { body } = await send(`GET /api/campaigns/${id}`);
  expect(body.sequence_nodes).toEqual(nodes);
});

test('the mail alone is a page that loads and runs nothing, also for a form', async () => {
  const request = {
    person: { email: 'eva@people.test', first_name: 'Eva <3' },
    texts: { body: 'x', body_html: '<p style="color: red">Dear %first_name%</p>' },
  };
  const html = { accept: 'text/html' };
  const page = await send(`POST /api/campaigns/${id}/preview`, request, html);
  expect(page.status, page.text).toBe(200);
  expect(page.text).toContain('<p style="color: red">Dear Eva &lt;3</p>');
  expect(page.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; " +
      "frame-ancestors 'self'",
  });
  const form = (field: string, value: string) =>
    send(
      `POST /api/campaigns/${id}/preview`,
      `--b\r\ncontent-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n--b--\r\n`,
      { ...html, 'content-type': 'multipart/form-data; boundary=b' },
    );
  expect((await form('request', JSON.stringify(request))).text).toBe(page.text);
  for (const [field, value] of [
    ['other', '{}'],
    ['request', '{'],
    ['request', '[]'],
  ])
    expect((await form(field!, value!)).status).toBe(400);
});

test('a person who would be held is shown with what is missing', async () => {
  const bob = { prospect_id: idOf('bob@people.test') };
  expect(await ok(`POST /api/campaigns/${id}/preview`, bob)).toMatchObject({
    text: null,
    missing: ['first_name'],
  });
});

test('a test mail goes to the given address alone, once for a key', async () => {
  const ask = { to: 'me@acme.example', prospect_id: idOf('ann@people.test') };
  const key = { 'idempotency-key': 'test-mail-1' };
  for (let time = 0; time < 2; time++)
    expect(await ok(`POST /api/campaigns/${id}/test-mail`, ask, key)).toMatchObject({
      sent: true,
      subject: '[Test] Hi Ann',
    });
  expect(sink.messages).toHaveLength(1);
  const [mail] = sink.messages;
  expect(mail!.to).toEqual(['me@acme.example']);
  expect(mail!.raw.replaceAll('=\r\n', '')).toContain(
    'mailto:sam@acme.example?subject=3Dunsubscribe',
  );
  const ledger = db.selectFrom('messages').selectAll().where('workspace_id', '=', workspaceId);
  expect(await ledger.execute()).toEqual([]);
  expect(await readEvents(fixture, id)).toContain('message.tested');
});

test('nothing is sent to a suppressed address, nor after fifty in a day', async () => {
  await send('POST /api/suppressions', { items: [{ value: 'no@acme.example', kind: 'email' }] });
  const refused = await send(`POST /api/campaigns/${id}/test-mail`, { to: 'no@acme.example' });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/to' }] } });
  const before = sink.messages.length;
  const ask = { to: 'me@acme.example', person: { email: 'eva@people.test', first_name: 'Eva' } };
  const statuses: number[] = [];
  for (let time = 0; time < 51; time++)
    statuses.push((await send(`POST /api/campaigns/${id}/test-mail`, ask)).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(49);
  expect(statuses.at(-1)).toBe(429);
  expect(sink.messages.length - before).toBe(49);
});
