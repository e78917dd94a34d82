import { escapeHtml } from '../../domain/texts/escape-html.ts';
import { linksIn } from '../../domain/texts/links.ts';

/**
 * The HTML part of a message: its own or made from the text, with the open pixel at the end when
 * there is one.
 */
export function htmlOf({
  html,
  text,
  pixelUrl,
}: {
  html: string | null;
  text: string;
  pixelUrl: string | null;
}): string {
  const body = html ?? htmlFromText(text);
  if (pixelUrl === null) return body;
  const pixel = `<img src="${escapeHtml(pixelUrl)}" width="1" height="1" alt="" style="border:0">`;
  const end = body.search(/<\/body\s*>/i);
  return end < 0 ? body + pixel : body.slice(0, end) + pixel + body.slice(end);
}

/**
 * Paragraphs at blank lines, breaks at line ends, links where a URL stands. Each paragraph takes
 * the direction of its first letter (`dir="auto"`, HTML 3.2.6.4): a text may be in any script.
 */
function htmlFromText(text: string): string {
  const paragraphs = text.trim().split(/\r?\n(?:[ \t]*\r?\n)+/);
  return paragraphs
    .map((one) => `<p dir="auto">${linkUrls(one).replace(/\r?\n/g, '<br>\n')}</p>`)
    .join('\n');
}

function linkUrls(text: string): string {
  let html = '';
  let from = 0;
  for (const { at, url } of linksIn(text)) {
    const shown = escapeHtml(url);
    const target = /^www\./i.test(url) ? `http://${shown}` : shown;
    html += `${escapeHtml(text.slice(from, at))}<a href="${target}">${shown}</a>`;
    from = at + url.length;
  }
  return html + escapeHtml(text.slice(from));
}
