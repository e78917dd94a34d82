import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from './escape-html.ts';
import { canBeBlank, render } from './render.ts';
import { parseTemplate, variableNames } from './template.ts';

const jane = {
  first_name: 'Jane',
  last_name: 'Doe',
  company: 'R&D <Ltd>',
  headline: '  ',
  custom_fields: { industry: 'SaaS', 'deal size': 7, tags: ['a'], on: false },
};
const filled = (source: string, format?: 'html') => {
  const result = render(parseTemplate(source), jane, format ? { escape: format } : {});
  return result.ok ? result.text : result.missing;
};
const problems = (source: string) => parseTemplate(source).problems;

describe('a template', () => {
  it.each([
    ['Hi %first_name%!', 'Hi Jane!'],
    ['%first_name%%last_name%', 'JaneDoe'],
    ['%FIRST_NAME% %First_Name%', 'Jane Jane'],
    ['%custom_fields.industry%/%custom_fields.deal size%/%custom_fields.on%', 'SaaS/7/false'],
    ['%first_name|you%', 'Jane'],
    ['%position|your team%', 'your team'],
    ['[%position|%]', '[]'],
    ['%headline|blank counts as missing%', 'blank counts as missing'],
    ['%custom_fields.none|x%%custom_fields.tags|y%', 'xy'],
    ['%sender_first_name|Sam%', 'Sam'],
  ])('%j becomes %j', (source, text) => {
    expect(filled(source)).toBe(text);
    expect(problems(source)).toEqual([]);
  });

  it('with braces is not sent', () => {
    expect(filled('Hi {{name}}, %first_name%')).toEqual(['{{name}}']);
  });

  it('names each missing variable once', () => {
    expect(
      filled('%position% %custom_fields.__proto__% %headline% %position% %sender_last_name%'),
    ).toEqual(['position', 'custom_fields.__proto__', 'headline', 'sender_last']);
  });

  it('takes values literally', () => {
    const sly = { first_name: '%last_name%', last_name: '%%' };
    expect(render(parseTemplate('%first_name%%last_name%'), sly)).toEqual({
      ok: true,
      text: '%last_name%%%',
    });
  });

  it('escapes values for HTML, not the template and its fallbacks', () => {
    expect(filled('<b>%company%</b> %position|<i>there</i>%', 'html')).toBe(
      '<b>R&amp;D &lt;Ltd&gt;</b> <i>there</i>',
    );
    expect(escapeHtml(`"it's" & <x>`)).toBe('&quot;it&#39;s&quot; &amp; &lt;x&gt;');
  });

  it('is parsed once, however often it is used', () => {
    expect(parseTemplate('Hi %name%')).toBe(parseTemplate('Hi %name%'));
    const seen = Array.from(
      { length: 1_000 },
      (_, index) => parseTemplate(`${index} %name%`).parts[0],
    );
    expect(seen[999]).toBe('999 ');
  });

  it('stops when the text gets longer than a million characters', () => {
    const template = parseTemplate('%company%'.repeat(1_000));
    expect(render(template, { company: 'x'.repeat(10_000) })).toEqual({
      ok: false,
      missing: ['company'],
      reason: 'too_long',
    });
  });
});

describe('variations', () => {
  const wordingsOf = (source: string) => {
    const texts = Array.from({ length: 60 }, (_, index) =>
      render(parseTemplate(source), jane, { seed: `person ${index}` }),
    );
    return [...new Set(texts.map((text) => (text.ok ? text.text : text.missing.join())))].sort();
  };

  it.each([
    ['%pick%a%or%b%end%', ['a', 'b']],
    ['%PICK%a%Or%b%END%', ['a', 'b']],
    ['%pick%Hi %first_name|you%%or%100%% %position|sure%\n%end%!', ['100% sure\n!', 'Hi Jane!']],
    ['<%pick%%or%%%%or%x|y%end%>', ['<%>', '<>', '<x|y>']],
    ['%pick%only%end%', ['only']],
    ['%pick%a%or%b%end%%pick%c%or%d%end%', ['ac', 'ad', 'bc', 'bd']],
    ['%pick%a%or%%shoe%%end%', ['a', 'shoe']],
  ])('%j gives one of %j', (source, texts) => {
    expect(wordingsOf(source)).toEqual(texts);
  });

  it('pick each wording equally often', () => {
    const template = parseTemplate('%pick%a%or%b%or%c%or%d%end%');
    const texts = Array.from({ length: 8_000 }, (_, index) =>
      render(template, {}, { seed: `${index}` }),
    );
    const counts = Map.groupBy(texts, (text) => (text.ok ? text.text : ''));
    for (const { length } of counts.values()) expect(Math.abs(length - 2_000)).toBeLessThan(200);
  });

  it('name the variables and the faults of every wording', () => {
    expect(parseTemplate('%pick%%company%%or%%nope%%or%{{x}}%end%')).toMatchObject({
      variables: ['company', 'nope'],
      problems: [{ code: 'unknown_variable' }, { code: 'braces' }],
    });
  });

  it.each([
    ['%pick%a%or%b', ['pick'], 0],
    ['a%or%b', ['or'], 1],
    ['a%end%', ['end'], 1],
    ['%pick%a%pick%b%end%', ['pick'], 7],
    ['%pick|a%', ['pick'], 0],
  ])('with the fault %j are refused and never sent', (source, names, at) => {
    expect(problems(source)).toMatchObject(names.map((name) => ({ name, at })));
    if (source !== '%pick|a%') expect(wordingsOf(source)).toEqual([names.join()]);
  });

  it.each([
    ['', true],
    [' %pick%x%or% %end%\n', true],
    ['%pick%x%or% %end%.', false],
    ['%pick%x%or%%name%%end%', false],
    ['%name%', false],
  ])('%j may render blank: %s', (source, blank) => {
    expect(canBeBlank(parseTemplate(source))).toBe(blank);
  });
});

describe('percent signs that are plain text', () => {
  it.each([
    ['100%% sure', '100% sure'],
    ['100% sure', '100% sure'],
    ['100%', '100%'],
    ['5% off, 10% later', '5% off, 10% later'],
    ['50%off and more', '50%off and more'],
    ['%first_name', '%first_name'],
    ['%20%first_name%', '%20Jane'],
    ['https://x.example/%C3%A4?a=%first_name%', 'https://x.example/%C3%A4?a=Jane'],
    ['width:100%;max-width:50%', 'width:100%;max-width:50%'],
    ['%%first_name%%', '%first_name%'],
    ['%%%first_name%%%', '%Jane%'],
    ['up 5%now and 6% then', 'up 5%now and 6% then'],
    ['%first_name|a\nb%', '%first_name|a\nb%'],
  ])('%j becomes %j', (source, text) => {
    expect(filled(source)).toBe(text);
    expect(problems(source)).toEqual([]);
  });
});

describe('a fault', () => {
  it.each([
    ['Hi %firstname%', 3, '%first_name%'],
    ['%frist_name%', 0, '%first_name%'],
    ['%first-name%', 0, '%first_name%'],
    ['%first name|x%', 0, '%first_name%'],
    ['%companyName%', 0, '%custom_fields.company_name%'],
    ['%shoe_size%', 0, '%custom_fields.shoe_size%'],
    ['%sender_frist%', 0, '%sender_first%'],
    ['Dear {{ firstName }}', 5, 'write %first_name%'],
    ['{{Shoe Size}}', 0, 'write %custom_fields.shoe_size%'],
  ])('%j is reported at %i with the hint %s', (source, at, offer) => {
    expect(problems(source)).toEqual([
      expect.objectContaining({ at, message: expect.stringContaining(offer) }),
    ]);
  });

  it('is reported in the order of the text', () => {
    expect(problems('{{name}} %shoe% {{company}}').map(({ code, at }) => [code, at])).toEqual([
      ['braces', 0],
      ['unknown_variable', 9],
      ['braces', 16],
    ]);
  });
});

describe('every text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '%',
      '%%',
      '|',
      '%pick%',
      '%or%',
      '%end%',
      '{{',
      '}}',
      ' ',
      '\n',
      'custom_fields.',
      ...variableNames.map((name) => `%${name}%`),
    ),
    fc.string(),
  );
  const source = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('renders as itself when its percent signs are doubled', () => {
    fc.assert(
      fc.property(source, (text) => {
        fc.pre(!/\{\{[^{}]+\}\}/.test(text));
        expect(filled(text.replaceAll('%', '%%'))).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('has parts no longer than itself, and renders or names a variable', () => {
    const checked = fc.property(source, (text) => {
      const { parts, variables, problems: found } = parseTemplate(text);
      const flat = parts.flatMap((part) =>
        typeof part === 'object' && 'options' in part ? part.options.flat() : [part],
      );
      const length = flat.reduce(
        (sum, part) => sum + (typeof part === 'string' ? part.length : 2),
        0,
      );
      expect(length).toBeLessThanOrEqual(text.length);
      const result = render(parseTemplate(text), {});
      if (!result.ok)
        expect([...variables, ...found.map(({ name }) => name)]).toEqual(
          expect.arrayContaining(result.missing),
        );
    });
    fc.assert(checked, { numRuns: 3_000 });
  });

  it.each([
    '%',
    '%pick%',
    '%pick%a%or%',
    '%a',
    '%a b ',
    '%custom_fields.',
    '%a|',
    '{{',
    '{{a',
    '%first_name|x',
  ])(
    'of %j a hundred thousand times is parsed in time, with at most a hundred problems',
    (seed) => {
      expect(parseTemplate(seed.repeat(100_000)).problems.length).toBeLessThanOrEqual(100);
    },
  );
});
