/** Reads XML strictly, and throws where it is not well-formed: node has no parser of its own. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Its own text and that of what it holds. */
  text: string;
}

const CHARACTERS: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plain(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`markup within text: ${text}`);
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text))
    throw new Error("a character that XML forbids");
  return text.replace(/&([^;]*)(;?)/g, (whole, name: string, end: string) => {
    const found = CHARACTERS[name];
    if (found === undefined || end === "") throw new Error(`no entity: ${whole}`);
    return found;
  });
}

export function parse(xml: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  for (const part of xml.match(/<[^>]*>|[^<]+/g) ?? []) {
    const parent = open.at(-1) as Element;
    if (!part.startsWith("<")) {
      for (const element of open) element.text += plain(part);
      continue;
    }
    const closing = /^<\/([\w:-]+)>$/.exec(part);
    if (closing !== null) {
      if (parent.name !== closing[1]) throw new Error(`${part} closes ${parent.name}`);
      open.pop();
      continue;
    }
    const tag = /^<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>$/.exec(part);
    if (tag === null) throw new Error(`no element: ${part}`);
    const attributes: Record<string, string> = {};
    for (const [, name, value] of (tag[2] as string).matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (attributes[name as string] !== undefined) throw new Error(`${name} twice in ${part}`);
      attributes[name as string] = plain(value as string);
    }
    const element: Element = { name: tag[1] as string, attributes, children: [], text: "" };
    parent.children.push(element);
    if (tag[3] === "") open.push(element);
  }
  if (open.length > 1) throw new Error(`${open.at(-1)?.name} is not closed`);
  if (root.children.length !== 1) throw new Error("more than one root");
  return root.children[0] as Element;
}

/** All elements of a name, in their order. */
export function all(element: Element, name: string): Element[] {
  const found = element.name === name ? [element] : [];
  return [...found, ...element.children.flatMap((child) => all(child, name))];
}
