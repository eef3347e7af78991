/** From scores to weights. Sums are taken in double precision, results kept in single. */

/**
 * softmax(score + bias) over the keys of one query.
 *
 * A sink is one more score that takes its share and has no key, so a row with one sums to less than
 * one. Where every key is masked, all weights are zero.
 */
export function softmax(
  score: Float32Array,
  bias: Float32Array,
  sink: number | null,
): Float32Array {
  const keys = score.length;
  const weights = new Float32Array(keys);
  let largest = sink ?? Number.NEGATIVE_INFINITY;
  for (let j = 0; j < keys; j++) {
    largest = Math.max(largest, (score[j] as number) + (bias[j] as number));
  }
  if (largest === Number.NEGATIVE_INFINITY) return weights;
  let sum = sink === null ? 0 : Math.exp(sink - largest);
  const exponentials = doubles(keys);
  for (let j = 0; j < keys; j++) {
    const value = Math.exp((score[j] as number) + (bias[j] as number) - largest);
    exponentials[j] = value;
    sum += value;
  }
  for (let j = 0; j < keys; j++) weights[j] = (exponentials[j] as number) / sum;
  return weights;
}

let kept = new Float64Array(0);

/** The same memory for every row: thousands are computed for one drawing. */
function doubles(count: number): Float64Array {
  if (kept.length < count) kept = new Float64Array(count);
  return kept;
}
