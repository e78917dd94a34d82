const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Undoes the HTML escapes that X adds to a text: `&amp;`, `&lt;`, `&gt;`. */
export function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity]!);
}

/**
 * Whether a text that X shows can be the text that was sent. X shortens links, escapes, trims and
 * normalises. So every word with a dot or a colon inside counts as a link, links are equal to each
 * other, and invisible characters are ignored.
 */
export function isSameText(sent: string, shown: string): boolean {
  return essence(sent) === essence(shown);
}

function essence(text: string): string {
  const bare = unescapeAll(text)
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, '');
  const words = bare.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => (/[.:]\S/.test(word) ? '\0' : word)).join(' ');
}

/** Undoes every level of escapes, because a text does not show how often X has escaped it. */
function unescapeAll(text: string): string {
  const once = plain(text);
  return once === text ? text : unescapeAll(once);
}
