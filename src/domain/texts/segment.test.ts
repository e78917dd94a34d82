import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from './render.ts';
import { type Segment, segmentsOf, templateOf } from './segment.ts';
import { parseTemplate } from './template.ts';

const text = (value: string): Segment => ({ type: 'static', text: value });
const variable = (name: string, fallback: string | null = null) => ({
  type: 'variable' as const,
  name,
  fallback,
});
const custom = 'custom_r4t9vw15jm6bn3yxcf2dq8ek';

describe('segments', () => {
  it.each<[string, Segment[]]>([
    ['Hi %first_name|there%!', [text('Hi '), variable('first-name', 'there'), text('!')]],
    ['100% sure, %company%', [text('100% sure, '), variable('company')]],
    ['%x_handle|%', [variable('username', '')]],
    [`%custom_fields.${custom}|x%`, [variable(custom, 'x')]],
    ['%custom_fields.deal size%', [variable('custom_fields.deal size')]],
    ['%%first_name%%', [text('%first_name%')]],
    ['%pick%a%or%b|c%end%', [{ type: 'variation', options: ['a', 'b|c'] }]],
    [
      '%pick%Hi %first_name%%or%%end%.',
      [
        {
          type: 'variation',
          options: [[{ type: 'static', text: 'Hi ' }, variable('first-name')], ''],
        },
        text('.'),
      ],
    ],
    ['%%pick%%', [text('%pick%')]],
  ])('of %j are %j, and give the template back', (source, segments) => {
    expect(segmentsOf(source)).toEqual(segments);
    expect(templateOf(segments)).toEqual({ source, problems: [] });
  });

  it.each<[Segment, (string | number)[]]>([
    [variable('nope'), ['segments', 0, 'name']],
    [variable('first-name', '100%'), ['segments', 0, 'fallback']],
    [variable('first-name', 'a\nb'), ['segments', 0, 'fallback']],
    [
      { type: 'variation', options: ['a', [variable('custom_fields.a|b')]] },
      ['segments', 0, 'options', 1, 0, 'name'],
    ],
  ])('with the fault %j are refused at %j', (segment, path) => {
    expect(templateOf([segment]).problems).toMatchObject([{ path }]);
  });
});

describe('segments of every kind', () => {
  const words = fc.constantFrom(
    '%',
    '%%',
    '%pick%',
    '%or%',
    '%end%',
    '%first_name%',
    '|',
    '\n',
    'a',
    '100% b ',
    '%custom_fields.x%',
  );
  const free = fc.array(words, { maxLength: 6 }).map((all) => all.join(''));
  const named = fc.record({
    type: fc.constant('variable' as const),
    name: fc.constantFrom('first-name', 'username', 'sender-name', custom, 'custom_fields.city'),
    fallback: fc.option(fc.constantFrom('', 'there', 'a|b')),
  });
  const plain = fc.oneof(
    free.map((value) => ({ type: 'static' as const, text: value })),
    named,
  );
  const segment: fc.Arbitrary<Segment> = fc.oneof(
    plain,
    fc.record({
      type: fc.constant('variation' as const),
      options: fc.array(fc.oneof(free, fc.array(plain)), { minLength: 1, maxLength: 3 }),
    }),
  );
  const values = {
    first_name: 'Jane',
    x_handle: 'jane',
    sender_name: 'Sam',
    custom_fields: { [custom]: 'x', city: 'Ulm' },
  };

  it('give a template without faults, the same segments again, and their static text', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const { source, problems } = templateOf(segments);
        expect(problems).toEqual([]);
        expect(parseTemplate(source).problems).toEqual([]);
        expect(templateOf(segmentsOf(source)).source).toBe(source);
        const statics = segments.flatMap((one) => (one.type === 'static' ? one.text : []));
        const said = render(parseTemplate(source), values, { seed: 'x' });
        if (!said.ok) throw new Error(said.missing.join());
        for (const one of statics) expect(said.text).toContain(one);
      }),
      { numRuns: 2_000 },
    );
  });
});
