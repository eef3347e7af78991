/** Work in small pieces between frames, so that scanning a long text never holds up the pointer. */

/** How long a piece may take, in milliseconds: half of one frame. */
const PIECE = 8;

/** Between pieces the browser gets its turn; without idle callbacks (Safari) a short timer does. */
function soon(run: () => void): () => void {
  if (typeof requestIdleCallback === "function") {
    // With a timeout, because a page that animates all the time never counts as idle.
    const handle = requestIdleCallback(run, { timeout: 100 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(run, 4);
  return () => clearTimeout(handle);
}

/**
 * Calls `step` again and again until it returns false. `pause` is told after each piece, with true
 * after the last one. Returns the function that ends it.
 */
export function slices(step: () => boolean, pause: (done: boolean) => void): () => void {
  let cancel = (): void => {};
  let ended = false;
  const piece = (): void => {
    const until = performance.now() + PIECE;
    let more = true;
    while (more && performance.now() < until) more = step();
    pause(!more);
    if (more && !ended) cancel = soon(piece);
  };
  cancel = soon(piece);
  return () => {
    ended = true;
    cancel();
  };
}
