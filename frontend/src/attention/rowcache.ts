/** Keeps the rows used last, up to a number of values, so that a long text cannot fill the memory. */

export class RowCache {
  readonly #rows = new Map<number, Float32Array>();
  readonly #most: number;

  /** @param keys Values of one row. @param budget Values that may be kept; 4 bytes each. */
  constructor(keys: number, budget = 8_000_000) {
    this.#most = Math.max(64, Math.floor(budget / Math.max(1, keys)));
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The row under `place`, made where it is not there. */
  get(place: number, make: () => Float32Array): Float32Array {
    const known = this.#rows.get(place);
    if (known !== undefined) {
      // A map lists its entries as they were put in, so the row used last goes to the end.
      this.#rows.delete(place);
      this.#rows.set(place, known);
      return known;
    }
    const row = make();
    this.#rows.set(place, row);
    if (this.#rows.size > this.#most) {
      const oldest = this.#rows.keys().next();
      if (!oldest.done) this.#rows.delete(oldest.value);
    }
    return row;
  }
}
