import { expect, it } from 'vitest';
import { campaignSteps } from '../../factories/campaigns.ts';
import { addPeople, idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';

const database = await testDatabase({ channels: [idleChannel('email')], scoped: true });
const { db, services } = database;
const send = await testApi(services).as(database);
const { ok, createReady, createActive } = campaignSteps(send, database);

type Finding = {
  kind: string;
  variable: string | null;
  count: number;
  examples: { label: string; value: string | null }[];
};
const validate = async (id: string) =>
  (await ok(`GET /api/campaigns/${id}/validate`)) as {
    ready: boolean;
    warnings: string[];
    problems: { pointer: string; code: string; message: string }[];
    findings: Finding[];
  };
const write = (id: string, body: string, fields: object = {}) =>
  ok(`PATCH /api/campaigns/${id}`, {
    sequence_nodes: [{ type: 'email', subject: 'Hi', body }, { type: 'end' }],
    ...fields,
  });
const person = (n: number, fields: object = {}) => {
  const email = `p${n}@people.test`;
  return { email, identity: email, first_name: `P${n}`, ...fields };
};

it('the check of a launch looks at everybody, also behind the first two hundred', async () => {
  const { id } = await createReady();
  const other = await createActive();
  await addPeople(db, database, other.id, [person(230)]);
  await write(id, 'Hi %first_name%, %custom_fields.City|there%');
  await addPeople(db, database, id, [
    ...Array.from({ length: 220 }, (_, n) => person(n, { custom_fields: { city: 'Berlin' } })),
    person(220, { first_name: ' \u00a0' }),
    person(221, { first_name: null }),
    person(222, { first_name: 'NULL' }),
    person(223, { first_name: '#N/A' }),
    person(224, { first_name: '{{first_name}}' }),
    person(225, { custom_fields: { CITY: 'n/a' } }),
    person(226, { name: 'null null' }),
    person(227, { email: 'x@mail.blocked.test', identity: 'x@mail.blocked.test' }),
    person(228, { custom_fields: { city: ['a'] } }),
    person(229, { first_name: 'Nullmeyer', name: 'A - B' }),
    person(230),
  ]);
  await ok('POST /api/suppressions', {
    items: [
      { value: 'blocked.test', kind: 'domain' },
      { value: 'p3@people.test', kind: 'email' },
    ],
  });
  const { ready, findings, warnings } = await validate(id);
  expect(ready).toBe(true);
  expect(findings.map(({ kind, variable, count }) => [kind, variable, count])).toEqual([
    ['missing', 'first_name', 2],
    ['blank', 'first_name', 1],
    ['broken', 'first_name', 2],
    ['blank', 'custom_fields.City', 1],
    ['blank', 'name', 2],
    ['broken', 'name', 2],
    ['suppressed', null, 2],
    ['overlap', null, 1],
  ]);
  expect(warnings).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^%first_name% is empty for 2 of 232 people \(p220@people.test.*held/),
      expect.stringMatching(/word for "nothing" for 1 of 232 people \(p222@people.test: "NULL"\)/),
      expect.stringMatching(/^2 of 232 people are suppressed .*skipped/),
      expect.stringMatching(/^1 of 232 people are under way in another running campaign/),
    ]),
  );
});

it('a field that nobody has is refused, and named as it is meant', async () => {
  const { id } = await createReady();
  await addPeople(db, database, id, [person(1, { custom_fields: { city: 'Berlin' } })]);
  await write(id, 'In %custom_fields.Citty|here% as %custom_fields.Job Title|all%');
  const { problems } = await validate(id);
  expect(problems).toEqual([
    expect.objectContaining({ code: 'unknown_field', message: expect.stringContaining('.city%') }),
    expect.objectContaining({
      code: 'unknown_field',
      message: expect.stringContaining('%position%'),
    }),
  ]);
  await ok(`PATCH /api/campaigns/${id}`, { roster: 'open' });
  expect(await validate(id)).toMatchObject({ ready: true, problems: [] });
});

it('a change of texts is answered with what a launch would say of them', async () => {
  const { id } = await createReady();
  const { warnings } = await write(id, '<p>Hi {first_name}, %Job Title%</p>', {
    signature: '<b>Sam</b>',
  });
  expect(warnings).toMatchObject([
    { pointer: '/sequence_nodes/0/body', code: 'placeholder' },
    { pointer: '/sequence_nodes/0/body', code: 'html_in_text' },
    { pointer: '/sequence_nodes/0/body', code: 'placeholder' },
    { pointer: '/signature', code: 'html_in_text' },
  ]);
  const { ready, problems } = await validate(id);
  expect(ready).toBe(false);
  expect(problems.map(({ pointer }) => pointer)).toContain('/signature');
});

it('a subject holds nobody whose missing value has a fallback', async () => {
  const { id } = await createReady();
  await addPeople(db, database, id, [person(0, { first_name: null })]);
  const subjected = async (subject: string) => {
    const nodes = [{ type: 'email', subject, body: 'Hello' }, { type: 'end' }];
    await ok(`PATCH /api/campaigns/${id}`, { sequence_nodes: nodes });
    return (await validate(id)).findings.map(({ kind, variable }) => [kind, variable]);
  };
  expect(await subjected('A question, %first_name|there%')).toEqual([]);
  expect(await subjected('%first_name|%')).toContainEqual(['missing', 'first_name']);
});
