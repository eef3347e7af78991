import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  createLink,
  type Health,
  type Incoming,
  type Outgoing,
  PATIENCE,
} from "../../src/live/link";

/** A port whose other end the test holds. */
function line() {
  const sent: Outgoing[] = [];
  const port = {
    onmessage: null as ((event: { data: Incoming }) => void) | null,
    postMessage: (message: Outgoing) => sent.push(message),
    close: () => {},
  };
  const health: Health[] = [];
  const lost = (): string => "The kernel is no more.";
  const told = {
    header: vi.fn(),
    selection: vi.fn(),
    health: (now: Health) => health.push(now),
    lost,
  };
  const link = createLink(port as unknown as MessagePort, told);
  const say = (data: Incoming): void => port.onmessage?.({ data });
  const id = (place: number): string => {
    const message = sent[place];
    return message?.type === "ask" ? message.content.id : "";
  };
  return { link, sent, told, health, say, id };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("answers find their questions, whatever their order", async () => {
  const { link, say, id } = line();
  const first = link.ask({ ask: "ping" });
  const second = link.ask({ ask: "overview", trace: 0, kind: "encoder", from: 3 });
  say({ type: "answer", id: id(1), value: { count: 2 }, bytes: new Uint8Array([7]).buffer });
  say({ type: "answer", id: id(0), value: null, bytes: null });
  expect((await second).value).toEqual({ count: 2 });
  expect([...new Uint8Array((await second).bytes)]).toEqual([7]);
  expect((await first).bytes.byteLength).toBe(0);
});

test("answers to another page of the same widget are not taken", async () => {
  const one = line();
  const other = line();
  const wanted = one.link.ask({ ask: "ping" });
  other.link.ask({ ask: "ping" });
  expect(one.id(0)).not.toBe(other.id(0));
  one.say({ type: "answer", id: other.id(0), value: "wrong", bytes: null });
  one.say({ type: "answer", id: one.id(0), value: "right", bytes: null });
  expect((await wanted).value).toBe("right");
});

test("an error of the kernel is the sentence that it sent", async () => {
  const { link, say, id } = line();
  const question = link.ask({ ask: "run", text: "x", pair: null });
  say({ type: "answer", id: id(0), error: "The text is too long.", bytes: null });
  await expect(question).rejects.toThrow("The text is too long.");
});

test("a kernel that takes its time is slow, then silent, and well when it answers", () => {
  const { link, health, say, id } = line();
  link.ask({ ask: "overview", trace: 0, kind: "encoder", from: 0 });
  vi.advanceTimersByTime(PATIENCE.slow - 300);
  expect(health).toEqual([]);
  vi.advanceTimersByTime(600);
  expect(health).toEqual(["slow"]);
  vi.advanceTimersByTime(PATIENCE.silent);
  expect(health).toEqual(["slow", "silent"]);
  say({ type: "answer", id: id(0), value: null, bytes: null });
  expect(health).toEqual(["slow", "silent", "well"]);
});

test("where the host's line was cut, silence is noticed soon", () => {
  const { say, sent, health } = line();
  say({ type: "line" });
  expect(sent).toMatchObject([{ type: "ask", content: { ask: "ping" } }]);
  vi.advanceTimersByTime(PATIENCE.ping + 300);
  expect(health.at(-1)).toBe("silent");
});

test("a model may think about a text for as long as it wants", () => {
  const { link, health } = line();
  link.ask({ ask: "run", text: "x", pair: null });
  vi.advanceTimersByTime(20 * PATIENCE.silent);
  expect(health).toEqual([]);
});

test("what could not be passed on is told each time, and no text is waited for any more", async () => {
  const { link, health, say, id } = line();
  const text = link.ask({ ask: "run", text: "x", pair: null });
  const head = link.ask({ ask: "ping" });
  say({ type: "gone" });
  await expect(text).rejects.toThrow("The kernel is no more.");
  say({ type: "gone" });
  vi.advanceTimersByTime(2 * PATIENCE.silent);
  expect(health).toEqual(["gone", "gone"]);
  // The host was wrong.
  say({ type: "answer", id: id(1), value: 1, bytes: null });
  expect((await head).value).toBe(1);
  expect(health).toEqual(["gone", "gone", "well"]);
});

test("header and selection are handed on", () => {
  const { say, told } = line();
  say({ type: "header", header: "{}", selection: { layer: 1 } });
  say({ type: "selection", selection: { layer: 3 } });
  expect(told.header).toHaveBeenCalledWith("{}", { layer: 1 });
  expect(told.selection).toHaveBeenCalledWith({ layer: 3 });
});
