/** Before and after the page goes to paper. */

/** Calls back with true before printing and with false after it; returns what ends it. Browsers tell of
 *  printing by events, of a preview by the medium; some do only one of these. */
export function onPrinting(change: (printing: boolean) => void): () => void {
  const medium = matchMedia("print");
  let now = false;
  const set = (printing: boolean): void => {
    if (printing === now) return;
    now = printing;
    change(now);
  };
  const begin = (): void => set(true);
  const end = (): void => set(false);
  const turn = (): void => set(medium.matches);
  window.addEventListener("beforeprint", begin);
  window.addEventListener("afterprint", end);
  medium.addEventListener("change", turn);
  return () => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
    medium.removeEventListener("change", turn);
  };
}
