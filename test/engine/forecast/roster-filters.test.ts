import { expect, test } from 'vitest';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { pauseProspect } from '../../../src/operations/roster/pause.ts';
import { launchEmailCampaign } from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';

const t = await openEmailFixture();
const { call, fail, engine, sink } = t;

const names = ['Eva Klein', 'Bob Groß', 'Kleinert Ada', 'Cid Roth', 'Dan Weiss', 'Ida Braun'];
const address = (name: string) => `${name.split(' ')[0]!.toLowerCase()}@people.test`;
const senders: string[] = [];
for (const name of ['sam', 'kim'])
  senders.push(
    await addMailbox(t, {
      address: `${name}@sender.test`,
      smtp: sink,
      dailyLimit: 1,
      minGapSeconds: 60,
    }),
  );
const id = await launchEmailCampaign(t, {
  name: 'filters',
  senders,
  nodes: [
    { type: 'email', subject: 'Hello', body: 'Hi.' },
    { type: 'delay', delay_days: 2 },
    { type: 'email', is_reply: true, body: 'Again.' },
  ],
  people: names.map((name) => ({
    email: address(name),
    name,
    company: name === 'Dan Weiss' ? 'Klein AG' : 'Acme',
  })),
});
await engine.runDue();
const all = (await call(listRoster, { id })).prospects;
await call(pauseProspect, { id, prospectId: all.at(-1)!.id });

type Filter = Omit<Parameters<typeof listRoster.run>[1], 'id'>;
const found = async (filter: Partial<Filter>) => {
  const { prospects, total } = await call(listRoster, { id, ...filter } as never);
  return { people: prospects.map(({ email }) => email!.split('@')[0]), total };
};
const written = all.filter(({ status }) => status === 'sent');
const pooled = all.filter(({ sender_id }) => sender_id === null);
const namesOf = (people: typeof all) => people.map(({ email }) => email!.split('@')[0]);

test('people are found by sender, by touch, and by neither', async () => {
  expect(written).toHaveLength(2);
  for (const { sender_id } of written) {
    const own = namesOf(written.filter((person) => person.sender_id === sender_id));
    expect(await found({ sender_id: sender_id! })).toEqual({ people: own, total: own.length });
  }
  const node = written[0]!.current_node_id!;
  expect(await found({ node_id: node })).toEqual({ people: namesOf(written), total: 2 });
  expect(await found({ sender_id: 'none' })).toEqual({ people: namesOf(pooled), total: 4 });
  expect(await found({ node_id: 'none', sender_id: 'none' })).toMatchObject({ total: 4 });
  expect(await found({ node_id: node, sender_id: 'none' })).toEqual({ people: [], total: 0 });
  expect(await found({ node_id: node, status: 'pending' })).toEqual({ people: [], total: 0 });
  expect(await found({ sender_id: 'none', hold: 'paused' })).toMatchObject({ total: 1 });
});

test('people are found by a part of their name or company', async () => {
  expect(await found({ name: 'KLEIN' })).toEqual({ people: ['eva', 'kleinert', 'dan'], total: 3 });
  expect(await found({ name: 'groß' })).toMatchObject({ people: ['bob'] });
  expect(await found({ name: 'klein', q: 'eva' })).toMatchObject({ people: ['eva'], total: 1 });
  expect(await found({ name: '%' })).toEqual({ people: [], total: 0 });
});

test('people are found by what they wait for, page by page, as each explanation says', async () => {
  const reasons = new Map<string, string[]>();
  for (const { id: prospectId, email } of all) {
    const { binding } = await call(explainOneProspect, { id, prospectId });
    reasons.set(binding.code, [...(reasons.get(binding.code) ?? []), email!.split('@')[0]!]);
  }
  expect([...reasons.keys()].sort()).toEqual(['delay', 'paused', 'sender_daily_limit']);
  for (const [because, people] of reasons) {
    expect(await found({ because })).toEqual({ people, total: null });
    const paged: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await call(listRoster, { id, because, limit: 1, ...(cursor ? { cursor } : {}) });
      paged.push(...page.prospects.map(({ email }) => email!.split('@')[0]!));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(people);
  }
  expect(await fail(listRoster, { id, because: 'delay', page: 2 })).toMatchObject({ status: 400 });
});

test('people come in the order of their next touch, with the reason in full', async () => {
  const listed = await call(listRoster, { id, sort: 'next_touch_at', include: ['why'] });
  const at = listed.prospects.map(({ next_touch_at }) => next_touch_at ?? '9');
  expect(at).toEqual(at.toSorted());
  expect(at.at(-1)).toBe('9');
  expect(listed.prospects[0]?.why).toMatchObject({
    code: listed.prospects[0]?.because,
    limit: 1,
    used: 1,
    held_by: { kind: 'sender' },
  });
  const second = await call(listRoster, { id, sort: 'next_touch_at', limit: 2, page: 2 });
  expect(second.prospects.map((one) => one.id)).toEqual(
    listed.prospects.slice(2, 4).map((one) => one.id),
  );
  expect(second.total).toBe(6);
});
