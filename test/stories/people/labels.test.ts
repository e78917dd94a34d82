import { describe, expect, it } from 'vitest';
import { createLead } from '../../../src/operations/leads/create.ts';
import { listLeads } from '../../../src/operations/leads/list.ts';
import { updateLead } from '../../../src/operations/leads/update.ts';
import { createStatus } from '../../../src/operations/statuses/create.ts';
import { deleteStatus } from '../../../src/operations/statuses/delete.ts';
import { listStatuses } from '../../../src/operations/statuses/list.ts';
import { updateStatus } from '../../../src/operations/statuses/update.ts';
import { createTag } from '../../../src/operations/tags/create.ts';
import { deleteTag } from '../../../src/operations/tags/delete.ts';
import { listTags } from '../../../src/operations/tags/list.ts';
import { updateTag } from '../../../src/operations/tags/update.ts';
import { createCaller } from '../../fixtures/caller.ts';
import { testDatabase } from '../../fixtures/database.ts';

const test = await testDatabase();
const { call, fail } = createCaller(test.services, test);

describe('tags and lead statuses', () => {
  it('are created with a unique name and a colour, changed and deleted', async () => {
    const { tag } = await call(createTag, { name: 'VIP', color: 'Green' });
    expect(tag).toMatchObject({ name: 'VIP', color: '#40c057' });
    expect(await fail(createTag, { name: 'VIP' })).toMatchObject({
      status: 409,
      code: 'label.name_taken',
    });
    const { status } = await call(createStatus, { name: 'VIP', color: '#ABCDEF' });
    expect(status).toMatchObject({ name: 'VIP', color: '#abcdef' });
    expect((await call(updateTag, { id: tag.id, name: 'Key' })).tag).toMatchObject({
      name: 'Key',
      color: '#40c057',
    });
    expect((await call(updateStatus, { id: status.id, color: null })).status).toMatchObject({
      name: 'VIP',
      color: null,
    });
    const other = (await call(createStatus, { name: 'Won' })).status;
    expect(await fail(updateStatus, { id: other.id, name: 'VIP' })).toMatchObject({
      status: 409,
      code: 'label.name_taken',
    });
    expect((await call(listStatuses, {})).statuses.map(({ name }) => name)).toEqual(['VIP', 'Won']);
    await call(deleteStatus, { id: other.id });
    await call(deleteTag, { id: tag.id });
    expect([
      (await call(listTags, {})).tags,
      (await call(listStatuses, {})).statuses.length,
    ]).toEqual([[], 1]);
    expect(await fail(deleteTag, { id: tag.id })).toMatchObject({
      status: 404,
      code: 'tag.not_found',
    });
  });

  it.each(['reddish', '#12', 'constructor'])('are refused with the colour %s', async (color) => {
    expect(await fail(createTag, { name: color, color })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/color' }],
    });
  });
});

describe('a lead', () => {
  it('has one status and many tags, and is found by them', async () => {
    const hot = (await call(createStatus, { name: 'Hot' })).status.id;
    const [a, b] = [
      (await call(createTag, { name: 'a' })).tag.id,
      (await call(createTag, { name: 'b' })).tag.id,
    ];
    const { lead } = await call(createLead, { email: 'ann@example.com' });
    expect(lead).toMatchObject({ statusId: null, tags: [] });
    await call(createLead, { email: 'bob@example.com' });
    const updated = await call(updateLead, {
      id: lead.id,
      statusId: hot,
      addTags: [a, b],
      title: 'Boss',
    });
    expect(updated.lead).toMatchObject({ statusId: hot, tags: [a, b].sort(), title: 'Boss' });
    const found = async (filter: Record<string, unknown>) =>
      (await call(listLeads, filter)).leads.map(({ email }) => email);
    expect([await found({ statusId: hot }), await found({ tagId: a })]).toEqual([
      ['ann@example.com'],
      ['ann@example.com'],
    ]);
    expect(await call(listLeads, { tagId: a })).toMatchObject({ total: 1, hasMore: false });
    await call(updateLead, { id: lead.id, removeTags: [a] });
    expect(await found({ tagId: a })).toEqual([]);
    await call(deleteStatus, { id: hot });
    await call(deleteTag, { id: b });
    expect((await call(listLeads, { id: lead.id })).leads).toMatchObject([
      { statusId: null, tags: [] },
    ]);
  });

  it('is refused a status or tag that the workspace does not have', async () => {
    const { lead } = await call(createLead, { email: 'cid@example.com' });
    const unknown = test.workspaceId;
    expect(await fail(updateLead, { id: lead.id, statusId: unknown })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/statusId', code: 'status.not_found' }],
    });
    expect(await fail(updateLead, { id: lead.id, addTags: [unknown] })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/addTags', code: 'tag.not_found' }],
    });
  });
});
