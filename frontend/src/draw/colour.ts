/**
 * Colours as design data: no element is touched here.
 *
 * A hue is always a head, the weight ramp always a weight, the sign ramp always a sign; everything
 * else is ink on paper. Both palettes were chosen for even steps of lightness and for colour-blind
 * eyes, so they are written down, never computed.
 */

export interface Theme {
  dark: boolean;
  paper: string;
  raise: string;
  sunk: string;
  hair: string;
  hair2: string;
  ink: string;
  ink2: string;
  ink3: string;
  ink4: string;
  dim: string;
  focus: string;
  /** 16 colours, head h takes h modulo 16. */
  heads: readonly string[];
  /** Stops of the weight ramp (position √w) and of the sign ramp (−range … +range). */
  weights: readonly string[];
  signs: readonly string[];
}

export type Rgb = readonly [number, number, number];

const words = (list: string): readonly string[] => list.split(" ");

const LIGHT: Theme = {
  dark: false,
  paper: "#fcfcfd",
  raise: "#ffffff",
  sunk: "#f3f4f6",
  hair: "#e3e5ea",
  hair2: "#cdd1d9",
  ink: "#15181e",
  ink2: "#4d5460",
  ink3: "#6a7180",
  ink4: "#9aa1ad",
  dim: "#6f7684",
  focus: "#1a56d6",
  heads: words(
    "#3647b6 #944e05 #078274 #7b0868 #62a212 #a163d6 #970429 #897710 " +
      "#0e6a89 #991e6f #c63e6c #0fa773 #6852c8 #3a30a2 #614002 #671989",
  ),
  weights: words("#fbfbfb #b5e7f4 #7ccded #4db0e4 #2d8fd6 #276ec2 #2b4ea6 #2c2f84 #25145e"),
  signs: words(
    "#8e3506 #b1552e #c67d60 #daa490 #ebcdc1 #f7f7f7 #c4d6ed #95b5df #6795cf #3874be #0353a3",
  ),
};

const DARK: Theme = {
  dark: true,
  paper: "#121418",
  raise: "#191c21",
  sunk: "#1d2026",
  hair: "#292d35",
  hair2: "#3b414c",
  ink: "#eceef2",
  ink2: "#b3b9c4",
  ink3: "#8d95a3",
  ink4: "#646b78",
  dim: "#838b99",
  focus: "#86adff",
  heads: words(
    "#7a94f8 #ef8e3d #11d5bf #c263ac #b3ee83 #dfc1fd #e16970 #dac038 " +
      "#14b7eb #e176b4 #ffa2b9 #6cf8ba #ada5fd #787ee3 #b87d08 #aa6dcb",
  ),
  weights: words("#191919 #252d4f #26467f #0c64a8 #0f85bc #17a6d2 #1bc9e7 #70e7f0 #bffffa"),
  signs: words(
    "#fca679 #d98355 #a96948 #7b513b #4f3a2f #242424 #2e4250 #38617e #4183ae #49a5e0 #7ac7fc",
  ),
};

/** The theme's one object: callers may compare and cache by identity. */
export function theme(dark: boolean): Theme {
  return dark ? DARK : LIGHT;
}

export function headColour(theme: Theme, head: number): string {
  return theme.heads[head % theme.heads.length] as string;
}

/** Dashes tell apart the heads that share a colour: none to 15, 6-3 from 16, 2-3 from 32 on. */
export function headDash(head: number): number[] {
  if (head >= 32) return [2, 3];
  return head >= 16 ? [6, 3] : [];
}

/** `#rrggbb` as three numbers from 0 to 255. */
export function rgb(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** The colour at `t` (0 to 1, clamped) of a ramp, interpolated in sRGB between its stops. */
export function ramp(stops: readonly string[], t: number): [number, number, number] {
  const last = stops.length - 1;
  const place = Math.min(1, Math.max(0, t)) * last;
  const low = Math.min(last - 1, Math.floor(place));
  const from = rgb(stops[low] as string);
  const to = rgb(stops[low + 1] as string);
  const part = place - low;
  const mix = (i: 0 | 1 | 2): number => Math.round(from[i] + (to[i] - from[i]) * part);
  return [mix(0), mix(1), mix(2)];
}

/** 256 colours as canvas pixels (`Uint32Array` over RGBA bytes, whatever the byte order). */
export interface Lookup {
  pixels: Uint32Array;
}

function lookup(stops: readonly string[]): Lookup {
  const bytes = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) bytes.set([...ramp(stops, i / 255), 255], i * 4);
  return { pixels: new Uint32Array(bytes.buffer) };
}

const tables = new WeakMap<readonly string[], Lookup>();

function cached(stops: readonly string[]): Lookup {
  let table = tables.get(stops);
  if (table === undefined) {
    table = lookup(stops);
    tables.set(stops, table);
  }
  return table;
}

/** Entry i is the colour of the weight whose root is i ÷ 255: overview bytes index it directly. */
export function weightLookup(theme: Theme): Lookup {
  return cached(theme.weights);
}

/** Entry 0 is −range, 255 is +range. */
export function signLookup(theme: Theme): Lookup {
  return cached(theme.signs);
}

export function css(colour: Rgb): string {
  return `rgb(${colour[0]},${colour[1]},${colour[2]})`;
}

/** Relative luminance after WCAG 2.1. */
function luminance(colour: Rgb): number {
  const linear = (value: number): number => {
    const s = value / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
}

/** Contrast after WCAG 2.1, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [low, high] = [luminance(rgb(a)), luminance(rgb(b))].sort((x, y) => x - y) as [
    number,
    number,
  ];
  return (high + 0.05) / (low + 0.05);
}

/** Text on a plate of `colour`: white where that can be read (4.5), else white or the theme's dark,
 *  whichever stands out more. Two of the light colours reach 4.46 only. */
export function textOn(colour: string, dark = false): string {
  const ink = dark ? "#0e1014" : "#15181e";
  const white = contrast("#ffffff", colour);
  return white >= 4.5 || white > contrast(ink, colour) ? "#ffffff" : ink;
}
