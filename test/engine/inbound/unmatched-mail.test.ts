import { expect, test } from 'vitest';
import { hourMs } from '../../../src/domain/time.ts';
import { attachUnmatchedMail } from '../../../src/operations/unmatched/attach.ts';
import { dismissUnmatchedMail } from '../../../src/operations/unmatched/dismiss.ts';
import { listUnmatchedMails } from '../../../src/operations/unmatched/list.ts';
import { openContacted } from '../../fixtures/email.ts';
import { mail } from '../../fixtures/mails.ts';

const { t, contacted } = await openContacted();

async function strange(from: string, subject = 'Re: Hello Pat') {
  const c = await contacted();
  const domain = c.address.split('@')[1];
  await t.deliver(c.sender, mail({ from: from.replace('DOMAIN', domain ?? ''), subject }));
  await t.readInboxes();
  const { mails } = await t.call(listUnmatchedMails, {});
  return { c, found: mails.find(({ sender_id }) => sender_id === c.sender)! };
}

test('a colleague’s mail that matched nobody holds the person until it is attached', async () => {
  const { c, found } = await strange('Kim <kim@DOMAIN>');
  expect(found).toMatchObject({ kind: 'reply', text: expect.stringContaining('call me') });
  expect(await c.person()).toMatchObject({ status: 'sent', hold: 'possible_reply' });
  await t.checkLaws();
  const person = await c.person();
  const place = { campaign_id: person.campaign_id, prospect_id: person.id };
  await t.call(attachUnmatchedMail, { id: found.id, ...place });
  expect(await c.person()).toMatchObject({ status: 'replied' });
  const { mails } = await t.call(listUnmatchedMails, {});
  expect(mails.map(({ id }) => id)).not.toContain(found.id);
  await t.checkLaws();
});

test('a dismissed mail lets the person go on, and so does a day', async () => {
  const { c, found } = await strange('Kim <kim@DOMAIN>');
  await t.call(dismissUnmatchedMail, { id: found.id });
  expect(await c.person()).toMatchObject({ status: 'sent', hold: null });
  const other = await strange('Kim <kim@DOMAIN>');
  await t.runFor(25 * hourMs);
  expect((await other.c.person()).hold).not.toBe('possible_reply');
  await t.checkLaws();
});

test('a mail with the subject of few people holds them', async () => {
  const { c } = await strange('Kim <kim@elsewhere.test>');
  expect(await c.person()).toMatchObject({ status: 'sent', hold: 'possible_reply' });
});

test('a mail of a stranger holds nobody', async () => {
  const { c } = await strange('Kim <kim@elsewhere.test>', 'Re: Your parcel');
  expect(await c.person()).toMatchObject({ status: 'sent', hold: null });
});
