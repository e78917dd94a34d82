import { AppError } from '../errors.ts';

/** Parts of Puffle that are another business, by the paths of their pages. */
const unwanted: readonly (readonly [RegExp, string])[] = [
  [/^\/api\/email\/accounts\/(warmup-analytics|[^/]+\/retry-warmup)$/, 'a pool for warm-up'],
  [/^\/api\/email\/(domains|providers)\/.*warmup/, 'a pool for warm-up'],
  [/^\/api\/credits(\/|$)/, 'credits: nothing here is billed'],
  [/^\/api\/onboarding(\/|$)/, 'an onboarding to go through'],
  [/^\/api\/signals(\/|$)/, 'signals'],
  [/^\/api\/enrichments?(\/|$)/, 'enrichment'],
  [/^\/api\/(leads|unipile)\/search(\/|$)/, 'a search for people: bring your own lists'],
];

/** @throws route.not_offered for a path of Puffle that has no counterpart here, and gets none */
export function refuseUnwanted(path: string): void {
  const [, what] = unwanted.find(([pattern]) => pattern.test(path.replace(/\/$/, ''))) ?? [];
  if (what) throw new AppError('route.not_offered', `Postrider does not have ${what}.`);
}
