import { Heap } from 'heap-js';

/** A prospect in a line, with the key that sorts it. */
export type InLine<Key> = { person: string; key: Key };

function compare<Key extends string | number>(a: InLine<Key>, b: InLine<Key>): number {
  if (a.key === b.key) return a.person < b.person ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/**
 * Prospects in the order of their keys, those of the same key by their ids, as the database takes
 * them. Keys that join must be no smaller than those that joined before; prospects that come back
 * after a hold have their old place.
 */
export class ForecastLine<Key extends string | number> {
  readonly #people: string[];
  readonly #keys: Key[];
  readonly #back = new Heap<InLine<Key>>(compare);
  #head = 0;

  /** The line keeps and changes both lists: the caller must not use them again. */
  constructor(people: string[] = [], keys: Key[] = []) {
    this.#people = people;
    this.#keys = keys;
  }

  /** Key of the first prospect, undefined when the line is empty. */
  get firstKey(): Key | undefined {
    return this.#isBackFirst ? this.#back.peek()?.key : this.#keys[this.#head];
  }

  /** Key of the first prospect that `counts`. */
  firstKeyOf(counts: (person: string) => boolean): Key | undefined {
    const first = this.#people.findIndex((person, i) => i >= this.#head && counts(person));
    const back = this.#back.toArray().filter(({ person }) => counts(person));
    const keys = [...back.map(({ key }) => key), ...(first < 0 ? [] : [this.#keys[first]!])];
    return keys.reduce<Key | undefined>(
      (least, key) => (least === undefined || key < least ? key : least),
      undefined,
    );
  }

  take(): InLine<Key> | undefined {
    if (this.#isBackFirst) return this.#back.pop();
    const key = this.#keys[this.#head];
    if (key === undefined) return undefined;
    const person = this.#people[this.#head]!;
    this.#head += 1;
    return { person, key };
  }

  get #isBackFirst(): boolean {
    const key = this.#keys[this.#head];
    const back = this.#back.peek();
    return (
      back !== undefined &&
      (key === undefined || compare(back, { person: this.#people[this.#head]!, key }) < 0)
    );
  }

  join(person: string, key: Key): void {
    let place = this.#keys.length;
    while (place > this.#head && this.#keys[place - 1] === key && this.#people[place - 1]! > person)
      place -= 1;
    this.#people.splice(place, 0, person);
    this.#keys.splice(place, 0, key);
  }

  comeBack(back: InLine<Key>): void {
    this.#back.push(back);
  }
}
