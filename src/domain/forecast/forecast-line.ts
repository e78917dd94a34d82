import { Heap } from 'heap-js';

/** Somebody in a line, and what the line goes by. */
export type InLine<Key> = { person: string; key: Key };

function compare<Key extends string | number>(a: InLine<Key>, b: InLine<Key>): number {
  if (a.key === b.key) return a.person < b.person ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/**
 * People in the order of their keys, those of the same key by their ids, as the database takes them. Who joins comes after all smaller
 * keys; who comes back after a hold has its old place.
 */
export class ForecastLine<Key extends string | number> {
  readonly #people: string[];
  readonly #keys: Key[];
  readonly #back = new Heap<InLine<Key>>(compare);
  #head = 0;

  /** The lists become the line's own. */
  constructor(people: string[] = [], keys: Key[] = []) {
    this.#people = people;
    this.#keys = keys;
  }

  /** The first one's key, undefined when nobody is there. */
  get firstKey(): Key | undefined {
    return this.#isBackFirst ? this.#back.peek()?.key : this.#keys[this.#head];
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
