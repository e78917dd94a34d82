import { describe, expect, it } from 'vitest';
import { render } from '../texts/render.ts';
import { parseTemplate } from '../texts/template.ts';
import { fillSlots, parseSkeleton } from './skeleton.ts';

const values = { first_name: 'Jane', company: 'Acme & Sons' };

/** The text that is sent: the rendered skeleton with the model's texts in its slots. */
function write(source: string, written: Record<string, string>): string {
  const rendered = render(parseTemplate(parseSkeleton('body', source).text), values, {
    seed: 'one',
  });
  return fillSlots(rendered.ok ? rendered.text : '', written);
}

describe('a skeleton', () => {
  it.each<[string, (string | null)[], boolean]>([
    ['', [null], true],
    [' \n', [null], true],
    ['Hi.', [], true],
    ['&&one&& and && two \n lines &&', ['one', 'two \n lines'], true],
    ['R&D and &amp; are text', [], true],
    ['&&one&& &&two', ['one'], false],
    ['&&&&', [''], true],
  ])('%j has the instructions %j', (source, instructions, closed) => {
    const skeleton = parseSkeleton('body', source);
    expect(skeleton.slots.map((slot) => slot.instruction)).toEqual(instructions);
    expect(skeleton.closed).toBe(closed);
  });

  it('is literal except for its variables and slots', () => {
    expect(
      write('Hi %first_name%, &&a compliment on %company%&& 100%% sure.', {
        body_1: 'nice %x% && {{work}}',
      }),
    ).toBe('Hi Jane, nice %x% && {{work}} 100% sure.');
  });

  it('is one slot when it is blank', () =>
    expect(write('', { body: 'All of it.' })).toBe('All of it.'));

  it('ignores marks that a caller or a model wrote', () => {
    expect(parseSkeleton('body', 'a \uE000body\uE001 &&b&&').slots).toHaveLength(1);
    expect(fillSlots('x \uE000nothing\uE001 y', { body: 'no' })).toBe('x  y');
    expect(fillSlots('x \uE000constructor\uE001 y', {})).toBe('x  y');
  });
});
