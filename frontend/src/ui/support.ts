/** What the page needs of a browser, and one sentence for a browser that lacks it. */

const NEEDED = {
  // Unpacks the numbers.
  DecompressionStream: () => typeof DecompressionStream === "function",
  // Breaks long labels between characters as people see them.
  "Intl.Segmenter": () => typeof Intl.Segmenter === "function",
  ResizeObserver: () => typeof ResizeObserver === "function",
} as const;

/** Names of what the browser lacks. */
export function lacking(): string[] {
  return Object.entries(NEEDED).flatMap(([name, has]) => (has() ? [] : [name]));
}

export function unsupported(names: readonly string[], lang: "en" | "ja"): string {
  const list = names.join(", ");
  return lang === "ja"
    ? `このブラウザには ${list} がないため、このページを表示できません。Chrome・Edge・Safari・Firefox の最新版で開いてください。`
    : `This browser lacks ${list}, which this page needs: open it with a current Chrome, Edge, Safari or Firefox.`;
}
