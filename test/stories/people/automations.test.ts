import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createAutomation } from '../../../src/operations/automations/create.ts';
import { deleteAutomation } from '../../../src/operations/automations/delete.ts';
import { listAutomations } from '../../../src/operations/automations/list.ts';
import { replaceAutomations } from '../../../src/operations/automations/replace.ts';
import { updateAutomation } from '../../../src/operations/automations/update.ts';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { createList } from '../../../src/operations/lists/create.ts';
import { deleteList } from '../../../src/operations/lists/delete.ts';
import { markReplied } from '../../../src/operations/roster/mark-replied.ts';
import { updateRules } from '../../../src/operations/rules/update.ts';
import { createStatus } from '../../../src/operations/statuses/create.ts';
import { deleteStatus } from '../../../src/operations/statuses/delete.ts';
import { createTag } from '../../../src/operations/tags/create.ts';
import { advanceTo, launchIn, makeSenders, openSandboxFixture } from '../../fixtures/sandbox.ts';

const fixture = await openSandboxFixture({ clock: '2026-03-02T09:00:00Z' });
const { call, fail, db, workspaceId } = fixture;
const hello = { type: 'email', subject: 'Hello', body: 'Hi %first_name%.' };
const again = { type: 'email', is_reply: true, body: 'Again.' };
const delay = { type: 'delay', delay_days: 1 };

let day = 2;
/** Advances the clock by days. */
async function advanceDays(days: number): Promise<void> {
  day += days;
  await advanceTo(fixture, new Date(Date.UTC(2026, 2, day, 9)).toISOString());
}

let serial = 0;
async function launch(
  people: readonly string[],
  nodes: readonly object[] = [hello],
  settings: object = {},
): Promise<string> {
  serial += 1;
  const senders = await makeSenders(fixture, { name: `team${serial}`, dailyLimit: 100 }, 1);
  const given = people.map((name) => ({
    email: `${name}@people.test`,
    first_name: name.split('+')[0],
  }));
  return launchIn(fixture, {
    name: `c${serial}`,
    senders,
    dailyLimit: 100,
    nodes,
    people: given,
    settings,
  });
}

const makeStatus = async (name: string) =>
  (await call(createStatus, { name, color: 'green' })).status.id;
const makeTag = async (name: string) => (await call(createTag, { name })).tag.id;
const leads = async (filter: Record<string, unknown>) =>
  (await call(listLeads, filter)).leads.map((lead) => lead.name.first).sort();
const events = async (kind: string): Promise<Record<string, unknown>[]> => {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  return rows.map((event) => ({ campaign: event.campaign_id, ...event.data }));
};
const statusesOf = async (id: string) => {
  const rows = await db
    .selectFrom('prospects')
    .select(['first_name', 'status'])
    .where('campaign_id', '=', id)
    .execute();
  return Object.fromEntries(rows.map((row) => [row.first_name, row.status]));
};

describe('an automation', () => {
  it('gives leads a status and tags at each of its events, once', async () => {
    const [interested, lost] = [await makeStatus('Interested'), await makeStatus('Lost')];
    const [reached, done, answered] = [
      await makeTag('reached'),
      await makeTag('done'),
      await makeTag('answered'),
    ];
    const id = await launch(
      ['ann+reply-2h', 'bob+bounce', 'cid+unsubscribe', 'dan'],
      [hello, delay, again],
    );
    const add = (automation: object) => call(createAutomation, { id, ...automation });
    await add({ event: 'contacted', action: 'add_tag', tag_id: reached });
    await add({ event: 'completed', action: 'add_tag', tag_id: done });
    await add({ event: 'replied', action: 'add_tag', tag_id: answered });
    await add({ event: 'replied', action: 'set_status', status_id: interested });
    await add({ event: 'bounced', action: 'set_status', status_id: lost });
    await add({ event: 'unsubscribed', action: 'set_status', status_id: lost });
    await add({ event: 'contacted', action: 'notify', text: 'Written to' });
    await advanceDays(4);
    expect(await statusesOf(id)).toEqual({
      ann: 'replied',
      bob: 'bounced',
      cid: 'unsubscribed',
      dan: 'completed',
    });
    expect(await leads({ tagId: reached })).toEqual(['ann', 'bob', 'cid', 'dan']);
    expect(await leads({ tagId: done })).toEqual(['dan']);
    expect(await leads({ tagId: answered })).toEqual(['ann']);
    expect(await leads({ statusId: interested })).toEqual(['ann']);
    expect(await leads({ statusId: lost })).toEqual(['bob', 'cid']);
    expect(
      (await events('automation.notified')).map(({ campaign: at, event, text }) => ({
        at,
        event,
        text,
      })),
    ).toEqual(
      Array.from({ length: 4 }, () => ({ at: id, event: 'contacted', text: 'Written to' })),
    );
  });

  it('acts on events that happen while it is enabled, not on earlier ones', async () => {
    const seen = await makeTag('seen');
    const id = await launch(['eve+reply-30h', 'fay+reply-4d']);
    await advanceDays(1);
    const { automation } = await call(createAutomation, {
      id,
      event: 'contacted',
      action: 'add_tag',
      tag_id: seen,
    });
    const replies = await call(createAutomation, {
      id,
      event: 'replied',
      action: 'add_tag',
      tag_id: seen,
      enabled: false,
    });
    await advanceDays(2);
    expect(await leads({ tagId: seen })).toEqual([]);
    await call(updateAutomation, { id, automationId: replies.automation.id, enabled: true });
    await advanceDays(3);
    expect(await leads({ tagId: seen })).toEqual(['fay']);
    await call(deleteAutomation, { id, automationId: automation.id });
    expect((await call(listAutomations, { id })).automations).toMatchObject([
      { event: 'replied', tag_id: seen, status_id: null, enabled: true },
    ]);
  });

  it('stops the same person in other campaigns, which then complete', async () => {
    const one = await launch(['gus+reply-1h', 'hal']);
    const two = await launch(['gus+reply-1h'], [{ type: 'delay', delay_days: 9 }, hello]);
    await call(createAutomation, { id: one, event: 'replied', action: 'stop_in_other_campaigns' });
    await advanceDays(1);
    expect(await statusesOf(two)).toEqual({ gus: 'cancelled' });
    const { rows } = await sql<{ end_reason: string; status: string }>`
      select p.end_reason, c.status from prospects p join campaigns c on c.id = p.campaign_id where p.campaign_id = ${two}`.execute(
      db,
    );
    expect(rows).toEqual([
      { end_reason: 'automation: replied in another campaign', status: 'completed' },
    ]);
  });

  it('moves people between campaigns through live lists, once each', async () => {
    const first = (await call(createList, { name: 'Answered the first' })).list.id;
    const second = (await call(createList, { name: 'Heard the second' })).list.id;
    const one = await launch(['ida'], [hello]);
    await call(updateRules, { id: one, synced_list_ids: [second] });
    const two = await launch([], [hello]);
    await call(updateRules, { id: two, synced_list_ids: [first] });
    await call(createAutomation, {
      id: one,
      event: 'contacted',
      action: 'add_to_list',
      list_id: first,
    });
    await call(createAutomation, {
      id: two,
      event: 'contacted',
      action: 'add_to_list',
      list_id: second,
    });
    await advanceDays(7);
    expect([await statusesOf(one), await statusesOf(two)]).toEqual([
      { ida: 'completed' },
      { ida: 'completed' },
    ]);
    const { rows } = await sql<{
      n: number;
    }>`select count(*) as n from messages where campaign_id in (${one}, ${two}) and state = 'sent'`.execute(
      db,
    );
    expect(rows[0]!.n).toBe(2);
  });

  it('reports that its target was deleted, and the campaign goes on', async () => {
    const [gone, list] = [
      await makeStatus('Gone'),
      (await call(createList, { name: 'Gone' })).list.id,
    ];
    const id = await launch(['jan']);
    await call(createAutomation, { id, event: 'contacted', action: 'set_status', status_id: gone });
    await call(createAutomation, { id, event: 'contacted', action: 'add_to_list', list_id: list });
    await call(deleteStatus, { id: gone });
    await call(deleteList, { id: list });
    await advanceDays(1);
    expect((await events('automation.failed')).map(({ reason }) => reason)).toEqual([
      'the lead status was deleted',
      'the list was deleted',
    ]);
    expect(await statusesOf(id)).toEqual({ jan: 'completed' });
  });

  it('acts once on the replies of a person when the campaign goes on after them', async () => {
    const talks = await makeTag('talks');
    const id = await launch(['nia+reply-1h'], [hello, delay, again], { stop_on_reply: false });
    await call(createAutomation, { id, event: 'replied', action: 'add_tag', tag_id: talks });
    await call(createAutomation, { id, event: 'replied', action: 'notify', text: 'talks' });
    await advanceDays(3);
    expect(await statusesOf(id)).toEqual({ nia: 'completed' });
    expect(await leads({ tagId: talks })).toEqual(['nia']);
    expect(
      (await events('automation.notified')).filter(({ text }) => text === 'talks'),
    ).toHaveLength(1);
  });

  it('does nothing in a dry run', async () => {
    const tried = await makeTag('tried');
    const id = await launch(['kim'], [hello], { dry_run: true });
    await call(createAutomation, { id, event: 'contacted', action: 'add_tag', tag_id: tried });
    await advanceDays(1);
    expect(await statusesOf(id)).toEqual({ kim: 'completed' });
    expect(await leads({ tagId: tried })).toEqual([]);
  });

  it('does nothing in a dry run when a reply is marked by hand', async () => {
    const id = await launch(['lea'], [hello, delay, again], { dry_run: true });
    await call(createAutomation, {
      id,
      event: 'replied',
      action: 'notify',
      text: 'lea has replied',
    });
    const { id: prospectId } = await db
      .selectFrom('prospects')
      .select('id')
      .where('campaign_id', '=', id)
      .executeTakeFirstOrThrow();
    await call(markReplied, { id, prospectId });
    await advanceDays(1);
    expect((await events('automation.notified')).filter(({ campaign: own }) => own === id)).toEqual(
      [],
    );
  });
});

describe('the automations of a campaign', () => {
  it('are refused with a wrong field or an unknown target', async () => {
    const [id, named] = [await launch(['lea']), await makeTag('named')];
    const refused = (fields: object) => fail(createAutomation, { id, event: 'replied', ...fields });
    expect(await refused({ action: 'add_tag' })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/tag_id', code: 'not_of_this_action' }],
    });
    expect(await refused({ action: 'add_tag', tag_id: named, text: 'x' })).toMatchObject({
      errors: [{ pointer: '/text' }],
    });
    expect(await refused({ action: 'set_status', status_id: named })).toMatchObject({
      errors: [{ code: 'status.not_found' }],
    });
    expect(await refused({ action: 'add_to_list', list_id: workspaceId })).toMatchObject({
      errors: [{ code: 'list.not_found' }],
    });
  });

  it('are replaced as a whole, and those with an id stay the same', async () => {
    const [id, kept] = [await launch(['max']), await makeTag('kept')];
    const { automation } = await call(createAutomation, {
      id,
      event: 'replied',
      action: 'add_tag',
      tag_id: kept,
    });
    await call(createAutomation, { id, event: 'bounced', action: 'notify', text: 'bounced' });
    const { automations } = await call(replaceAutomations, {
      id,
      automations: [
        { event: 'contacted', action: 'notify', text: 'new' },
        { id: automation.id, event: 'replied', action: 'add_tag', tag_id: kept, enabled: false },
      ],
    });
    expect(automations).toMatchObject([
      { event: 'contacted', text: 'new', enabled: true },
      { id: automation.id, enabled: false, tag_id: kept },
    ]);
    const twice = { id: automation.id, event: 'replied', action: 'add_tag', tag_id: kept };
    expect(await fail(replaceAutomations, { id, automations: [twice, twice] })).toMatchObject({
      errors: [{ pointer: '/automations/1/id' }],
    });
  });
});
