/** Families in the order in which they are tried. Han characters take the shapes of the first family
 *  that has them, so the text's language decides which comes first. */

const LATIN = `"Inter","SF Pro Text",-apple-system,"Segoe UI"`;
const JAPANESE = `"Hiragino Sans","Yu Gothic UI","Noto Sans JP","Noto Sans CJK JP"`;
const CHINESE = `"PingFang SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC"`;

export function family(lang: string | null): string {
  if (lang?.startsWith("ja")) return `${JAPANESE},${LATIN},sans-serif`;
  if (lang?.startsWith("zh")) return `${LATIN},${CHINESE},${JAPANESE},sans-serif`;
  return `${LATIN},${JAPANESE},sans-serif`;
}

/** A canvas font. */
export function font(size: number, lang: string | null, bold = false): string {
  return `${bold ? 700 : 400} ${size}px ${family(lang)}`;
}

/** Whether a canvas font tries Japanese families first, whose quotes are as wide as their characters. */
export function isJapanese(font: string): boolean {
  return font.includes(`px ${JAPANESE}`);
}
