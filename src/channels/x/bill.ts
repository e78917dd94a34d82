import { z } from 'zod';

export const paidSchema = z.object({ day: z.string(), ids: z.array(z.string()) });
type Paid = z.output<typeof paidSchema>;

/** In mills, for a message or a user that X shows (docs.x.com, Pricing). */
const readPrice = 10;
/** Ids that are kept of a day. A look that shows older ones again counts them again. */
const maxIds = 200;

/** The result of one look. X charges for each once a day of UTC. */
export class Bill {
  readonly #day: string;
  readonly #paid: Set<string>;
  /** In mills. */
  cost = 0;

  constructor(now: Date, paid: Paid | undefined) {
    this.#day = now.toISOString().slice(0, 10);
    this.#paid = new Set(paid?.day === this.#day ? paid.ids : []);
  }

  /** `isCounted`: its price is in that of the message, which counts when it goes out. */
  add(id: string, { isCounted = false } = {}): void {
    if (this.#paid.has(id)) return;
    this.#paid.add(id);
    if (!isCounted) this.cost += readPrice;
  }

  get paid(): Paid {
    return { day: this.#day, ids: [...this.#paid].slice(-maxIds) };
  }
}
