/** Making elements. Whatever came from a user goes in as a text node, never as markup. */

export type Child = Node | string | null;

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Attributes that are null or false are left out, `true` writes an empty one. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  setAttributes(element, attributes);
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

const SVG = "http://www.w3.org/2000/svg";

function drawing(size: number): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  setAttributes(svg, {
    viewBox: "0 0 16 16",
    width: size,
    height: size,
    fill: "none",
    stroke: "currentColor",
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    "aria-hidden": "true",
  });
  return svg;
}

function path(d: string, width: number): SVGPathElement {
  const element = document.createElementNS(SVG, "path");
  setAttributes(element, { d, "stroke-width": width });
  return element;
}

/** A line drawing in the colour of the text around it. */
export function icon(paths: string, size = 16, width = 1.6): SVGSVGElement {
  const svg = drawing(size);
  svg.append(path(paths, width));
  return svg;
}

/** The mark of attnviz: three tokens, one strong line, and weak ones that cross it. A line of no
 *  length with round ends is a dot. */
export function mark(size: number): SVGSVGElement {
  const svg = drawing(size);
  svg.append(
    path("M2 12.6c4.6 0 6.4-9.2 12-9.2M2 8c4 0 6-1 12-4.6", 0.7),
    path("M2 3.4c5.6 0 6.4 9.2 12 9.2", 1.9),
    path("M2 3.4h0M2 8h0M2 12.6h0M14 3.4h0", 2.3),
  );
  return svg;
}
