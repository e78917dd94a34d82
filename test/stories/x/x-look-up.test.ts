import { describe, expect, it } from 'vitest';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { listListLeads } from '../../../src/operations/lists/leads.ts';
import { lookUpOnX } from '../../../src/operations/x/look-up.ts';
import { openXFixture } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { x, call, fail, db } = fixture;
const id = await fixture.connect('curious');
x.addUser('Ada', { name: 'Ada L', bio: 'Numbers\u0000 & engines' });
x.addUser('Ben', { closed: true });

describe('looking people up on X', () => {
  it('the most that it costs is said before anything is asked', async () => {
    const calls = x.state.calls.length;
    const usernames = ['@Ada', 'ada', 'https://x.com/Ben', 'nobody'];
    expect(await call(lookUpOnX, { id, usernames, dry_run: true })).toEqual({
      cost_usd: 0.03,
      people: [],
      not_found: [],
    });
    expect(x.state.calls).toHaveLength(calls);
  });

  it('the people that X knows are kept as leads with their profiles, in a list', async () => {
    const { list } = await call(createList, { name: 'Looked up' });
    const bill = x.billed();
    const usernames = ['@Ada', 'https://x.com/Ben', 'nobody'];
    const { people, ...rest } = await call(lookUpOnX, { id, usernames, list_id: list.id });
    expect(rest).toEqual({ cost_usd: 0.02, not_found: ['nobody'] });
    expect(x.billed() - bill).toBeCloseTo(rest.cost_usd);
    expect(people).toMatchObject([
      { x_handle: 'ada', name: 'Ada L', attributes: { bio: 'Numbers & engines', followers: 12 } },
      { x_handle: 'ben', attributes: { receives_your_dm: false } },
    ]);
    const { leads } = await call(listListLeads, { id: list.id });
    expect(leads.map((lead) => lead.id).toSorted()).toEqual(
      people.map(({ lead_id }) => lead_id).toSorted(),
    );
    const [ada] = (await call(listLeads, { id: people[0]!.lead_id! })).leads;
    expect(ada).toMatchObject({ xHandle: 'ada', attributes: { bio: 'Numbers & engines' } });
    const readings = await db.selectFrom('sender_readings').selectAll().execute();
    expect(readings).toMatchObject([{ sender_id: id, mills: 20 }]);
  });

  it('more than a hundred are asked for in several calls', async () => {
    const calls = x.calls('names');
    const usernames = Array.from({ length: 150 }, (_, n) => `none_${n}`);
    expect(await call(lookUpOnX, { id, usernames })).toMatchObject({ cost_usd: 0, people: [] });
    expect(x.calls('names') - calls).toBe(2);
  });

  it.each(['', 'two words', '12345', 'a'.repeat(16), 'https://example.com/ada'])(
    'text that is no handle is refused: "%s"',
    async (name) => {
      expect(await fail(lookUpOnX, { id, usernames: ['ada', name] })).toMatchObject({
        status: 400,
        errors: [expect.objectContaining({ pointer: '/usernames/1' })],
      });
    },
  );

  it('the words of X are told when it refuses', async () => {
    x.addFault({ route: 'names', with: { status: 429 } });
    expect(await fail(lookUpOnX, { id, usernames: ['ada'] })).toMatchObject({
      status: 502,
      code: 'x.refused',
      detail: expect.stringContaining('429'),
    });
  });
});
