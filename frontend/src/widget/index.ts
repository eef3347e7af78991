/**
 * The widget in the notebook: a bridge, and no more.
 *
 * The page itself stands in a sandboxed frame, as the one that a cell shows without a kernel: nothing of a
 * text, of our styles or keys reaches the notebook. The bridge hands the page its header and the selection,
 * and carries questions to the kernel and answers back.
 */

import type { Incoming, Outgoing } from "../live/link";
import type { Connection } from "../live/page";
import { TRAITS } from "../live/selection";

// biome-ignore lint/suspicious/noExplicitAny: each event has arguments of its own.
type Callback = (...given: any[]) => void;

/** What anywidget gives. */
interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown): void;
  on(name: string, callback: Callback): void;
  off(name: string, callback: Callback): void;
}

interface Reply {
  id: string;
  value?: unknown;
  error?: string;
}

/** No picture, or one as PNG. */
const PICTURE = /^(data:image\/png;base64,[A-Za-z0-9+/=]+)?$/;

function selectionOf(model: Model): Record<string, unknown> {
  return Object.fromEntries(TRAITS.map((name) => [name, model.get(name) ?? null]));
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-downloads");
  frame.title = String(model.get("_title"));
  frame.style.cssText = `display:block;width:100%;height:${Number(model.get("_height"))}px;border:0`;
  frame.srcdoc = String(model.get("_document"));

  let port: MessagePort | null = null;
  /** What this page asked and has no answer to. */
  const asked = new Set<string>();
  const post = (message: Incoming, transfer: Transferable[] = []): void =>
    port?.postMessage(message, transfer);

  /** A frame that is moved in the document is loaded again. */
  function connect(): void {
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }: MessageEvent<Outgoing>) => take(data);
    const selection = selectionOf(model);
    known = JSON.stringify(selection);
    const opening: Connection = {
      attnviz: "connect",
      header: String(model.get("_header")),
      selection,
      picture: model.get("_picture") as string | null,
    };
    frame.contentWindow?.postMessage(opening, "*", [channel.port2]);
  }

  function take(message: Outgoing): void {
    try {
      if (message.type === "ask") {
        asked.add(message.content.id);
        model.send(message.content);
      } else if (message.type === "picture") {
        if (PICTURE.test(message.picture)) keep({ _picture: message.picture });
      } else {
        // The frame is sandboxed and the notebook is not: nothing else of the widget is the page's to change.
        keep(Object.fromEntries(TRAITS.map((name) => [name, message.selection[name]])));
        known = JSON.stringify(selectionOf(model));
      }
    } catch (error) {
      // JupyterLab throws once the kernel was restarted or shut down; other hosts say nothing.
      console.debug(error);
      post({ type: "gone" });
    }
  }

  function keep(values: Record<string, unknown>): void {
    const changed = Object.entries(values).filter(
      ([name, value]) =>
        value !== undefined && JSON.stringify(model.get(name) ?? null) !== JSON.stringify(value),
    );
    for (const [name, value] of changed) model.set(name, value);
    if (changed.length > 0) model.save_changes();
  }

  function reply(content: Reply, buffers: readonly DataView[] = []): void {
    // Other pages of this widget hear the same answers.
    if (!asked.delete(content.id)) return;
    const [view] = buffers;
    const bytes = view
      ? (view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer)
      : null;
    post({ type: "answer", ...content, bytes }, bytes === null ? [] : [bytes]);
  }

  /** What the page has selected, as far as it is known here. Its own changes come back to it as changes of
   *  the model; told to it late, they would undo what was selected since. */
  let known = "";
  let told = false;
  /** Traits that change together are told together. */
  function selected(): void {
    if (told) return;
    told = true;
    queueMicrotask(() => {
      told = false;
      const selection = selectionOf(model);
      if (JSON.stringify(selection) === known) return;
      known = JSON.stringify(selection);
      post({ type: "selection", selection });
    });
  }

  /** With what is selected in it: the two belong together. */
  const header = (): void => {
    const selection = selectionOf(model);
    known = JSON.stringify(selection);
    post({ type: "header", header: String(model.get("_header")), selection });
  };
  const height = (): void => {
    frame.style.height = `${Number(model.get("_height"))}px`;
  };
  const line = (): void => post({ type: "line" });
  const heard: [string, Callback][] = [
    ["msg:custom", reply],
    ["change:_header", header],
    ["change:_height", height],
    ["comm_live_update", line],
    ...TRAITS.map((name): [string, Callback] => [`change:${name}`, selected]),
  ];
  for (const [name, callback] of heard) model.on(name, callback);
  frame.addEventListener("load", connect);
  el.append(frame);
  return () => {
    for (const [name, callback] of heard) model.off(name, callback);
    port?.close();
    frame.remove();
  };
}

export default { render };
