import { expect, it } from 'vitest';
import { render } from './render.ts';
import { segmentsOf, templateOf } from './segment.ts';
import { parseTemplate } from './template.ts';

const person = {
  first_name: 'HANS',
  last_name: 'MÜLLER',
  company: 'Müller & Söhne',
  headline: 'One\nTwo',
  custom_fields: {
    city: 'Bad Homburg',
    'Zip Code': '61348',
    site: 'https://acme.example/a?b=c d',
    stored: 'R&amp;D &lt;x&gt;',
    blank: '&nbsp;',
  },
};
const filled = (source: string, html = false) => {
  const result = render(parseTemplate(source), person, html ? { escape: 'html' } : {});
  return result.ok ? result.text : result.missing;
};

it.each([
  [
    'https://x.example/?c=%custom_fields.city%&n=%company%',
    'https://x.example/?c=Bad%20Homburg&n=M%C3%BCller%20%26%20S%C3%B6hne',
  ],
  ['https://x.example/%custom_fields.city%/a', 'https://x.example/Bad%20Homburg/a'],
  ['%custom_fields.site% now', 'https://acme.example/a?b=c d now'],
  ['%custom_fields.site|x% %company%', 'https://acme.example/a?b=c d Müller & Söhne'],
  [
    'mailto:x@y.example?subject=%company%',
    'mailto:x@y.example?subject=M%C3%BCller%20%26%20S%C3%B6hne',
  ],
  ['he/she %company%', 'he/she Müller & Söhne'],
  ['https://x.example/K%C3%A4se%20%custom_fields.Zip Code%', 'https://x.example/K%C3%A4se%2061348'],
  ['https://x.example/?n=%first_name%%20x', 'https://x.example/?n=HANS%20x'],
])('in a link a value is encoded: %j becomes %j', (source, text) => {
  expect(filled(source)).toBe(text);
});

it.each([
  [
    '<a href="https://x.example/?c=%company%&amp;d=%custom_fields.city%">%company%</a>',
    '<a href="https://x.example/?c=M%C3%BCller%20%26%20S%C3%B6hne&amp;d=Bad%20Homburg">Müller &amp; Söhne</a>',
  ],
  ['<a href="%custom_fields.site%">x</a>', '<a href="https://acme.example/a?b=c d">x</a>'],
  ['<p>%headline%</p>', '<p>One<br>Two</p>'],
  ['<p title="%headline%">x</p>', '<p title="One Two">x</p>'],
  ['<p>%custom_fields.stored%</p>', '<p>R&amp;D &lt;x&gt;</p>'],
])('in HTML %j becomes %j', (source, text) => {
  expect(filled(source, true)).toBe(text);
});

it.each([
  ['Guten Tag %position|% %last_name:title%', 'Guten Tag Müller'],
  ['%position|% %first_name:title%,', ' Hans,'.trimStart()],
  ['a %position|% %position|% b', 'a b'],
  ['a %position|%, b', 'a , b'],
  ['a  %first_name|%  b', 'a  HANS  b'],
  ['%FIRST_NAME:TITLE|you% %custom_fields.zip_code%', 'Hans 61348'],
  ['%custom_fields.none:title|you there%', 'you there'],
  ['%custom_fields.stored%', 'R&D <x>'],
  ['%custom_fields.blank|nothing%', 'nothing'],
])('%j becomes %j', (source, text) => {
  expect(filled(source)).toBe(text);
});

it('a filter survives the form of segments', () => {
  for (const source of ['%first_name:title|you%', '%custom_fields.city:title%'])
    expect(templateOf(segmentsOf(source))).toEqual({ source, problems: [] });
});
