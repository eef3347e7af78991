import { describe, expect, test } from "vitest";
import { theme, weightLookup } from "../../src/draw/colour";
import { edges, paintMap } from "../../src/draw/heatmap";
import { escaped, SvgPen } from "../../src/draw/svg";
import { fromHref } from "../png";
import { all, type Element, parse } from "../xml";

function drawn(paint: (pen: SvgPen) => void): Element {
  const pen = new SvgPen((text) => text.length * 6, "#fff", "Sans");
  paint(pen);
  return parse(`<svg xmlns:xlink="x">${pen.elements()}</svg>`);
}

const only = (root: Element): Element => root.children[0] as Element;

describe("text", () => {
  test("markup and quotes come back as they were", () => {
    const text = `</text><script>alert(1)</script> & "q" 'a' ]]> &amp;`;
    const root = drawn((pen) => pen.fillText(text, 1, 2));
    expect(only(root).text).toBe(text);
    expect(all(root, "script")).toEqual([]);
  });

  test("what XML forbids is written by its code", () => {
    expect(escaped("a\0b\u0008\ufffe")).toBe("a\\u0000b\\u0008\\uFFFE");
    expect(escaped("\ud83d!")).toBe("\\uD83D!");
    expect(escaped("😀\t\n")).toBe("😀\t\n");
  });

  test("blanks are kept, also where SVG would drop them", () => {
    const root = drawn((pen) => pen.fillText(" a   b ", 0, 0));
    expect(only(root).text).toBe("\u00a0a\u00a0\u00a0\u00a0b\u00a0");
  });

  test("font, anchor and middle become attributes", () => {
    const root = drawn((pen) => {
      pen.font = "700 10px Other";
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      pen.fillStyle = "#123456";
      pen.fillText("a", 30, 20);
    });
    expect(only(root).attributes).toEqual({
      x: "30",
      y: "23.6",
      "font-size": "10",
      "font-weight": "700",
      "font-family": "Other",
      "text-anchor": "end",
      fill: "#123456",
    });
  });

  test("runs are one text in several colours", () => {
    const root = drawn((pen) =>
      pen.fillRuns(
        [
          { text: "a", colour: "#111111" },
          { text: "<", colour: "#222222" },
        ],
        0,
        0,
      ),
    );
    expect(only(root).text).toBe("a<");
    expect(all(root, "tspan").map((run) => run.attributes.fill)).toEqual(["#111111", "#222222"]);
  });
});

describe("places", () => {
  test("translations add up and restore ends them", () => {
    const root = drawn((pen) => {
      pen.save();
      pen.translate(10, 20);
      pen.translate(1, 2);
      pen.fillRect(0, 0, 5, 5);
      pen.restore();
      pen.fillRect(0, 0, 5, 5);
    });
    expect(root.children.map(({ attributes: { x, y } }) => [x, y])).toEqual([
      ["11", "22"],
      ["0", "0"],
    ]);
  });

  test("turned text is turned about the place it was moved to", () => {
    const root = drawn((pen) => {
      pen.translate(40, 50);
      pen.rotate(-Math.PI / 2);
      pen.fillText("a", 0, 0);
    });
    expect(only(root).attributes.transform).toBe("matrix(0 -1 1 0 40 50)");
  });

  test("turned lines are written where they end up", () => {
    const root = drawn((pen) => {
      pen.translate(40, 50);
      pen.rotate(Math.PI / 2);
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.lineTo(10, 0);
      pen.stroke();
    });
    expect(only(root).attributes.d).toBe("M40 50L40 60");
  });

  test("a part counts from its own corner", () => {
    const root = drawn((pen) => {
      pen.translate(5, 5);
      pen.part(100, 200, () => pen.fillRect(1, 2, 3, 4));
      pen.fillRect(1, 2, 3, 4);
    });
    const [part, after] = root.children as [Element, Element];
    expect(part.attributes.transform).toBe("translate(100 200)");
    expect(only(part).attributes).toMatchObject({ x: "1", y: "2" });
    expect(after.attributes).toMatchObject({ x: "6", y: "7" });
  });

  test("a clip holds until restore", () => {
    const root = drawn((pen) => {
      pen.save();
      pen.beginPath();
      pen.rect(0, 0, 10, 10);
      pen.clip();
      pen.fillRect(0, 0, 50, 50);
      pen.restore();
      pen.fillRect(1, 1, 2, 2);
    });
    const [path, group, after] = root.children as [Element, Element, Element];
    expect(group.attributes["clip-path"]).toBe(`url(#${path.attributes.id})`);
    expect(only(path).attributes.d).toBe("M0 0L10 0L10 10L0 10Z");
    expect(only(group).name).toBe("rect");
    expect(after.attributes).toMatchObject({ x: "1", y: "1" });
  });
});

describe("strokes", () => {
  test("opacity, width and dashes are those that were set, and end with restore", () => {
    const line = (pen: SvgPen): void => {
      pen.beginPath();
      pen.moveTo(0, 0);
      pen.bezierCurveTo(1, 0, 1, 2, 3, 2);
      pen.stroke();
    };
    const root = drawn((pen) => {
      pen.save();
      pen.globalAlpha = 0.25;
      pen.lineWidth = 2.5;
      pen.setLineDash([6, 3]);
      pen.strokeStyle = "#ff0000";
      line(pen);
      pen.restore();
      line(pen);
    });
    const [first, second] = root.children as [Element, Element];
    expect(first.attributes).toEqual({
      d: "M0 0C1 0 1 2 3 2",
      stroke: "#ff0000",
      "stroke-width": "2.5",
      "stroke-dasharray": "6 3",
      "stroke-opacity": "0.25",
    });
    expect(second.attributes).toEqual({ d: "M0 0C1 0 1 2 3 2", stroke: "#000000" });
  });

  test("a gradient is defined once and named by what it fills", () => {
    const root = drawn((pen) => {
      const gradient = pen.createLinearGradient(0, 0, 10, 0);
      gradient.addColorStop(0, "#000000");
      gradient.addColorStop(1, "#ffffff");
      pen.fillStyle = gradient;
      pen.fillRect(0, 0, 10, 4);
    });
    const id = all(root, "linearGradient")[0]?.attributes.id;
    expect(all(root, "stop")).toHaveLength(2);
    expect(all(root, "rect")[0]?.attributes.fill).toBe(`url(#${id})`);
  });
});

test("a map is an image of its cells at the place where a canvas has it", () => {
  const values = Uint8Array.of(0, 255, 128, 64);
  const cells = { x: edges(2, 8), y: edges(2, 6), gap: { x: 2, y: 0 } };
  const table = weightLookup(theme(false)).pixels;
  const root = drawn((pen) => {
    pen.translate(1000, 1000);
    paintMap(pen, { values, rows: 2, columns: 2 }, table, cells, 20, 10);
  });
  const { x, y, width, height } = only(root).attributes;
  expect([x, y, width, height]).toEqual(["10", "5", "4", "3"]);
  const image = fromHref(only(root).attributes["xlink:href"] as string);
  const colours = new Uint8Array(table.buffer);
  const colour = (value: number): number[] => [...colours.subarray(value * 4, value * 4 + 4)];
  expect(image.at(0, 0)).toEqual(colour(0));
  expect(image.at(5, 0)).toEqual(colour(255));
  expect(image.at(1, 5)).toEqual(colour(128));
  expect(image.at(4, 3)).toEqual(colour(64));
  expect(image.at(2, 0)[3]).toBe(0);
});
