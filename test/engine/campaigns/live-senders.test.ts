import { describe, expect, test } from 'vitest';
import { dayMs, hourMs } from '../../../src/domain/time.ts';
import { addSenders } from '../../../src/operations/campaign-senders/add.ts';
import { listSendersOfCampaign } from '../../../src/operations/campaign-senders/list.ts';
import { removeSenderFromCampaign } from '../../../src/operations/campaign-senders/remove.ts';
import { getCampaign } from '../../../src/operations/campaigns/get.ts';
import { explainOneCampaign } from '../../../src/operations/explanations/campaign.ts';
import { explainOneProspect } from '../../../src/operations/explanations/prospect.ts';
import { addProspects } from '../../../src/operations/roster/add.ts';
import { listRoster } from '../../../src/operations/roster/list.ts';
import { skipAheadProspect } from '../../../src/operations/roster/skip-ahead.ts';
import { removeSender } from '../../../src/operations/senders/remove.ts';
import {
  delayHours,
  followUp,
  hello,
  launchEmailCampaign,
  people,
} from '../../factories/campaigns.ts';
import { addMailbox } from '../../factories/rows.ts';
import { openEmailFixture } from '../../fixtures/email.ts';
import { readProspects } from '../../fixtures/engine.ts';

const fixture = await openEmailFixture();
const { call, fail } = fixture;
const sender = (name: string, dailyLimit = 500) =>
  addMailbox(fixture, {
    address: `${name}@sender.test`,
    smtp: fixture.sink,
    dailyLimit,
    minGapSeconds: 1,
  });
const mailsTo = (prefix: string) =>
  fixture.sink.messages.filter(({ to }) => to[0]!.startsWith(prefix));

describe('senders of a running campaign', () => {
  test('take prospects from the pool at once when they are added, each prospect once', async () => {
    const [slow, quick] = [await sender('slow', 2), await sender('quick')];
    const id = await launchEmailCampaign(fixture, {
      name: 'add',
      senders: [slow],
      nodes: [hello],
      people: people(10, 'add'),
    });
    await fixture.runFor(10 * hourMs);
    expect(mailsTo('add').length).toBeLessThan(5);
    expect((await call(addSenders, { id, sender_account_ids: [quick, slow] })).added).toEqual([
      quick,
    ]);
    await fixture.runFor(2 * hourMs);
    expect(mailsTo('add').length).toBe(10);
    expect((await call(getCampaign, { id })).campaign).toMatchObject({
      status: 'completed',
      sender_accounts: [{ id: slow }, { id: quick }],
    });
    expect(
      (await fail(addSenders, { id, sender_account_ids: [fixture.services.newId()] })).code,
    ).toBe('request.invalid');
    await fixture.checkLaws();
  });

  test('send nothing once taken off; their prospects wait until they are back', async () => {
    const [one, two] = [await sender('one'), await sender('two')];
    const id = await launchEmailCampaign(fixture, {
      name: 'off',
      senders: [one, two],
      nodes: [hello, delayHours(24), followUp],
      people: people(8, 'off'),
    });
    await fixture.runFor(5 * hourMs);
    const before = await readProspects(fixture, id);
    const theirs = before.filter((person) => person.sender_id === one);
    expect(theirs.length).toBeGreaterThan(0);
    const answer = await call(removeSenderFromCampaign, { id, senderId: one });
    expect(answer).toMatchObject({
      reassigned: 0,
      waiting: theirs.length,
      campaign: { status: 'active', sender_accounts: [{ id: two }] },
    });
    expect(await readProspects(fixture, id)).toEqual(before);
    await fixture.runFor(2 * dayMs);
    expect(mailsTo('off').length).toBe(16 - theirs.length);
    await fixture.checkLaws();
    const waiting = theirs[0]!.id;
    expect((await call(explainOneCampaign, { id })).held).toMatchObject([
      { hold: 'sender_removed', n: theirs.length },
    ]);
    expect((await call(explainOneProspect, { id, prospectId: waiting })).binding.code).toBe(
      'sender_removed',
    );
    const listed = (await call(listRoster, { id })).prospects.find(
      (person) => person.id === waiting,
    );
    expect(listed).toMatchObject({ because: 'sender_removed', next_touch_at: null });
    expect(
      (await call(listSendersOfCampaign, { id })).senders.map(({ account_id, removed_at }) => [
        account_id,
        removed_at === null,
      ]),
    ).toEqual([
      [one, false],
      [two, true],
    ]);
    await call(addSenders, { id, sender_account_ids: [one] });
    await fixture.runFor(5 * hourMs);
    expect(mailsTo('off').length).toBe(16);
    expect((await call(getCampaign, { id })).campaign.status).toBe('completed');
    await fixture.checkLaws();
  });

  test('hand their prospects to other senders, which begin a new conversation', async () => {
    const [one, two] = [await sender('giver'), await sender('taker')];
    const id = await launchEmailCampaign(fixture, {
      name: 'hand',
      senders: [one],
      nodes: [hello, delayHours(24), followUp, delayHours(24), followUp],
      people: people(5, 'hand'),
    });
    await fixture.runFor(5 * hourMs);
    expect((await fail(removeSenderFromCampaign, { id, senderId: one, reassign: true })).code).toBe(
      'sender.not_found',
    );
    await call(addSenders, { id, sender_account_ids: [two] });
    expect(
      await call(removeSenderFromCampaign, { id, senderId: one, reassign: true }),
    ).toMatchObject({ reassigned: 5, waiting: 0 });
    await fixture.checkLaws();
    await fixture.runFor(3 * dayMs);
    const [first, second, third] = mailsTo('hand3');
    expect(first!.headers.from).toContain('giver@sender.test');
    expect(second!.headers).toMatchObject({
      from: expect.stringContaining('taker@sender.test'),
      subject: 'Hello P3',
    });
    expect(second!.headers['in-reply-to']).toBeUndefined();
    expect(third!.headers).toMatchObject({
      subject: 'Re: Hello P3',
      'in-reply-to': second!.headers['message-id'],
    });
    await fixture.checkLaws();
  });

  test('take on no prospects once deleted, not from others and not after a resume', async () => {
    const [one, two, three] = [
      await sender('stays'),
      await sender('goes'),
      await sender('goes-for-good'),
    ];
    const id = await launchEmailCampaign(fixture, {
      name: 'deleted',
      senders: [one, two],
      nodes: [hello, delayHours(24), followUp],
      people: people(4, 'deleted'),
    });
    const alone = await launchEmailCampaign(fixture, {
      name: 'alone',
      senders: [two],
      nodes: [delayHours(240), hello],
      people: people(1, 'alone'),
    });
    await fixture.runFor(5 * hourMs);
    await call(removeSender, { id: two, force: true });
    const [early] = await readProspects(fixture, alone);
    expect((await fail(skipAheadProspect, { id: alone, prospectId: early!.id })).code).toBe(
      'sender.not_found',
    );
    expect((await fail(removeSenderFromCampaign, { id, senderId: one, reassign: true })).code).toBe(
      'sender.not_found',
    );
    await call(addSenders, { id, sender_account_ids: [one] });
    const over = await launchEmailCampaign(fixture, {
      name: 'over',
      senders: [three],
      nodes: [hello],
      people: people(1, 'over'),
      settings: { roster: 'open' },
    });
    await fixture.runFor(5 * hourMs);
    await call(removeSender, { id: three });
    await call(addProspects, {
      id: over,
      prospects: [{ email: 'late@people.test', first_name: 'Late' }],
    });
    expect((await call(getCampaign, { id: over })).campaign).toMatchObject({ sender_accounts: [] });
    const [late] = (await call(listRoster, { id: over, q: 'late' })).prospects;
    expect((await fail(skipAheadProspect, { id: over, prospectId: late!.id })).code).toBe(
      'sender.not_found',
    );
    await fixture.checkLaws();
  });

  test('pause the campaign when none is left, until there is one again', async () => {
    const [one, two] = [await sender('last'), await sender('next')];
    const id = await launchEmailCampaign(fixture, {
      name: 'none',
      senders: [one],
      nodes: [hello, delayHours(24), followUp],
      people: people(3, 'none'),
    });
    await fixture.runFor(2 * hourMs);
    const gone = await call(removeSenderFromCampaign, { id, senderId: one });
    expect(gone.campaign).toMatchObject({ status: 'paused', pause_reason: 'all_senders_down' });
    await fixture.checkLaws();
    expect((await call(addSenders, { id, sender_account_ids: [two] })).campaign.status).toBe(
      'active',
    );
    expect(
      await call(removeSenderFromCampaign, { id, senderId: one, reassign: true }),
    ).toMatchObject({ reassigned: 3 });
    await fixture.runFor(2 * dayMs);
    expect(mailsTo('none').length).toBe(6);
    await fixture.checkLaws();
  });
});
