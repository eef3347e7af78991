/** What the parts of a text's figure are drawn from. */

import type { Pen } from "../draw/pen";
import type { TokenTable } from "../payload/schema";
import type { Focus, Side } from "../views/text/focus";
import type { Passage } from "../views/text/passages";
import type { Given } from "./figure";

/** Of plates and tints. */
export const CORNER = 4;

export interface Article {
  side: Side;
  table: TokenTable;
  passages: Passage[];
  placed: number[];
  added: number[];
}

export interface TextLook {
  given: Given;
  focus: Focus;
  tinted: Article;
  values: Float32Array;
  largest: number;
  colour: string;
  width: number;
}

export function write(
  pen: Pen,
  text: string,
  x: number,
  y: number,
  own: string,
  colour: string,
): void {
  pen.font = own;
  pen.fillStyle = colour;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillText(text, x, y);
}
