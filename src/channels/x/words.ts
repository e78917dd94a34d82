const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const links = /(?:https?:\/\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]\S*)?/gi;

/** A text as its writer typed it: X escapes three signs for HTML. */
export function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => entities[entity]!);
}

/** Whether a message that X shows is the text that was sent: X puts its own short links (t.co) in the place of links, and trims. */
export function isSameText(sent: string, shown: string): boolean {
  return essence(sent) === essence(plain(shown));
}

function essence(text: string): string {
  return text.normalize('NFC').replace(links, '\0').replace(/\s+/g, ' ').trim();
}
