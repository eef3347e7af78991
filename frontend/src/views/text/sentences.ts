/** One bar for every sentence. */

import type { Theme } from "../../draw/colour";
import { fitCanvas } from "../../draw/surface";
import { font } from "../../text/fonts";

const HEIGHT = 84;
const FOOT = 20;
const WIDEST = 40;

export interface SentenceLook {
  theme: Theme;
  colour: string;
  sums: ArrayLike<number>;
  /** The sentence of the selected unit, whose number is underlined. */
  own: number | null;
  width: number;
  lang: string;
}

/** Numbers are written under every n-th bar only, so that they do not touch. */
export function labelStep(count: number, pitch: number): number {
  const wide = 8 * String(count).length + 4;
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => step * pitch >= wide) ?? count;
}

/** From one bar to the next. */
export function pitchOf(count: number, width: number): number {
  return Math.min(WIDEST, width / Math.max(1, count));
}

export function paintSentences(canvas: HTMLCanvasElement, look: SentenceLook): void {
  const { theme, sums, own, width } = look;
  const count = sums.length;
  const { context: pen } = fitCanvas(canvas, width, HEIGHT);
  const base = HEIGHT - FOOT;
  const pitch = pitchOf(count, width);
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, sums[i] as number);
  const gap = Math.min(3, pitch * 0.25);
  pen.fillStyle = look.colour;
  pen.globalAlpha = 0.9;
  for (let i = 0; i < count; i++) {
    const tall = most > 0 ? ((sums[i] as number) / most) * (base - 2) : 0;
    pen.fillRect(i * pitch + gap / 2, base - tall, pitch - gap, tall);
  }
  pen.globalAlpha = 1;
  pen.fillStyle = theme.hair2;
  pen.fillRect(0, base, width, 1);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  const step = labelStep(count, pitch);
  for (let i = 0; i < count; i++) {
    const chosen = i === own;
    const near = own !== null && i !== own && Math.abs(i - own) * pitch < 14;
    if (!chosen && ((i + (step === 1 ? 0 : 1)) % step !== 0 || near)) continue;
    pen.font = font(10.5, look.lang, chosen);
    pen.fillStyle = chosen ? theme.ink : theme.ink3;
    const x = Math.max(4, Math.min(width - 6, (i + 0.5) * pitch));
    pen.fillText(String(i + 1), x, base + 10);
    if (chosen)
      pen.fillRect(x - Math.max(6, (pitch - gap) / 2), base + 17, Math.max(12, pitch - gap), 2);
  }
}
