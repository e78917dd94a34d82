import { escapeHtml } from '../../domain/texts/escape-html.ts';

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

/** Paragraphs at blank lines, breaks at line ends, links where a URL stands. */
function htmlFromText(text: string): string {
  const paragraphs = text.trim().split(/\r?\n(?:[ \t]*\r?\n)+/);
  return paragraphs
    .map((paragraph) => `<p>${linkUrls(paragraph).replace(/\r?\n/g, '<br>\n')}</p>`)
    .join('\n');
}

function linkUrls(text: string): string {
  const pieces = text.split(/(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])/);
  return pieces
    .map((piece, index) =>
      index % 2 ? `<a href="${escapeHtml(piece)}">${escapeHtml(piece)}</a>` : escapeHtml(piece),
    )
    .join('');
}
