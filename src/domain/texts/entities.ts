import { decodeHTMLStrict } from 'entities';

const wellFormed = /^(?:[^&]|&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});)*$/i;

/**
 * A value that was stored as HTML, as text: "Müller &amp; Söhne". Decoded once, and only when every
 * `&` in it begins an entity (HTML 13.5), so that "R&D" and a text about entities stay.
 */
export function decodeEntities(value: string): string {
  return value.includes('&') && wellFormed.test(value) ? decodeHTMLStrict(value) : value;
}
