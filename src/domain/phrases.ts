/** One pattern, regardless of case, that matches where any of the given ones does. */
export function oneOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'), 'i');
}

/** Several sources as one pattern of Unicode, each put into `form`. */
export function anyOf(patterns: readonly RegExp[], form: (source: string) => string): RegExp {
  return new RegExp(patterns.map(({ source }) => `(?:${form(source)})`).join('|'), 'u');
}
