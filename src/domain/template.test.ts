import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, parseTemplate, render, variableNames } from './template.ts';

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

describe('what is filled in', () => {
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

  it('leaves no braces to be mailed', () => {
    expect(filled('Hi {{name}}, %first_name%')).toEqual(['{{name}}']);
  });

  it('names what is missing, each once', () => {
    expect(filled('%position% %custom_fields.__proto__% %headline% %position% %sender_last_name%')).toEqual([
      'position',
      'custom_fields.__proto__',
      'headline',
      'sender_last',
    ]);
  });

  it('takes values literally', () => {
    const sly = { first_name: '%last_name%', last_name: '%%' };
    expect(render(parseTemplate('%first_name%%last_name%'), sly)).toEqual({ ok: true, text: '%last_name%%%' });
  });

  it('escapes values for HTML, not the template and its fallbacks', () => {
    expect(filled('<b>%company%</b> %position|<i>there</i>%', 'html')).toBe('<b>R&amp;D &lt;Ltd&gt;</b> <i>there</i>');
    expect(escapeHtml(`"it's" & <x>`)).toBe('&quot;it&#39;s&quot; &amp; &lt;x&gt;');
  });

  it('is read once, however often it is used', () => {
    expect(parseTemplate('Hi %name%')).toBe(parseTemplate('Hi %name%'));
    const seen = Array.from({ length: 1_000 }, (_, index) => parseTemplate(`${index} %name%`).parts[0]);
    expect(seen[999]).toBe('999 ');
  });

  it('stops before a text gets absurd', () => {
    const template = parseTemplate('%company%'.repeat(1_000));
    expect(render(template, { company: 'x'.repeat(10_000) })).toEqual({ ok: false, missing: ['company'], reason: 'too_long' });
  });
});

describe('percent signs that open nothing', () => {
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

describe('what is refused', () => {
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
  ])('%j at %i, and %s is offered', (source, at, offer) => {
    expect(problems(source)).toEqual([expect.objectContaining({ at, message: expect.stringContaining(offer) })]);
  });

  it('comes in the order of the text', () => {
    expect(problems('{{name}} %shoe% {{company}}').map(({ code, at }) => [code, at])).toEqual([
      ['braces', 0],
      ['unknown_variable', 9],
      ['braces', 16],
    ]);
  });
});

describe('for every text', () => {
  const piece = fc.oneof(
    fc.constantFrom('%', '%%', '|', '{{', '}}', ' ', '\n', 'custom_fields.', ...variableNames.map((name) => `%${name}%`)),
    fc.string(),
  );
  const source = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  it('text with its percent signs doubled comes back as it was', () => {
    fc.assert(
      fc.property(source, (text) => {
        fc.pre(!/\{\{[^{}]+\}\}/.test(text));
        expect(filled(text.replaceAll('%', '%%'))).toBe(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('the parts put together again are the text, and it renders or names a variable', () => {
    const checked = fc.property(source, (text) => {
      const { parts, variables, problems: found } = parseTemplate(text);
      const length = parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 2), 0);
      expect(length).toBeLessThanOrEqual(text.length);
      const result = render(parseTemplate(text), {});
      if (!result.ok) expect([...variables, ...found.map(({ name }) => name)]).toEqual(expect.arrayContaining(result.missing));
    });
    fc.assert(checked, { numRuns: 3_000 });
  });

  it.each(['%', '%a', '%a b ', '%custom_fields.', '%a|', '{{', '{{a', '%first_name|x'])(
    '%j a hundred thousand times is read within the time of a test, and what is wrong with it is said in few words',
    (seed) => {
      expect(parseTemplate(seed.repeat(100_000)).problems.length).toBeLessThanOrEqual(100);
    },
  );
});
