import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hourMs, minuteMs } from '../../../src/domain/time.ts';
import { getSender } from '../../../src/operations/senders/get.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import { addSuppressions } from '../../../src/operations/suppressions/add.ts';
import { listSuppressions } from '../../../src/operations/suppressions/list.ts';
import { checkXAccount } from '../../../src/operations/x/check.ts';
import { connectX } from '../../../src/operations/x/connect.ts';
import { openXFixture, peopleOf, visit } from '../../fixtures/x.ts';

const fixture = await openXFixture();
const { x, call, clock, db, workspaceId, launch, runFor, readInboxes } = fixture;

const hello = { type: 'message', body: 'Hi %first_name%, @%x_handle% & co.' };
const pause = { type: 'delay', delay_hours: 5 };
const followUp = { type: 'message', body: 'Any thoughts?' };

let serial = 0;
/** A connected account and people, each with a name of their own. */
async function cast(count: number, wish: { closed?: boolean } = {}) {
  serial += 1;
  const own = `own_${serial}`;
  const sender = await fixture.connect(own);
  const handles = Array.from({ length: count }, (_, n) => `p${serial}_${n}`);
  for (const handle of handles) x.addUser(handle, wish);
  return { own, sender, handles };
}
const run = (
  name: string,
  { sender, handles }: { sender: string; handles: string[] },
  nodes: object[] = [hello],
) => launch({ name, senders: [sender], nodes, handles });
const lane = async (senderId: string) =>
  (
    await db
      .selectFrom('lanes')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('sender_id', '=', senderId)
      .execute()
  )[0]!;
const senderOf = async (id: string) => (await call(getSender, { id })).account;

describe('a campaign on X', () => {
  it('writes to its people, goes on after the delay, and stops at a reply', async () => {
    const { own, sender, handles } = await cast(2);
    const [jane, joe] = handles as [string, string];
    const id = await run('Replies', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    expect(x.conversation(own, jane)).toEqual([`> Hi ${jane}, @${jane} &amp; co.`]);
    expect((await peopleOf(fixture, id))[jane]).toMatchObject({
      status: 'message_sent',
      identity: jane,
    });
    x.write(jane, own, 'Tell me more');
    await readInboxes();
    expect((await peopleOf(fixture, id))[jane]).toMatchObject({
      status: 'replied',
      replied_at: clock.now(),
    });
    await runFor(6 * hourMs);
    expect(x.conversation(own, jane)).toHaveLength(2);
    expect(x.conversation(own, joe)).toHaveLength(2);
    expect((await peopleOf(fixture, id))[joe]).toMatchObject({ status: 'completed' });
    await fixture.checkLaws();
  });

  it('knows a reply by its conversation, whatever its writer is called by then', async () => {
    const { own, sender, handles } = await cast(1);
    const id = await run('Renamed', { sender, handles });
    await runFor(hourMs);
    x.state.users.find(({ username }) => username === handles[0])!.username = `new_${serial}`;
    x.write(`new_${serial}`, own, 'I have a new name');
    await readInboxes();
    expect((await peopleOf(fixture, id))[handles[0]!]).toMatchObject({ status: 'replied' });
  });

  it('looks people up once: the second message goes to the same person, renamed or not', async () => {
    const { own, sender, handles } = await cast(1);
    await run('Follow-ups', { sender, handles }, [hello, pause, followUp]);
    await runFor(hourMs);
    const looks = x.calls('user');
    x.state.users.find(({ username }) => username === handles[0])!.username = `moved_${serial}`;
    await runFor(6 * hourMs);
    expect(x.conversation(own, `moved_${serial}`)).toHaveLength(2);
    expect(x.calls('user')).toBe(looks);
  });

  it('writes once to somebody it has by handle and by id, whichever account is first', async () => {
    const { own, sender, handles } = await cast(3);
    const other = await fixture.connect(`more_${serial}`);
    const ids = handles.map(
      (handle) => x.state.users.find(({ username }) => username === handle)!.id,
    );
    const id = await launch({
      name: 'Twice',
      senders: [sender, other],
      nodes: [hello, pause, followUp],
      handles: [...handles, ...ids],
    });
    await runFor(8 * hourMs);
    const people = await peopleOf(fixture, id);
    for (const [at, handle] of handles.entries()) {
      expect([
        ...x.conversation(own, handle),
        ...x.conversation(`more_${serial}`, handle),
      ]).toHaveLength(2);
      const [went, twin] = [people[handle]!, people[ids[at]!]!].toSorted((one) =>
        one.status === 'completed' ? -1 : 1,
      );
      expect(went).toMatchObject({ status: 'completed' });
      expect(twin).toMatchObject({
        status: 'failed',
        end_reason: `the same person is in this campaign as ${went!.identity}`,
      });
    }
    await fixture.checkLaws();
  });

  it('never writes again to who asks for it', async () => {
    const { own, sender, handles } = await cast(1);
    await run('Wishes', { sender, handles });
    await runFor(hourMs);
    x.write(handles[0]!, own, 'Please stop messaging me');
    await readInboxes();
    const { suppressions } = await call(listSuppressions, { kind: 'x' });
    const user = x.state.users.find(({ username }) => username === handles[0])!;
    const values = suppressions
      .filter(({ reason }) => reason === 'unsubscribed')
      .map(({ value }) => value);
    expect(values.toSorted()).toEqual([user.id, handles[0]].toSorted());
    const again = await run('Others', { sender, handles });
    await runFor(hourMs);
    expect((await peopleOf(fixture, again))[handles[0]!]).toMatchObject({
      status: 'skipped',
      end_reason: expect.stringContaining(`x ${handles[0]}`),
    });
    user.username = `fled_${serial}`;
    const names = [user.username, user.id];
    const renamed = await launch({
      name: 'Renamed and suppressed',
      senders: [sender],
      nodes: [hello],
      handles: names,
    });
    await runFor(hourMs);
    expect(
      Object.values(await peopleOf(fixture, renamed)).map(({ end_reason }) => end_reason),
    ).toEqual([
      expect.stringContaining(`suppressed: x ${user.id}`),
      expect.stringContaining(`suppressed: x ${user.id}`),
    ]);
    expect(x.conversation(own, user.username)).toHaveLength(2);
  });

  it('nor to who was suppressed by hand, whatever they are called elsewhere', async () => {
    const { own, sender, handles } = await cast(1);
    await run('Known', { sender, handles });
    await runFor(hourMs);
    await call(addSuppressions, {
      items: [{ kind: 'x', value: handles[0]!, reason: 'asked by phone' }],
    });
    const { id: user } = x.state.users.find(({ username }) => username === handles[0])!;
    const again = await launch({
      name: 'By id',
      senders: [sender],
      nodes: [hello],
      handles: [user],
    });
    await runFor(hourMs);
    expect((await peopleOf(fixture, again))[user]).toMatchObject({
      status: 'failed',
      end_reason: `suppressed: x ${handles[0]} (asked by phone)`,
    });
    expect(x.conversation(own, handles[0]!)).toHaveLength(1);
  });

  it('keeps to eight messages an hour of each account unless told otherwise', async () => {
    const { own, sender, handles } = await cast(20);
    await run('Rate', { sender, handles });
    const sent = () => handles.filter((handle) => x.conversation(own, handle).length > 0).length;
    await runFor(hourMs - minuteMs);
    expect(sent()).toBe(8);
    expect(await lane(sender)).toMatchObject({ because: 'sender_hourly_limit' });
    await runFor(hourMs);
    expect(sent()).toBe(16);
  });
});

describe('people who cannot be written to', () => {
  it('are failed with what X says; however many, the campaign goes on, and nobody is suppressed', async () => {
    const closed = await cast(12, { closed: true });
    x.addUser('open_one');
    const handles = [...closed.handles, 'no_such_one', 'open_one'];
    const id = await run('Closed', { sender: closed.sender, handles });
    await runFor(4 * hourMs);
    const people = await peopleOf(fixture, id);
    expect(people[closed.handles[0]!]).toMatchObject({
      status: 'failed',
      end_reason: '403: You do not have permission to DM one or more participants.',
    });
    expect(people.no_such_one).toMatchObject({
      status: 'failed',
      end_reason: expect.stringContaining('Could not find user'),
    });
    expect(people.open_one).toMatchObject({ status: 'completed' });
    const [campaign] = await db.selectFrom('campaigns').selectAll().where('id', '=', id).execute();
    expect(campaign).toMatchObject({ status: 'completed', pause_reason: null });
    expect(
      (await call(listSuppressions, { kind: 'x' })).suppressions.map(({ value }) => value),
    ).not.toContain(closed.handles[0]);
  });
});

describe('the limits of X', () => {
  it('hold the lane until they begin anew, and lose nobody', async () => {
    const { own, sender, handles } = await cast(2);
    const reset = clock.now().getTime() + 40 * minuteMs;
    x.addFault({
      route: 'send',
      with: {
        status: 429,
        headers: { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset / 1000) },
      },
    });
    const id = await run('Limited', { sender, handles });
    await runFor(minuteMs);
    expect(await lane(sender)).toMatchObject({
      because: 'provider_rate_limit',
      next_at: new Date(reset + 1000),
    });
    await runFor(38 * minuteMs);
    expect(handles.flatMap((handle) => x.conversation(own, handle))).toEqual([]);
    await runFor(hourMs);
    for (const handle of handles) expect(x.conversation(own, handle)).toHaveLength(1);
    for (const person of Object.values(await peopleOf(fixture, id)))
      expect(person.status).toBe('completed');
  });
});

describe('a message in doubt', () => {
  const messages = async (campaignId: string) =>
    db
      .selectFrom('messages')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('campaign_id', '=', campaignId)
      .execute();

  it('that X took before the connection broke is found, and not sent again', async () => {
    const { own, sender, handles } = await cast(1);
    x.addFault({ route: 'send', after: true, with: 'drop' });
    const id = await run('Taken', { sender, handles });
    await runFor(minuteMs);
    expect((await messages(id))[0]).toMatchObject({ state: 'reserved' });
    await fixture.recover();
    await runFor(2 * hourMs);
    expect(x.conversation(own, handles[0]!)).toHaveLength(1);
    expect((await messages(id))[0]).toMatchObject({
      state: 'sent',
      provider_key: x.state.events.at(-1)!.id,
    });
    expect((await peopleOf(fixture, id))[handles[0]!]).toMatchObject({ status: 'completed' });
  });

  it('that X never took is sent again, once', async () => {
    const { own, sender, handles } = await cast(1);
    x.addFault({ route: 'send', with: { status: 503 } });
    const id = await run('Lost', { sender, handles });
    await runFor(minuteMs);
    expect((await messages(id))[0]).toMatchObject({ state: 'reserved' });
    await fixture.recover();
    await runFor(2 * hourMs);
    expect(x.conversation(own, handles[0]!)).toHaveLength(1);
    expect((await messages(id))[0]).toMatchObject({ state: 'sent', attempts: 2 });
  });
});

describe('the login', () => {
  it('is renewed on the way, and what X gave last is what is kept', async () => {
    const { own, sender, handles } = await cast(2);
    await run('Renewed', { sender, handles });
    for (let time = 0; time < 3; time += 1) {
      x.expire(own);
      await runFor(10 * minuteMs);
      await readInboxes();
    }
    for (const handle of handles) expect(x.conversation(own, handle)).toHaveLength(1);
    expect(await senderOf(sender)).toMatchObject({ status: 'active', status_reason: null });
    expect(await call(checkXAccount, { id: sender })).toMatchObject({ ok: true });
  });

  it('that was taken back holds the people, says so, and lets them go on with a new one', async () => {
    const { own, sender, handles } = await cast(2);
    const id = await run('Revoked', { sender, handles });
    x.revoke(own);
    await runFor(hourMs);
    expect(await senderOf(sender)).toMatchObject({
      status: 'credentials_required',
      status_reason: expect.stringContaining('X refuses the login'),
    });
    expect(await call(checkXAccount, { id: sender })).toMatchObject({
      ok: false,
      account: { status: 'credentials_required' },
    });
    expect(Object.values(await peopleOf(fixture, id)).map(({ ended_at }) => ended_at)).toEqual([
      null,
      null,
    ]);
    const { url, account_id } = await call(connectX, { account_id: sender });
    expect(account_id).toBe(sender);
    expect(await visit(fixture.services, x.allow(url, own))).toMatchObject({ ok: true });
    await runFor(2 * hourMs);
    for (const handle of handles) expect(x.conversation(own, handle)).toHaveLength(1);
    expect(await senderOf(sender)).toMatchObject({ status: 'active', status_reason: null });
  });

  it('of a sender that was deleted lets its people go on, while another sender never stopped', async () => {
    const { own, sender, handles } = await cast(4);
    const other = await fixture.connect(`other_${serial}`);
    const id = await launch({
      name: 'Two senders',
      senders: [sender, other],
      nodes: [hello, pause, followUp],
      handles,
    });
    await runFor(hourMs);
    await call(removeSender, { id: sender, force: true });
    await runFor(6 * hourMs);
    const told = () =>
      handles
        .filter((handle) => x.conversation(own, handle).length > 0)
        .map((handle) => x.conversation(own, handle).length);
    expect(told()).toEqual([1, 1]);
    expect(
      Object.values(await peopleOf(fixture, id)).filter(
        ({ hold }) => hold === 'sender_disconnected',
      ),
    ).toHaveLength(2);
    const { url } = await call(connectX, { account_id: sender });
    expect(await visit(fixture.services, x.allow(url, own))).toMatchObject({ ok: true });
    await runFor(hourMs);
    expect(told()).toEqual([2, 2]);
    expect(Object.values(await peopleOf(fixture, id)).map(({ status }) => status)).toEqual(
      Array(4).fill('completed'),
    );
  });

  it('that is found taken back while replies are read stops the sender too', async () => {
    const { own, sender } = await cast(0);
    x.revoke(own);
    await readInboxes();
    expect(await senderOf(sender)).toMatchObject({ status: 'credentials_required' });
  });

  it('is looked at no more often than X answers', async () => {
    const { sender } = await cast(0);
    await readInboxes();
    const { rows } = await sql<{
      s: number;
    }>`select extract(epoch from next_poll_at - clock_timestamp())::float8 as s from inboxes
      where sender_id = ${sender}`.execute(db);
    expect(rows[0]!.s).toBeGreaterThan(80);
  });
});
