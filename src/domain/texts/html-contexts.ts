import { HtmlReader } from './html-place.ts';
import type { Template, Variable } from './template.ts';

/** Ways to read a template, by its wordings and fallbacks, that are followed side by side. */
const maxReaders = 32;

export type HtmlContexts = {
  /** Variables at places where escaping does not hold their values. */
  outside: Set<string>;
  /** Variables that may begin the address of an attribute. */
  addresses: Set<string>;
};

/** Where the variables of a template for HTML stand, whatever wordings and values it gets. */
export function htmlContexts(template: Template): HtmlContexts {
  const found: HtmlContexts = { outside: new Set(), addresses: new Set() };
  let readers = [new HtmlReader()];
  for (const part of template.parts) {
    readers =
      typeof part === 'object' && 'options' in part
        ? part.options.flatMap((option) => follow(copies(readers), option, found))
        : follow(readers, [part], found);
    readers = distinct(readers);
  }
  return found;
}

function follow(
  given: HtmlReader[],
  parts: readonly (string | Variable)[],
  found: HtmlContexts,
): HtmlReader[] {
  let readers = given;
  for (const part of parts) {
    if (typeof part === 'string') for (const reader of readers) reader.read(part);
    else readers = distinct(readers.flatMap((reader) => pass(reader, part, found)));
  }
  return readers;
}

/** Notes where a variable stands. Returns the readers after its value, and after its fallback. */
function pass(reader: HtmlReader, { name, fallback }: Variable, found: HtmlContexts): HtmlReader[] {
  const { place } = reader;
  if (place === 'outside') found.outside.add(name);
  if (place === 'url') found.addresses.add(name);
  const instead = fallback === null ? [] : [reader.copy()];
  for (const other of instead) other.read(fallback!);
  reader.read(place === 'url' ? 'https://value' : 'value');
  return [reader, ...instead];
}

const copies = (readers: readonly HtmlReader[]) => readers.map((reader) => reader.copy());

function distinct(readers: readonly HtmlReader[]): HtmlReader[] {
  return [...new Map(readers.map((reader) => [reader.key, reader])).values()].slice(0, maxReaders);
}
