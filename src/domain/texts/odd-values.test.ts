import { expect, it } from 'vitest';
import { decodeEntities } from './entities.ts';
import { oddityOf } from './odd-values.ts';

it.each([
  ['null', 'blank'],
  ['None', 'blank'],
  [' N/A ', 'blank'],
  ['NaN', 'blank'],
  ['undefined', 'blank'],
  ['(null)', 'blank'],
  ['\\N', 'blank'],
  ['unbekannt', 'blank'],
  ['null null', 'blank'],
  ['#N/A', 'broken'],
  ['#NV', 'broken'],
  ['#REF!', 'broken'],
  ['#DIV/0!', 'broken'],
  ['[object Object]', 'broken'],
  ['{{first_name}}', 'broken'],
  ['={{ $json.name }}', 'broken'],
  ['%first_name%', 'broken'],
  ['*|FNAME|*', 'broken'],
  ['«Name»', 'broken'],
  ['[First Name]', 'broken'],
  ['--', 'broken'],
  ['?', 'broken'],
  ['Ann', null],
  ['Nullmeyer', null],
  ['Müller & Söhne', null],
  ['C++', null],
  ['100%', null],
  ['李', null],
])('the value %j is %s', (value, oddity) => {
  expect(oddityOf(value)).toBe(oddity);
});

it.each([
  ['Müller &amp; Söhne', 'Müller & Söhne'],
  ['Caf&eacute; &#39;X&#x27;', "Café 'X'"],
  ['&amp;amp;', '&amp;'],
  ['R&D &amp; more', 'R&D &amp; more'],
  ['AT&T', 'AT&T'],
  ['&nosuchthing;', '&nosuchthing;'],
])('the stored value %j is read as %j', (value, text) => {
  expect(decodeEntities(value)).toBe(text);
});
