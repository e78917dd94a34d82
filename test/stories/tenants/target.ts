import type { Everything } from '../../factories/everything.ts';

/** A place of an id in a request. */
export type Target = {
  /** The kind of thing that the id names. */
  kind: keyof Everything;
  body?: (id: string, own: Everything) => object;
  query?: (id: string) => string;
  /** The campaign must be launched before the request. */
  launched?: boolean;
};

export const withId = (name: string) => (id: string) => ({ [name]: id });
export const withIds = (name: string) => (id: string) => ({ [name]: [id] });
