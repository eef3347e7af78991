/** Figures of what the page shows, handed to the browser as files. */

import { canvasMeasure } from "../draw/labels";
import { drawFigure, LONGEST } from "../figures/index";
import type { ViewName } from "../payload/schema";
import type { PaneName, State } from "../state/state";
import { dataAddress } from "../ui/blob";
import type { Exporter } from "../ui/export";
import type { Context, View } from "./view";

/** A PNG has so many pixels a unit, unless that is more than a browser's canvas holds. */
const SCALE = 2;
const MOST = { side: 16_384, area: 120_000_000 };
/** Long after any browser has begun to write the file. */
const KEEP = 60_000;

export interface Figures extends Exporter<ViewName> {
  /** What is shown now, as one picture, with so many pixels a unit. */
  picture(scale: number): Promise<Blob>;
}

export function createExporter(
  context: Context,
  panes: Readonly<Record<PaneName, View | null>>,
): Figures {
  const { payload, store, strings } = context;
  const measure = canvasMeasure(
    document.createElement("canvas").getContext("2d") as CanvasRenderingContext2D,
  );

  async function draw(name: ViewName): Promise<Blob> {
    const state = store.get();
    const svg = await drawFigure(name, {
      source: context.source(state),
      state,
      theme: context.theme(),
      strings,
      measure,
      width: null,
      enlarged: true,
      view: panes[state.pane]?.seen?.() ?? null,
      longest: LONGEST,
    });
    return new Blob([svg], { type: "image/svg+xml" });
  }

  return {
    names() {
      const { pane } = store.get();
      const with_ = {
        explore: ["explore", "model", pane],
        model: ["model", pane, "explore"],
      } as const;
      const wanted: readonly ViewName[] =
        payload.view === "explore" || payload.view === "model" ? with_[payload.view] : [pane];
      return wanted;
    },
    async save(name, format) {
      const file = `${fileName(context, name, store.get())}.${format}`;
      const svg = await draw(name);
      download(format === "svg" ? svg : await pngOf(svg, SCALE), file);
      return file;
    },
    picture: async (scale) => pngOf(await draw(payload.view), scale),
  };
}

/** `bert-base-cased-head-layer3`, of characters that every file system takes. */
function fileName(context: Context, name: ViewName, state: State): string {
  const model = context.source(state).trace.model.name.replace(/^.*[/\\]/, "");
  const safe = model.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[.-]+|[.-]+$/g, "");
  return `${safe.slice(0, 80) || "attention"}-${name}-layer${state.layer}`;
}

function download(blob: Blob, file: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP);
}

/** The browser draws the SVG as an image, with the reader's own fonts. */
async function pngOf(svg: Blob, wanted: number): Promise<Blob> {
  const image = new Image();
  // Some notebooks forbid images at `blob:` addresses, and a page in a frame inherits that.
  image.src = await dataAddress(svg);
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const longest = MOST.side / Math.max(width, height);
  const scale = Math.min(wanted, longest, Math.sqrt(MOST.area / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.floor(width * scale);
  canvas.height = Math.floor(height * scale);
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return await new Promise((done, fail) => {
    canvas.toBlob((blob) => (blob === null ? fail(new Error("PNG")) : done(blob)), "image/png");
  });
}
