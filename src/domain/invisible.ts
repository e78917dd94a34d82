/**
 * Characters that show nothing: Default_Ignorable_Code_Point of the Unicode Character Database
 * (zero-width spaces, soft hyphens, marks of direction, fillers) and the blank of Braille.
 */
const ignorable = /[\p{DI}\u2800]/gu;
const notAscii = /\P{ASCII}/u;
const visible = /[^\s\p{DI}\p{Cc}\u2800]/u;
const blankAtEnd = /[\s\p{DI}\p{Cc}\u2800]/u;
/** They change the sign before them: variation selectors, and the tags that make up flags. */
const modifier = /[\p{VS}\u{e0020}-\u{e007f}]/u;

/** The text without characters that show nothing, for addresses, which must not hold any. */
export function withoutInvisible(text: string): string {
  return notAscii.test(text) ? text.replace(ignorable, '') : text;
}

/**
 * The text without blanks, control characters and characters that show nothing at its ends; empty
 * when it holds nothing else. Those inside stay, because emoji and Persian need them.
 */
export function trimText(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || (shows(trimmed, 0) && shows(trimmed, trimmed.length - 1))) return trimmed;
  if (!visible.test(trimmed)) return '';
  const signs = [...trimmed];
  let from = 0;
  while (blankAtEnd.test(signs[from]!)) from += 1;
  let to = signs.length;
  while (blankAtEnd.test(signs[to - 1]!) && !modifier.test(signs[to - 1]!)) to -= 1;
  return from === 0 && to === signs.length ? trimmed : signs.slice(from, to).join('');
}

/** Whether the unit there is a printable one of ASCII or a letter of Latin-1. */
function shows(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return (unit > 0x20 && unit < 0x7f) || (unit >= 0xc0 && unit <= 0xff);
}
