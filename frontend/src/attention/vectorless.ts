/** What a layer says that brings weights, and no queries and keys. */
export abstract class Vectorless {
  query(): null {
    return null;
  }

  key(): null {
    return null;
  }

  steps(): null {
    return null;
  }
}
