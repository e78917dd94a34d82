const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** A text as its writer typed it: X escapes three signs for HTML. */
export function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity]!);
}

/**
 * Whether a message that X shows may be the text that was sent. X replaces links by its own short
 * ones, escapes, trims and normalises: words with a dot or a colon inside count as links, and
 * invisible characters do not count.
 */
export function isSameText(sent: string, shown: string): boolean {
  return essence(sent) === essence(shown);
}

function essence(text: string): string {
  const bare = unwrap(text)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, '');
  const words = bare.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => (/[.:]\S/.test(word) ? '\0' : word)).join(' ');
}

/** Whether X has escaped it, and how often, cannot be seen: all of it is undone on both sides. */
function unwrap(text: string): string {
  const once = plain(text);
  return once === text ? text : unwrap(once);
}
