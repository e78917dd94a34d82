import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { idleChannel } from '../../factories/rows.ts';
import { testApi } from '../../fixtures/api.ts';
import { testDatabase } from '../../fixtures/database.ts';
import { bare, inboxSteps } from '../../fixtures/inbox-api.ts';

const database = await testDatabase({ channels: [idleChannel('x')] });
const { as } = testApi(database.services);
const { ok, fail, account } = inboxSteps(await as(database), database);

it('a thread is begun by a quick send, found by username, given away and done', async () => {
  const accountLinkId = bare(await account());
  const person = { accountLinkId, externalPlatformId: 'Jane' };
  const sent = await ok('POST /threads/messages', { ...person, content: 'Hello Jane' });
  expect(sent).toMatchObject({
    message: { content: 'Hello Jane', origin: 'api', authorId: accountLinkId },
    thread: { id: expect.stringMatching(/^[0-9a-z]+$/) },
  });
  const { id } = sent.thread as { id: string };
  const again = await ok('POST /threads', person);
  expect(again).toMatchObject({ id, platform: 'twitter', prospect: { username: 'jane' } });
  const read = await ok(`GET /threads/${id}/messages`);
  expect(read).toMatchObject({ messages: [{ content: 'Hello Jane' }], nextCursor: null });
  const done = await ok(`PATCH /threads/${id}`, {
    done: true,
    assigneeId: bare(database.memberId),
  });
  expect(done).toMatchObject({ done: true, assigneeId: bare(database.memberId) });
  await sql`update threads set sent = 1 where workspace_id = ${database.workspaceId}`.execute(
    database.services.db,
  );
  const lists = async (query: string) =>
    ((await ok(`GET /threads?${query}`)) as { threads: { id: string }[] }).threads.map((t) => t.id);
  expect(await lists('inbox=archived')).toEqual([id]);
  expect(await lists('inbox=default')).toEqual([]);
  const member = bare(database.memberId);
  expect(await lists(`inbox=archived&filters[assignees][selectedIds][0]=${member}`)).toEqual([id]);
  expect(await lists('inbox=archived&filters[tags][noTags]=true')).toEqual([id]);
  const byName = (await ok('GET /threads/lookup-by-username?username=JANE')) as unknown;
  expect(byName).toMatchObject([{ id }]);
  const lookup = `GET /threads/lookup?externalPlatformId=nobody&accountLinkId=${accountLinkId}`;
  expect(await fail(lookup)).toMatchObject({ code: 'THREAD_NOT_FOUND', status: 404 });
});
