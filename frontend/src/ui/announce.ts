/** Tells the world around the page how it is doing. */

/** Marks the document once the first drawing is complete. */
export function announce(ready: Promise<void>): void {
  ready.then(
    () => {
      document.documentElement.dataset.attnviz = "ready";
      performance.mark("attnviz-ready");
    },
    () => {
      // The app has said what failed, on the page.
    },
  );
}

/** One sentence in place of the page. */
export function fail(root: HTMLElement, error: unknown): void {
  const sentence = document.createElement("p");
  sentence.className = "fatal";
  sentence.textContent = error instanceof Error ? error.message : String(error);
  root.replaceChildren(sentence);
  document.documentElement.dataset.attnviz = "error";
}
