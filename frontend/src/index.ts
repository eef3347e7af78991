/** The bundle's door: a page that carries its data, or gets it from the notebook around it. */

import "./style/main.css";
import { traceSource } from "./attention/trace";
import { mountLive } from "./live/page";
import { hasPayload, readChunk, readPayload } from "./payload/page";
import { readAddress } from "./state/address";
import { strings } from "./text/strings";
import { announce, fail } from "./ui/announce";
import { lacking, unsupported } from "./ui/support";
import { createApp } from "./views/app";

/** Shows in `#attnviz` what the document carries, or what a live widget hands over. */
export function mountPage(): void {
  const root = document.getElementById("attnviz") ?? document.body;
  try {
    const payload = hasPayload(document) ? readPayload(document) : null;
    const missing = lacking();
    if (missing.length > 0) {
      throw new Error(unsupported(missing, strings(payload?.lang ?? null).lang));
    }
    if (payload === null) mountLive(root);
    else {
      const read = (id: string): Promise<ArrayBuffer> => readChunk(document, id);
      announce(createApp(root, payload, (trace) => traceSource(trace, read), readAddress()).ready);
    }
  } catch (error) {
    fail(root, error);
  }
}
