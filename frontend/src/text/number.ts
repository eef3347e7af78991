/** Numbers as the pages write them: `.512`, `−7.10`, `5 476` with a thin space. */

const MINUS = "−";
const THIN = "\u2009";

/** A weight or share of one, without its leading zero: `.512`; all of it is `1.00`, next to nothing `<.001`. */
export function share(value: number): string {
  if (value > 0 && value < 0.0005) return "<.001";
  const text = value.toFixed(3);
  return value >= 0.9995 ? "1.00" : text.replace(/^0/, "");
}

/** A limit that small weights are held against, with two digits that count, rounded up: `.0017`. */
export function limit(value: number): string {
  if (!(value > 0)) return "0";
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  const places = Math.max(0, Math.round(-Math.log10(unit)));
  return (Math.ceil(value / unit - 1e-6) * unit).toFixed(places).replace(/^0/, "");
}

/** With the right minus and a fixed number of places: `−7.10`. Never a minus before a zero. */
export function fixed(value: number, places: number): string {
  if (value === Number.NEGATIVE_INFINITY) return `${MINUS}∞`;
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** As `fixed`, with a plus where the value is not negative: `+1.95`. */
export function signed(value: number, places = 2): string {
  const text = fixed(value, places);
  return text.startsWith(MINUS) ? text : `+${text}`;
}

/** A whole number with a thin space between thousands. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A share of the whole: `89.1 %`. */
export function percent(part: number): string {
  return `${(100 * part).toFixed(1)}${THIN}%`;
}

/** An upper bound of a small error, rounded up: `.004`, `1e−5`. */
export function bound(error: number): string {
  if (error >= 0.0005) return share(Math.ceil(error * 1000) / 1000);
  const power = Math.ceil(Math.log10(Math.max(error, 1e-7)));
  return `1e${MINUS}${-power}`;
}
