/**
 * What painters draw with: the part of `CanvasRenderingContext2D` that they use, and no more.
 *
 * A canvas has all of it, so on the page nothing stands between a painter and its canvas; `SvgPen` has
 * the same and writes what it is told. So no drawing is written twice.
 */

export type Pen = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "translate"
  | "rotate"
  | "beginPath"
  | "moveTo"
  | "lineTo"
  | "bezierCurveTo"
  | "rect"
  | "roundRect"
  | "clip"
  | "stroke"
  | "fill"
  | "fillRect"
  | "strokeRect"
  | "clearRect"
  | "fillText"
  | "setLineDash"
  | "createLinearGradient"
  | "putImageData"
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineCap"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "textBaseline"
> & {
  measureText(text: string): { width: number };
  /** Sets runs of text as one; where it is missing they are set one by one. */
  fillRuns?(runs: readonly TextRun[], x: number, y: number): void;
  /** Sets a text into a width, whatever font its reader has; where it is missing, as wide as it is. */
  fillFitted?(text: string, x: number, y: number, width: number): void;
  /** An image, by its `data:` address. On the page an image is an element below its canvas. */
  fillPicture?(picture: PlacedPicture): void;
};

/** A stretch of text in one colour. */
export interface TextRun {
  text: string;
  colour: string;
}

export interface PlacedPicture {
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Its pixels are shown as they are. */
  pixels: boolean;
}
