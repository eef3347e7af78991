/**
 * A pen that writes SVG: what a painter does with it stands in the figure as elements.
 *
 * Everything is written as presentation attributes: neither style sheets nor scripts nor references to
 * anything outside, so that a figure looks the same in a browser, a paper and a drawing program.
 */

import type { Measure } from "./labels";
import type { Pen, PlacedPicture, TextRun } from "./pen";
import { base64, indexedPng } from "./png";

/** Device pixels a unit for maps: as fine as the page on a good screen. */
export const SVG_RATIO = 2;

/** A canvas sets "middle" by the em square, drawing programs each by a rule of their own: the base line
 *  is therefore put here, this part of the size below the middle. */
const BELOW_MIDDLE = 0.36;

type Style = CanvasRenderingContext2D["fillStyle"];
type Matrix = readonly [number, number, number, number, number, number];
const UPRIGHT: Matrix = [1, 0, 0, 1, 0, 0];

class Gradient {
  readonly stops: string[] = [];
  constructor(readonly id: string) {}

  addColorStop(offset: number, colour: string): void {
    this.stops.push(`<stop offset="${figure(offset)}" stop-color="${escaped(colour)}"/>`);
  }
}

/** What `save` keeps. */
interface Settings {
  fillStyle: Style;
  strokeStyle: Style;
  lineWidth: number;
  lineCap: CanvasLineCap;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
  dash: readonly number[];
  matrix: Matrix;
}

export class SvgPen implements Pen {
  fillStyle: Style = "#000000";
  strokeStyle: Style = "#000000";
  lineWidth = 1;
  lineCap: CanvasLineCap = "butt";
  globalAlpha = 1;
  font = "400 10px sans-serif";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";

  readonly #measure: Measure;
  readonly #paper: string;
  readonly #family: string;
  readonly #out: string[] = [];
  readonly #gradients: { gradient: Gradient; line: readonly number[] }[] = [];
  #clips = 0;
  #dash: readonly number[] = [];
  #matrix: Matrix = UPRIGHT;
  #path = "";
  /** Settings to come back to, and how many groups were opened since. */
  #saved: { settings: Settings; groups: number }[] = [];
  #groups = 0;

  /** @param paper What `clearRect` leaves. @param family Font families of the figure as a whole. */
  constructor(measure: Measure, paper: string, family: string) {
    this.#measure = measure;
    this.#paper = paper;
    this.#family = family;
  }

  save(): void {
    this.#saved.push({ settings: this.#settings(), groups: this.#groups });
    this.#groups = 0;
  }

  restore(): void {
    const last = this.#saved.pop();
    if (last === undefined) return;
    this.#out.push("</g>".repeat(this.#groups));
    this.#groups = last.groups;
    const { dash, matrix, ...settings } = last.settings;
    Object.assign(this, settings);
    this.#dash = dash;
    this.#matrix = matrix;
  }

  #settings(): Settings {
    const { fillStyle, strokeStyle, lineWidth, lineCap, globalAlpha, font, textAlign } = this;
    return {
      fillStyle,
      strokeStyle,
      lineWidth,
      lineCap,
      globalAlpha,
      font,
      textAlign,
      textBaseline: this.textBaseline,
      dash: this.#dash,
      matrix: this.#matrix,
    };
  }

  /** Draws a part of the figure as if it had a canvas of its own, with its corner at (x, y). */
  part(x: number, y: number, paint: () => void): void {
    const before = this.#matrix;
    this.#out.push(`<g transform="translate(${figure(x)} ${figure(y)})">`);
    this.#matrix = UPRIGHT;
    paint();
    this.#matrix = before;
    this.#out.push("</g>");
  }

  translate(x: number, y: number): void {
    const [a, b, c, d] = this.#matrix;
    const [e, f] = this.#at(x, y);
    this.#matrix = [a, b, c, d, e, f];
  }

  rotate(angle: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.#matrix = [
      a * cos + c * sin,
      b * cos + d * sin,
      c * cos - a * sin,
      d * cos - b * sin,
      e,
      f,
    ];
  }

  /** A point as the figure counts. */
  #at(x: number, y: number): [number, number] {
    const [a, b, c, d, e, f] = this.#matrix;
    return [a * x + c * y + e, b * x + d * y + f];
  }

  #add(command: string, ...points: readonly number[]): void {
    const placed: string[] = [];
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = this.#at(points[i] as number, points[i + 1] as number);
      placed.push(`${figure(x)} ${figure(y)}`);
    }
    this.#path += command + placed.join(" ");
  }

  beginPath(): void {
    this.#path = "";
  }

  moveTo(x: number, y: number): void {
    this.#add("M", x, y);
  }

  lineTo(x: number, y: number): void {
    this.#add("L", x, y);
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    this.#add("C", x1, y1, x2, y2, x, y);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.#path += "Z";
  }

  roundRect(
    x: number,
    y: number,
    width: number,
    height: number,
    radii: number | DOMPointInit | Iterable<number | DOMPointInit> = 0,
  ): void {
    const wanted = typeof radii === "number" ? radii : 0;
    const r = Math.max(0, Math.min(wanted, width / 2, height / 2));
    const [right, bottom] = [x + width, y + height];
    this.moveTo(x + r, y);
    this.lineTo(right - r, y);
    this.#add("Q", right, y, right, y + r);
    this.lineTo(right, bottom - r);
    this.#add("Q", right, bottom, right - r, bottom);
    this.lineTo(x + r, bottom);
    this.#add("Q", x, bottom, x, bottom - r);
    this.lineTo(x, y + r);
    this.#add("Q", x, y, x + r, y);
    this.#path += "Z";
  }

  /** What follows is cut to the path, until `restore`. */
  clip(): void {
    const id = `clip${this.#clips++}`;
    this.#out.push(`<clipPath id="${id}"><path d="${this.#path}"/></clipPath>`);
    this.#out.push(`<g clip-path="url(#${id})">`);
    this.#groups += 1;
  }

  stroke(): void {
    if (this.#path !== "") this.#out.push(`<path d="${this.#path}"${this.#stroked()}/>`);
  }

  fill(): void {
    if (this.#path !== "") this.#out.push(`<path d="${this.#path}"${this.#filled()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#box(x, y, width, height, this.#filled());
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#box(x, y, width, height, this.#stroked());
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    this.#box(x, y, width, height, ` fill="${this.#paper}"`);
  }

  #box(x: number, y: number, width: number, height: number, look: string): void {
    if (!(width > 0 && height > 0)) return;
    const [left, top] = this.#at(x, y);
    const [right, bottom] = this.#at(x + width, y + height);
    const size = [Math.min(left, right), Math.min(top, bottom)].concat([
      Math.abs(right - left),
      Math.abs(bottom - top),
    ]);
    const [l, t, w, h] = size.map(figure);
    this.#out.push(`<rect x="${l}" y="${t}" width="${w}" height="${h}"${look}/>`);
  }

  #stroked(): string {
    const parts = [` stroke="${paint(this.strokeStyle)}"`];
    if (this.lineWidth !== 1) parts.push(` stroke-width="${figure(this.lineWidth)}"`);
    if (this.lineCap !== "butt") parts.push(` stroke-linecap="${this.lineCap}"`);
    if (this.#dash.length > 0)
      parts.push(` stroke-dasharray="${this.#dash.map(figure).join(" ")}"`);
    if (this.globalAlpha < 1) parts.push(` stroke-opacity="${fine(this.globalAlpha)}"`);
    return parts.join("");
  }

  #filled(colour: Style = this.fillStyle): string {
    const alpha = this.globalAlpha < 1 ? ` fill-opacity="${fine(this.globalAlpha)}"` : "";
    return ` fill="${paint(colour)}"${alpha}`;
  }

  setLineDash(dash: Iterable<number>): void {
    this.#dash = [...dash];
  }

  measureText(text: string): { width: number } {
    return { width: this.#measure(text, this.font) };
  }

  fillText(text: string, x: number, y: number): void {
    this.#text(kept(text), x, y, this.#filled());
  }

  /** Texts that follow one another as one element, so that whatever font is used sets them close. */
  fillRuns(runs: readonly TextRun[], x: number, y: number): void {
    if (runs.length === 1) {
      this.#text(kept(runs[0]?.text ?? ""), x, y, this.#filled(runs[0]?.colour));
      return;
    }
    const inner = runs.map(
      ({ text, colour }) => `<tspan${this.#filled(colour)}>${kept(text)}</tspan>`,
    );
    this.#text(inner.join(""), x, y, "");
  }

  fillFitted(text: string, x: number, y: number, width: number): void {
    const fitted = ` textLength="${figure(width)}" lengthAdjust="spacingAndGlyphs"`;
    this.#text(kept(text), x, y, fitted + this.#filled());
  }

  fillPicture({ url, x, y, width, height, pixels }: PlacedPicture): void {
    const [left, top] = this.#at(x, y).map(figure);
    const [w, h] = [width, height].map(figure);
    const look = pixels ? ` image-rendering="pixelated"` : "";
    this.#out.push(
      `<image x="${left}" y="${top}" width="${w}" height="${h}" preserveAspectRatio="none"${look} ` +
        `xlink:href="${escaped(url)}"/>`,
    );
  }

  #text(inner: string, x: number, y: number, look: string): void {
    const [, weight = "400", size = "10", family = ""] =
      /^(\d+) ([\d.]+)px (.+)$/.exec(this.font) ?? [];
    const base = this.textBaseline === "middle" ? y + BELOW_MIDDLE * Number(size) : y;
    const [a, b, c, d, e, f] = this.#matrix;
    const upright = a === 1 && b === 0 && c === 0 && d === 1;
    const [left, top] = upright ? this.#at(x, base) : [x, base];
    const parts = [
      `<text x="${figure(left)}" y="${figure(top)}" font-size="${figure(Number(size))}"`,
    ];
    if (weight !== "400") parts.push(` font-weight="${weight}"`);
    if (family !== this.#family) parts.push(` font-family="${escaped(family)}"`);
    const anchor = { center: "middle", right: "end", end: "end", left: "", start: "" }[
      this.textAlign
    ];
    if (anchor !== "") parts.push(` text-anchor="${anchor}"`);
    if (!upright) {
      const turned = [a, b, c, d].map(fine).concat([e, f].map(figure));
      parts.push(` transform="matrix(${turned.join(" ")})"`);
    }
    this.#out.push(`${parts.join("")}${look}>${inner}</text>`);
  }

  createLinearGradient(x0: number, y0: number, x1: number, y1: number): CanvasGradient {
    const gradient = new Gradient(`gradient${this.#gradients.length}`);
    this.#gradients.push({ gradient, line: [...this.#at(x0, y0), ...this.#at(x1, y1)] });
    return gradient;
  }

  /** As on a canvas: in device pixels, wherever the pen was moved. */
  putImageData(image: ImageData, left: number, top: number): void {
    const { data, width, height } = image;
    const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
    const [x, y, w, h] = [left, top, width, height].map((size) => figure(size / SVG_RATIO));
    const href = `data:image/png;base64,${base64(indexedPng(pixels, width, height))}`;
    this.#out.push(
      `<image x="${x}" y="${y}" width="${w}" height="${h}" preserveAspectRatio="none" ` +
        `image-rendering="pixelated" xlink:href="${href}"/>`,
    );
  }

  /** All elements so far. */
  elements(): string {
    const gradients = this.#gradients.map(({ gradient, line }) => {
      const [x1, y1, x2, y2] = line.map(figure);
      const ends = `x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"`;
      return (
        `<linearGradient id="${gradient.id}" gradientUnits="userSpaceOnUse" ${ends}>` +
        `${gradient.stops.join("")}</linearGradient>`
      );
    });
    const defs = gradients.length > 0 ? [`<defs>${gradients.join("")}</defs>`] : [];
    return [...defs, ...this.#out].filter((part) => part !== "").join("\n");
  }
}

function paint(style: Style): string {
  if (typeof style === "string") return escaped(style);
  return `url(#${(style as unknown as Gradient).id})`;
}

/** A coordinate: hundredths of a pixel are finer than any printer. */
function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** An opacity or a part of a matrix. */
function fine(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}

/** Text with all its blanks, of which SVG would leave out some. */
function kept(text: string): string {
  return escaped(text.replace(/ {2,}|^ | $/g, (blanks) => "\u00a0".repeat(blanks.length)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for XML. What XML forbids even as a reference (NUL, most controls, half characters) is written
 *  by its code, as the page writes what cannot be seen. */
export function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, (character) => {
      const code = character.codePointAt(0) as number;
      return `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
    })
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
