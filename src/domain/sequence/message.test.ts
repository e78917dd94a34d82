import { describe, expect, it } from 'vitest';
import { channelKey, messageIdFromKey, renderTouch, type TouchText } from './message.ts';
import { insertNode, type SequenceNodeInput, seedSequence } from './sequence.ts';

const node = (given: SequenceNodeInput, channel = 'email') =>
  insertNode(
    seedSequence(channel, () => 'a'),
    { given, channel, newId: () => 'b' },
  ).node;
const prospect = {
  id: '019ae6a0-0000-7000-8000-000000000001',
  email: 'jane@example.com',
  linkedin_url: null,
  x_handle: null,
  first_name: 'Jane',
  last_name: 'Doe',
  name: null,
  company: 'R&D',
  position: null,
  headline: null,
  custom_fields: { note: 'a\r\nb' },
};
const sender = {
  first_name: 'Sam',
  last_name: 'Smith',
  display_name: null,
  email_address: 'sam@sender.example',
  signature: 'Sender %sender_first%',
};
const touch = (given: Partial<SequenceNodeInput>, more: Partial<TouchText> = {}): TouchText => ({
  node: node({ type: 'email', subject: 'Hello %name%', body: 'Hi %first_name%,', ...given }),
  prospect,
  sender,
  campaignSignature: null,
  ...more,
});

describe('a touch', () => {
  it('is rendered with the values of prospect and sender', () => {
    expect(
      renderTouch(
        touch({
          body: '  I am %sender_name% <%sender_email%>.\n\n',
          from_name: '%sender_first% of %company%',
        }),
      ),
    ).toEqual({
      ok: true,
      subject: 'Hello Jane Doe',
      text: '  I am Sam Smith <sam@sender.example>.\n\nSender Sam',
      html: null,
      fromName: 'Sam of R&D',
    });
  });

  it.each([
    ["the node's", 'Node', 'Campaign', 'Hi Jane,\n\nNode'],
    ["the campaign's", null, 'Campaign %first_name%', 'Hi Jane,\n\nCampaign Jane'],
    ["the sender's", null, null, 'Hi Jane,\n\nSender Sam'],
    ['none, when the node says so', '', 'Campaign', 'Hi Jane,'],
    ['none, when the campaign says so', null, '', 'Hi Jane,'],
  ])('has as its signature %s', (_, signature, campaignSignature, text) => {
    expect(renderTouch(touch({ signature }, { campaignSignature }))).toMatchObject({
      ok: true,
      text,
    });
  });

  it('has the same wordings in text and HTML, and always for the same prospect', () => {
    const body = '%pick%Hi%or%Hello%or%Hey %first_name%%end%, %pick%a%or%b%end%';
    const texts = Array.from({ length: 40 }, (_, index) => {
      const wordy = touch(
        { body, body_html: `<p>${body}</p>`, signature: '' },
        { prospect: { ...prospect, id: `person ${index}` } },
      );
      const rendered = renderTouch(wordy);
      if (!rendered.ok) throw new Error(rendered.reason);
      expect(rendered.html).toBe(`<p>${rendered.text}</p>`);
      expect(renderTouch(wordy)).toEqual(rendered);
      return rendered.text;
    });
    expect([...new Set(texts)].sort()).toEqual([
      'Hello, a',
      'Hello, b',
      'Hey Jane, a',
      'Hey Jane, b',
      'Hi, a',
      'Hi, b',
    ]);
  });

  it('escapes values and signature in HTML, and signs inside the body', () => {
    const html = (body_html: string, signature: string) =>
      renderTouch(touch({ body_html, signature }));
    expect(html('<p>%company%</p>', 'A & B\nC')).toMatchObject({
      html: '<p>R&amp;D</p><br><br>A &amp; B<br>C',
    });
    expect(html('<body>x</BODY></html>', 'Me')).toMatchObject({
      html: '<body>x<br><br>Me</BODY></html>',
    });
    expect(html('<p>x</p>', '')).toMatchObject({ html: '<p>x</p>' });
  });

  it('names each missing variable once', () => {
    const lacking = touch({
      subject: '%position%',
      body: '%custom_fields.x% %position%',
      body_html: '%headline%',
      signature: '%company%',
    });
    expect(renderTouch(lacking)).toEqual({
      ok: false,
      reason: 'missing_variable',
      missing: ['position', 'custom_fields.x', 'headline'],
    });
  });

  it('writes a value of several lines on one line of a header', () => {
    expect(
      renderTouch(touch({ subject: '%first_name%, about %custom_fields.note%' })),
    ).toMatchObject({ subject: 'Jane, about a b' });
    expect(renderTouch(touch({ from_name: '%custom_fields.note%' }))).toMatchObject({
      fromName: 'a b',
    });
    expect(renderTouch(touch({ body: '%custom_fields.note%', signature: '' }))).toMatchObject({
      ok: true,
      text: 'a\r\nb',
    });
  });

  it('is refused when its values leave the subject blank', () => {
    expect(renderTouch(touch({ subject: '%position|%' }))).toEqual({
      ok: false,
      reason: 'no_subject',
      missing: ['subject'],
    });
  });
});

describe('a reply', () => {
  it.each([
    [null, 'Hello Jane', 'Re: Hello Jane'],
    ['', 'RE: Hello', 'RE: Hello'],
    ['Own %name%', 'Hello', 'Own Jane Doe'],
  ])(
    'with the subject %j in the conversation %j has the subject %j',
    (subject, threadSubject, expected) => {
      expect(renderTouch(touch({ subject, is_reply: true }, { threadSubject }))).toMatchObject({
        ok: true,
        subject: expected,
      });
    },
  );

  it('without a subject needs the subject of a conversation', () => {
    expect(renderTouch(touch({ subject: '', is_reply: true }))).toMatchObject({
      ok: false,
      reason: 'no_subject',
    });
  });
});

describe('a text written by hand', () => {
  it('is sent without changes and without the signature', () => {
    const draft = { subject: 'For %you%', body_text: '100% {{mine}}', body_html: null };
    expect(renderTouch(touch({ body: '%position%' }, { draft }))).toEqual({
      ok: true,
      subject: 'For %you%',
      text: '100% {{mine}}',
      html: null,
      fromName: null,
    });
  });

  it('cannot add a header either', () => {
    const draft = { subject: 'a\nBcc: b@example.com', body_text: 'x', body_html: null };
    expect(renderTouch(touch({}, { draft }))).toMatchObject({ subject: 'a Bcc: b@example.com' });
  });
});

describe('other touches', () => {
  it('have no subject and no signature, and an invitation has its note unless it is off', () => {
    const invite = (include_message: boolean | null) =>
      renderTouch(
        touch(
          {},
          {
            node: node(
              { type: 'connection_request', body: 'Hi %first_name%', include_message },
              'linkedin',
            ),
          },
        ),
      );
    expect(invite(null)).toEqual({
      ok: true,
      subject: '',
      text: 'Hi Jane',
      html: null,
      fromName: null,
    });
    expect(invite(false)).toMatchObject({ text: '' });
  });
});

describe('the key of a message', () => {
  const id = '019a0000-0000-7000-8000-000000000001';

  it("is its id at the sender's domain, and gives the id back", () => {
    expect(channelKey(id, 'sam@Sender.example')).toBe(`${id}@sender.example`);
    expect([`${id}@sender.example`, `<${id.toUpperCase()}@x>`].map(messageIdFromKey)).toEqual([
      id,
      id,
    ]);
  });

  it.each(['', 'x@sender.example', id, `a${id}@x`, `${id}@x y`, `${id}@`])(
    '%j is not one of ours',
    (key) => {
      expect(messageIdFromKey(key)).toBeNull();
    },
  );
});
