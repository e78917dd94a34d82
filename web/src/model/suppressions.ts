type Kind = 'email' | 'domain' | 'linkedin' | 'x';

/** What somebody means who types a value without saying what it is. */
export function kindOf(value: string): Kind {
  if (/linkedin\.com\//i.test(value)) return 'linkedin';
  if (value.startsWith('@')) return 'x';
  return value.includes('@') ? 'email' : 'domain';
}

/** The values of a text, one a line or apart by commas, blanks or semicolons. */
export const splitValues = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
