import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { outgoingMail } from '../../../test/fixtures/mails.ts';
import type { Account, Outgoing } from '../channel.ts';
import { composeMail } from './compose.ts';

const account: Account = {
  id: 'a1',
  emailAddress: 'ann@sender.test',
  providerAccountId: null,
  isPremium: false,
  displayName: 'Ann Müller, Sales',
  firstName: null,
  lastName: null,
  connection: {},
  secrets: {},
};

const write = (more: Partial<Outgoing> = {}, by = account) =>
  composeMail(by, outgoingMail({ toName: 'Bob "Bobby" Jones', ...more }));

const read = (more: Partial<Outgoing> = {}, by = account) => PostalMime.parse(write(more, by).body);

test('the same message always gives the same bytes', () =>
  expect(write().body.equals(write().body)).toBe(true));

test('names, subject and both parts are parsed back as they were written', async () => {
  const text = 'Grüße — 你好\n\n.\n..leading dots\ntrailing spaces  \n= equals = signs =3D\n';
  const email = await read({
    subject: 'Ein langer Betreff mit Umlauten: äöü '.repeat(6).trim(),
    text,
    toName: 'José "Pepe" García',
  });
  expect(email.from).toEqual({ name: 'Ann Müller, Sales', address: 'ann@sender.test' });
  expect(email.to).toEqual([{ name: 'José "Pepe" García', address: 'bob@people.test' }]);
  expect(email.subject).toBe('Ein langer Betreff mit Umlauten: äöü '.repeat(6).trim());
  expect(email.text?.trimEnd()).toBe(text.trimEnd());
  expect(email.html).toContain('Grüße — 你好');
});

test.each([
  ['Ann\nLee', 'Ann Lee'],
  ['Ann \r\n\t Lee', 'Ann Lee'],
  ['Zoë\u2028Lee\u0007', 'Zoë Lee'],
  ['=?utf-8?Q?Eve?=', '=?utf-8?Q?Eve?='],
])('%j is one line of a header, and read as it is written', async (written, shown) => {
  const email = await read(
    { toName: written, subject: `Hi ${written} Größe` },
    { ...account, displayName: written },
  );
  expect(email.to?.[0]?.name).toBe(shown);
  expect(email.from?.name).toBe(shown);
  expect(email.subject).toBe(`Hi ${shown} Größe`);
});

test('every line is ASCII and shorter than SMTP allows', () => {
  const lines = write({
    subject: 'x'.repeat(900),
    text: `${'wörd '.repeat(500)}`,
    html: `<p>${'x'.repeat(5000)}</p>`,
    unsubscribeUrl: `https://x.test/${'u'.repeat(300)}`,
  })
    .body.toString('latin1')
    .split('\r\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998);
  expect(lines.join('')).toMatch(/^[\t\x20-\x7e]*$/);
});

test('every line break becomes CRLF', () =>
  expect(write({ text: 'a\nb\r\nc\rd' }).body.toString()).toContain('a\r\nb\r\nc\r\nd'));

test('the envelope has each recipient once and the header no bcc', async () => {
  const more = { cc: 'Boss <boss@sender.test>, bob@people.test', bcc: 'crm@sender.test' };
  expect(write(more).envelope).toEqual({
    from: 'ann@sender.test',
    to: ['bob@people.test', 'boss@sender.test', 'crm@sender.test'],
  });
  expect(write(more).body.toString()).not.toContain('crm@');
  expect((await read(more)).cc).toEqual([
    { name: 'Boss', address: 'boss@sender.test' },
    { name: '', address: 'bob@people.test' },
  ]);
});

test('an international domain is written as A-labels', () =>
  expect(write({ to: 'bob@müller.test' }).envelope.to).toEqual(['bob@xn--mller-kva.test']));

test('a long list of references keeps the first id and the latest ones', async () => {
  const thread = Array.from({ length: 50 }, (_, index) => `m${index}@sender.test`);
  const email = await read({ thread });
  expect(email.inReplyTo).toBe('<m49@sender.test>');
  expect(email.references?.split(' ')).toEqual(
    [thread[0], ...thread.slice(-19)].map((id) => `<${id}>`),
  );
});

test('without a URL a mail that names the message unsubscribes', async () => {
  const { headers } = await read();
  expect(headers.find(({ key }) => key === 'list-unsubscribe')?.value).toBe(
    `<mailto:ann@sender.test?subject=unsubscribe%20${encodeURIComponent(outgoingMail().key)}>`,
  );
  expect(headers.some(({ key }) => key === 'list-unsubscribe-post')).toBe(false);
});

test('a text becomes escaped HTML with paragraphs and links', async () => {
  const { html } = await read({
    text: 'Hi <b>Bob</b> & co,\n\nsee (https://x.test/?a=1&b=2).\nbye',
  });
  expect(html?.trim()).toBe(
    '<p dir="auto">Hi &lt;b&gt;Bob&lt;/b&gt; &amp; co,</p>\n<p dir="auto">see (<a href="https://x.test/?a=1&amp;b=2">https://x.test/?a=1&amp;b=2</a>).<br>\nbye</p>',
  );
});

test('the open pixel stands at the end of the body', async () => {
  const { html } = await read({
    html: '<html><body><p>Hi</p></body></html>',
    pixelUrl: 'https://x.test/o?a=1&b=2',
  });
  expect(html).toMatch(/<p>Hi<\/p><img src="https:\/\/x\.test\/o\?a=1&amp;b=2"[^>]*><\/body>/);
});

test.each([
  { cc: 'not an address' },
  { replyTo: 'nobody' },
  { unsubscribeUrl: 'https://x.test/ a' },
])('%j cannot be composed', (more) => {
  expect(() => write(more)).toThrow();
});

test('a sender without an address cannot compose a mail', () =>
  expect(() => write({}, { ...account, emailAddress: null })).toThrow(/no email address/));
