/** The page's line to the kernel: questions and answers over a message port. */

/** What the page asks for; `attnviz/views/tiles.py` answers. */
export type Ask =
  | { ask: "head"; trace: number; kind: string; layer: number; head: number }
  | { ask: "overview"; trace: number; kind: string; from: number }
  | { ask: "rollout"; trace: number; kind: string }
  | { ask: "run"; text: string; pair: string | null }
  | { ask: "ping" };

export interface Answer {
  value: unknown;
  bytes: ArrayBuffer;
}

/** From the bridge to the page. */
export type Incoming =
  | { type: "header"; header: string; selection: Record<string, unknown> }
  | { type: "selection"; selection: Record<string, unknown> }
  | { type: "answer"; id: string; value?: unknown; error?: string; bytes: ArrayBuffer | null }
  /** The host lost its line to the kernel, or found it again. */
  | { type: "line" }
  /** The host could not pass on what the page said: the kernel it was for is no more. */
  | { type: "gone" };

/** From the page to the bridge. */
export type Outgoing =
  | { type: "ask"; content: Ask & { id: string } }
  | { type: "selection"; selection: Record<string, unknown> }
  | { type: "picture"; picture: string };

/** How the kernel is doing, by how long the oldest question has waited: it answers, it takes its time, or
 *  it may be gone; or the host knows that it is. */
export type Health = "well" | "slow" | "silent" | "gone";

export interface Link {
  ask(what: Ask): Promise<Answer>;
  send(message: Outgoing): void;
}

/** After so many milliseconds without an answer the kernel counts as slow, and as silent. */
export const PATIENCE = { slow: 800, silent: 10_000, ping: 2500 };

/** Several pages may share one widget and hear each other's answers, so each names its questions. */
const OWN = 1e9;

interface Question {
  content: Ask & { id: string };
  since: number;
  /** Milliseconds after which no answer means silence. */
  limit: number;
  done(answer: Answer): void;
  fail(error: Error): void;
}

export function createLink(
  port: MessagePort,
  told: {
    header(header: string, selection: Record<string, unknown>): void;
    selection(selection: Record<string, unknown>): void;
    /** Called when that changes, and each time that something could not be passed on. */
    health(health: Health): void;
    /** What to say of a text that will never be read. */
    lost(): string;
  },
): Link {
  const name = Math.floor(Math.random() * OWN).toString(36);
  const waiting = new Map<string, Question>();
  let asked = 0;
  let health: Health = "well";
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function watch(): void {
    clearTimeout(timer);
    if (gone) return;
    const now = performance.now();
    const late = [...waiting.values()]
      .filter(({ limit }) => Number.isFinite(limit))
      .map(({ since, limit }) => ({ age: now - since, limit }));
    let next: Health = "well";
    if (late.some(({ age }) => age >= PATIENCE.slow)) next = "slow";
    if (late.some(({ age, limit }) => age >= limit)) next = "silent";
    if (next !== health) {
      health = next;
      told.health(health);
      // If it is there after all, it answers.
      if (health === "silent") ask({ ask: "ping" }, Number.POSITIVE_INFINITY);
    }
    if (waiting.size > 0) timer = setTimeout(watch, 250);
  }

  function ask(what: Ask, limit = PATIENCE.silent): Promise<Answer> {
    const id = `${name}-${asked++}`;
    const content = { ...what, id };
    const answer = new Promise<Answer>((done, fail) => {
      waiting.set(id, { content, since: performance.now(), limit, done, fail });
    });
    say(content);
    watch();
    return answer;
  }

  function say(content: Ask & { id: string }): void {
    port.postMessage({ type: "ask", content } satisfies Outgoing);
  }

  /** A kernel answers in order: what was asked before and has no answer yet has been lost on the way. A text is
   *  not sent again, as it may be the one that is being read. */
  function askAgain(before: number): void {
    for (const question of waiting.values()) {
      if (question.since >= before || !Number.isFinite(question.limit)) continue;
      question.since = performance.now();
      say(question.content);
    }
  }

  function lose(): void {
    gone = true;
    clearTimeout(timer);
    for (const [id, { limit, fail }] of [...waiting]) {
      // What else waits stays undrawn, below the sentence that says why.
      if (Number.isFinite(limit)) continue;
      waiting.delete(id);
      fail(new Error(told.lost()));
    }
    health = "gone";
    told.health(health);
  }

  port.onmessage = ({ data }: MessageEvent<Incoming>) => {
    if (data.type === "header") told.header(data.header, data.selection);
    else if (data.type === "selection") told.selection(data.selection);
    // A kernel that is gone says nothing, so that its silence has to be heard.
    else if (data.type === "line") ask({ ask: "ping" }, PATIENCE.ping);
    else if (data.type === "gone") lose();
    else {
      const question = waiting.get(data.id);
      if (question === undefined) return;
      waiting.delete(data.id);
      gone = false;
      if (question.content.ask === "ping") askAgain(question.since);
      if (data.error !== undefined) question.fail(new Error(data.error));
      else question.done({ value: data.value, bytes: data.bytes ?? new ArrayBuffer(0) });
      watch();
    }
  };

  return {
    // A text may take the model minutes; it is no sign of anything.
    ask: (what) => ask(what, what.ask === "run" ? Number.POSITIVE_INFINITY : undefined),
    send: (message) => port.postMessage(message),
  };
}
