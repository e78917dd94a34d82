/** Words before a name that are none, in lower case and without dots. */
const titles: ReadonlySet<string> = new Set(
  (
    'dr prof professor mr mrs ms miss mx sir dame lord lady rev hon capt herr frau hr fr ' +
    'dipl-ing dipl-kfm m mme mlle monsieur madame mademoiselle sr sra srta señor señora ' +
    'sig signor signora ' +
    'dott dott-ssa avv dhr mevr mw drs'
  ).split(' '),
);
/** The faculties of a title; alone some of them are first names. */
const faculties: ReadonlySet<string> = new Set(
  'med phil jur rer nat pol habil hc univ ing dent vet'.split(' '),
);
/** The words that stand behind a name and its comma and are no first name. */
const suffix = /^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|mba|msc|bsc|esq|cpa|cfa|pmp|llm|ll\.m|dds)\b\.?/i;

type NameParts = { name: string | null; first: string | null; last: string | null };

/**
 * The parts of a name in one text: "Lee, Ann" begins with the last one, a title is none of them,
 * and an address is no name at all.
 */
export function splitName(given: string): NameParts {
  const name = given.trim().replace(/\s+/g, ' ');
  if (name === '' || name.includes('@')) return { name: null, first: null, last: null };
  const [before = '', ...after] = name.split(/\s*,\s*/);
  const behind = after.filter((part) => part !== '' && !suffix.test(part));
  if (behind.length > 0) {
    const { words } = withoutTitles(behind.join(' '));
    const last = withoutTitles(before).words.join(' ') || null;
    return { name, first: words.join(' ') || null, last };
  }
  const { words, hasTitle } = withoutTitles(before);
  const [first = null, ...rest] = words;
  if (hasTitle && rest.length === 0) return { name, first: null, last: first };
  return { name, first, last: rest.join(' ') || null };
}

/** "M. Dupont" has a title, "M. Night Shyamalan" most likely an initial: it stays. */
function withoutTitles(text: string): { words: string[]; hasTitle: boolean } {
  const words = text.split(' ').filter(Boolean);
  let from = 0;
  while (from < words.length - 1 && isTitle(words, from)) from += 1;
  return { words: words.slice(from), hasTitle: from > 0 };
}

function isTitle(words: readonly string[], at: number): boolean {
  const word = words[at]!;
  const plain = word.toLowerCase().replace(/\.$/, '').replaceAll('.', '-');
  if (plain.length === 1) return word.endsWith('.') && words.length === 2 && titles.has(plain);
  return titles.has(plain) || (at > 0 && faculties.has(plain));
}
