/**
 * Rows, columns and means of weights, counted in pieces where they cost more than a moment.
 *
 * What a unit attends to is one row, and mostly there at once. What attends to it is a column, for which
 * every row of the head is needed: a long text has thousands, and the page must stay alive meanwhile.
 */

import { ChosenLayer } from "../../attention/chosen";
import type { LayerAttention } from "../../attention/source";
import { slices } from "../model/slices";

/** The weights to read: one head, or the mean of several. */
export interface Weights {
  attention: LayerAttention;
  heads: readonly number[];
}

/** The weights of one query, those of one key, or the mean over all queries. */
export type Question = { row: number } | { column: number } | "mean";

export interface Answer {
  /** null while it is being counted. */
  values: Float32Array | null;
  /** Share of the work that is done. */
  done: number;
}

/** So many milliseconds are spent at once; what takes longer goes on in pieces. */
const AT_ONCE = 12;
/** Answers kept, so that going back to a word costs nothing. */
const KEPT = 64;
/** While counting, the page is told this often, in milliseconds. */
const REPORT = 120;

/** Yields the share of the work that is done, and returns the values in the end. */
type Work = Generator<number, Float32Array>;

function* rowOf({ attention, heads }: Weights, query: number): Work {
  const sum = new Float32Array(attention.keys);
  for (const head of heads) {
    // The rows of a unit's tokens are most of the work, so each is a piece of its own.
    if (attention instanceof ChosenLayer) {
      for (const token of attention.sides.queries.units[query] ?? []) {
        attention.base.row(head, token);
        yield 0;
      }
    }
    const row = attention.row(head, query);
    if (heads.length === 1) return row;
    for (let key = 0; key < sum.length; key++) {
      sum[key] = (sum[key] as number) + (row[key] as number) / heads.length;
    }
    yield 0;
  }
  return sum;
}

function* everyRow(
  weights: Weights,
  take: (row: Float32Array, query: number) => void,
): Generator<number> {
  const { queries } = weights.attention;
  for (let query = 0; query < queries; query++) {
    const work = rowOf(weights, query);
    let step = work.next();
    while (!step.done) {
      yield query / queries;
      step = work.next();
    }
    take(step.value, query);
    yield (query + 1) / queries;
  }
}

export function* answer(weights: Weights, question: Question): Work {
  const { queries, keys } = weights.attention;
  if (question === "mean") {
    const sum = new Float64Array(keys);
    yield* everyRow(weights, (row) => {
      for (let key = 0; key < keys; key++) sum[key] = (sum[key] as number) + (row[key] as number);
    });
    return Float32Array.from(sum, (value) => value / Math.max(1, queries));
  }
  if ("row" in question) return yield* rowOf(weights, question.row);
  const column = new Float32Array(queries);
  yield* everyRow(weights, (row, query) => {
    column[query] = row[question.column] as number;
  });
  return column;
}

export interface Counter {
  /** The answer as far as it is there; `changed` is called when there is more. */
  ask(weights: Weights, question: Question): Answer;
  stop(): void;
}

/** Multiplications that all rows take. */
export function costOf({ attention, heads }: Weights): number {
  return heads.length * attention.queries * attention.rowCost;
}

/** @param changed Told of the share that is done now and then, and of the end. */
export function createCounter(changed: (done: boolean) => void): Counter {
  const names = new WeakMap<LayerAttention, number>();
  const kept = new Map<string, Float32Array>();
  let named = 0;
  let running: { name: string; answer: Answer; stop: () => void } | null = null;

  function nameOf({ attention, heads }: Weights, question: Question): string {
    let number = names.get(attention);
    if (number === undefined) {
      number = named++;
      names.set(attention, number);
    }
    return `${number} ${heads.join()} ${JSON.stringify(question)}`;
  }

  function keep(name: string, values: Float32Array): void {
    kept.set(name, values);
    if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
  }

  function stop(): void {
    running?.stop();
    running = null;
  }

  return {
    ask(weights, question) {
      const name = nameOf(weights, question);
      const known = kept.get(name);
      if (known !== undefined) {
        kept.delete(name);
        kept.set(name, known);
        return { values: known, done: 1 };
      }
      if (running?.name === name) return running.answer;
      stop();
      const work = answer(weights, question);
      const now: Answer = { values: null, done: 0 };
      const step = (): boolean => {
        const { done, value } = work.next();
        if (!done) {
          now.done = Math.max(now.done, value);
          return true;
        }
        now.values = value;
        now.done = 1;
        keep(name, value);
        return false;
      };
      const until = performance.now() + AT_ONCE;
      let more = true;
      while (more && performance.now() < until) more = step();
      if (!more) return now;
      let told = performance.now();
      const end = slices(step, (done) => {
        if (done) running = null;
        if (!done && performance.now() - told < REPORT) return;
        told = performance.now();
        changed(done);
      });
      running = { name, answer: now, stop: end };
      return now;
    },
    stop,
  };
}
