/** Things that are made when they are first asked for, and only once; what failed is made anew. */
export class Once<Name, Value> {
  readonly #promises = new Map<Name, Promise<Value>>();
  readonly #made = new Map<Name, Value>();
  readonly #make: (name: Name) => Promise<Value>;

  constructor(make: (name: Name) => Promise<Value>) {
    this.#make = make;
  }

  get(name: Name): Promise<Value> {
    let promise = this.#promises.get(name);
    if (promise === undefined) {
      promise = this.#make(name);
      promise.then(
        (value) => this.#made.set(name, value),
        () => this.#promises.delete(name),
      );
      this.#promises.set(name, promise);
    }
    return promise;
  }

  /** It, where it is there. */
  made(name: Name): Value | undefined {
    return this.#made.get(name);
  }

  forget(name: Name): void {
    this.#promises.delete(name);
    this.#made.delete(name);
  }
}
