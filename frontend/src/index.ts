/** The bundle's two doors: a page that carries its own data, and a host that hands data over. */

import "./style/main.css";
import type { ChunkReader } from "./payload/decode";
import { readChunk, readPayload } from "./payload/page";
import type { Payload } from "./payload/schema";
import { strings } from "./text/strings";
import { lacking, unsupported } from "./ui/support";
import { createApp } from "./views/app";

/** Shows a payload in an element; `chunk` gives the unpacked bytes of a chunk. */
export function mount(
  root: HTMLElement,
  payload: Payload,
  chunk: ChunkReader,
): { destroy(): void } {
  const app = createApp(root, payload, chunk);
  app.ready.then(
    () => {
      document.documentElement.dataset.attnviz = "ready";
      performance.mark("attnviz-ready");
    },
    () => {
      // The app has said what failed, on the page.
    },
  );
  return { destroy: () => app.destroy() };
}

/** Shows the data that the document carries in `#attnviz`. */
export function mountPage(): void {
  const root = document.getElementById("attnviz") ?? document.body;
  try {
    const missing = lacking();
    if (missing.length > 0) {
      throw new Error(unsupported(missing, strings(readPayload(document).lang).lang));
    }
    mount(root, readPayload(document), (id) => readChunk(document, id));
  } catch (error) {
    const sentence = document.createElement("p");
    sentence.className = "fatal";
    sentence.textContent = error instanceof Error ? error.message : String(error);
    root.replaceChildren(sentence);
    document.documentElement.dataset.attnviz = "error";
  }
}
