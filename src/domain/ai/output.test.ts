import { expect, it } from 'vitest';
import type { SequenceNode } from '../sequence/nodes/node.ts';
import { draftOf, insertNode, seedSequence } from '../sequence/sequence.ts';
import { faultIn, tidyTexts, tooLong } from './output.ts';

let serial = 0;
const newId = () => `id-${serial++}`;

function nodeOf(content: Partial<SequenceNode> = {}): SequenceNode {
  const given = {
    type: 'ai' as const,
    ai_node: { output_type: 'email', purpose: 'Link to https://acme.test/demo.' },
    ...content,
  };
  return insertNode(seedSequence('email', newId), { given, channel: 'email', newId }).node;
}

const fault = (texts: Record<string, string>, node = nodeOf()) => {
  const { slots } = draftOf(node)!;
  return faultIn(tidyTexts(texts, slots), { node, slots });
};

it.each([
  ['Hello, Jane.\nSee https://acme.test/demo.'],
  ['See (HTTPS://acme.test/demo/)!'],
  ['100% sure, 20 % off, and 5%.'],
  ['Is it [sic] 3 < 4 & R&D?'],
  ['and/or, he/she, 24/7, 9/10'],
  ['Zoë 😀 – “quoted”'],
])('%j can be sent', (body) => expect(fault({ subject: 'A subject', body })).toBeNull());

it.each([
  ['', 'empty'],
  ['Hi %first_name%', 'placeholder'],
  ['Hi %first_name|there%', 'placeholder'],
  ['Hi {{ name }}', 'placeholder'],
  ['Hi [[body_1]]', 'placeholder'],
  ['Hi &&x&&', 'placeholder'],
  ['Regards, [Your Name]', 'placeholder'],
  ['Hi [insert name here]', 'placeholder'],
  ['Hi \u0000', 'control'],
  ['Hi \u202Exe', 'control'],
  ['See http://evil.test', 'link'],
  ['See www.evil.test', 'link'],
  ['See evil.test/path', 'link'],
  ['See https://acme.test/demo/other', 'link'],
  ['See https://acme.te', 'link'],
  ['Ask eve@evil.test', 'link'],
])('%j cannot be sent: %s', (body, word) =>
  expect(fault({ subject: 'A subject', body })).toContain(word),
);

it('a subject of two lines or more than 200 characters is refused', () => {
  expect(fault({ subject: 'a\nb', body: 'x' })).toContain('more than one line');
  expect(fault({ subject: 'a'.repeat(201), body: 'x' })).toContain('200 is the most');
});

it('a text for each slot is required, and other keys are dropped', () => {
  expect(fault({ body: 'x', stray: 'y' })).toBe('"subject" is empty.');
  const { slots } = draftOf(nodeOf())!;
  expect(tidyTexts({ subject: ' a\r\nb ', body: 5, stray: 'y' }, slots)).toEqual({
    subject: 'a\nb',
  });
  expect(tidyTexts({ body: '\uD800' }, slots)).toEqual({ body: '\uFFFD' });
});

it('addresses that the author wrote in the node may be quoted', () => {
  const node = nodeOf({
    body: 'At docs.acme.test/a: &&x&&',
    ai_node: { output_type: 'email', purpose: 'x', examples: [{ body: 'Ask us@acme.test' }] },
  });
  expect(fault({ subject: 'Hi', body_1: 'docs.acme.test/a or us@acme.test' }, node)).toBeNull();
});

it('long hostile texts are checked within two seconds', () => {
  const long = 'a.'.repeat(50_000);
  const startedAt = performance.now();
  expect(fault({ subject: 'Hi', body: long }, nodeOf({ body: `${long} &&x&&` }))).toContain(
    'empty',
  );
  expect(
    fault(
      { subject: 'Hi', body_1: `${long}${'-'.repeat(50_000)}@` },
      nodeOf({ body: `${long} &&x&&` }),
    ),
  ).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('a text over the limit of the touch is too long', () => {
  expect(tooLong('a'.repeat(200), 200)).toBeNull();
  expect(tooLong('a'.repeat(201), 200)).toBe('The whole text has 201 characters; 200 is the most.');
});
