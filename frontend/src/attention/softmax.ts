/** From scores to weights. Sums are taken in double precision, results kept in single. */

/**
 * softmax(score + bias) over the keys of one query.
 *
 * A sink is one more score that takes its share and has no key, so a row with one sums to less than
 * one. Where every key is masked, all weights are zero.
 *
 * @param bias Null adds nothing.
 * @param weights Where the result goes; may be `score` itself.
 */
export function softmax(
  score: Float32Array,
  bias: Float32Array | null,
  sink: number | null,
  weights: Float32Array = new Float32Array(score.length),
): Float32Array {
  const keys = score.length;
  let largest = sink ?? Number.NEGATIVE_INFINITY;
  for (let j = 0; j < keys; j++) {
    const value = (score[j] as number) + (bias === null ? 0 : (bias[j] as number));
    if (value > largest) largest = value;
  }
  if (largest === Number.NEGATIVE_INFINITY) return weights.fill(0);
  let sum = sink === null ? 0 : Math.exp(sink - largest);
  const exponentials = scratch(keys);
  for (let j = 0; j < keys; j++) {
    const added = bias === null ? 0 : (bias[j] as number);
    const value = Math.exp((score[j] as number) + added - largest);
    exponentials[j] = value;
    sum += value;
  }
  for (let j = 0; j < keys; j++) weights[j] = (exponentials[j] as number) / sum;
  return weights;
}

let double = new Float64Array(0);

/** Room for numbers in between, the same for every row. */
function scratch(size: number): Float64Array {
  if (double.length < size) double = new Float64Array(size);
  return double;
}
