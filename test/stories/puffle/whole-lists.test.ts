import { expect, it } from 'vitest';
import { addSender } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase();
const { as } = testApi(database.services);
const send = await as(database);

/** A draft with this many people. Returns its path. */
async function draftOf(people: number): Promise<string> {
  const made = await send('POST /api/campaigns', {
    type: 'email',
    name: `Of ${people}`,
    sender_account_ids: [await addSender(database.db, database)],
  });
  const at = `/api/campaigns/${(made.body.campaign as { id: string }).id}`;
  const email = { type: 'email', subject: 'Hi', body: 'Hi %first_name%' };
  await send(`PATCH ${at}`, { sequence_nodes: [email, { type: 'end' }] });
  for (let n = 0; n < people; n += 1000) {
    const prospects = Array.from({ length: Math.min(1000, people - n) }, (_none, index) => ({
      email: `p${n + index}@people.test`,
      first_name: 'Jo',
    }));
    expect((await send(`POST ${at}/leads`, { prospects })).status).toBe(200);
  }
  return at;
}

const idsOf = (body: Record<string, unknown>) =>
  new Set((body.messages as { id: string }[]).map(({ id }) => id));

it('all messages come in one answer, unless a page is asked for', async () => {
  const at = await draftOf(2300);
  const written = await send(`POST ${at}/generate-messages`, { action: 'resolve' });
  expect(written).toMatchObject({ status: 200, body: { resolved: 2300, next_cursor: null } });
  expect(idsOf(written.body).size).toBe(2300);
  const all = await send(`GET ${at}/generate-messages?status=all`);
  expect(all.headers['content-type']).toBe('application/json; charset=utf-8');
  expect(all.body).toMatchObject({ next_cursor: null });
  expect(idsOf(all.body)).toEqual(idsOf(written.body));
  const page = await send(`GET ${at}/generate-messages?limit=10`);
  expect(idsOf(page.body).size).toBe(10);
  expect(page.body.next_cursor).toEqual(expect.any(String));
  const rest = await send(`GET ${at}/generate-messages?cursor=${page.body.next_cursor}`);
  expect(idsOf(rest.body).size).toBe(1000);
});

it('with partial the good rows are added and the others named, else none is', async () => {
  const at = await draftOf(0);
  const prospects = [
    { email: 'ann@people.test' },
    { first_name: 'Nobody' },
    { email: 'bob@people.test' },
  ];
  const refused = await send(`POST ${at}/leads`, { prospects });
  expect(refused).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/prospects/1/email' }] },
  });
  expect(await send(`POST ${at}/leads?partial=true`, { prospects })).toMatchObject({
    status: 200,
    body: {
      imported: 2,
      duplicates: 0,
      invalid: 1,
      errors: [{ index: 1, field: 'email', code: 'required', message: expect.any(String) }],
    },
  });
});

it('a lead with a text that is too long is kept with the text cut, and it is said', async () => {
  const long = 'x'.repeat(501);
  const answer = await send('POST /api/lists/import', {
    leads: [{ email: 'ann@people.test', title: long, company: { name: long } }, { name: 'Bob' }],
  });
  expect(answer).toMatchObject({ status: 200, body: { imported: 2 } });
  expect(answer.body.warnings).toMatchObject([
    { pointer: '/leads/0/title', code: 'ignored' },
    { pointer: '/leads/0/company/name', code: 'ignored' },
  ]);
  const { leads } = (await send('GET /api/leads?email=ann@people.test')).body as {
    leads: { title: string }[];
  };
  expect(leads[0]!.title).toBe('x'.repeat(500));
});
