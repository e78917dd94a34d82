import { decodeHTMLStrict } from 'entities';

/** Elements of HTML that editors write into the text of a mail. */
const elements =
  'a|abbr|b|big|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|pre|' +
  's|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul';
const tag = new RegExp(String.raw`<\/?(?:${elements})(?:\s[^<>]{0,2000})?\s?\/?>|<!doctype\b`, 'i');
const entities = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/gi;

/** The first tag or entity of HTML in a text that is sent as plain text; null when it has none. */
export function htmlIn(source: string): string | null {
  const entity = source.match(entities)?.find((one) => decodeHTMLStrict(one) !== one);
  return tag.exec(source)?.[0] ?? entity ?? null;
}
