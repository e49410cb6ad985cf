/**
 * H = - sum over tokens of p ln p, in nats per token, with p the token's share of `counts`: the loss of the best model
 * that ignores context. 0 when nothing was counted.
 */
export function unigramEntropy(counts: ArrayLike<number>): number {
  let total = 0;
  for (let token = 0; token < counts.length; token++) total += counts[token] ?? 0;
  let entropy = 0;
  for (let token = 0; token < counts.length; token++) {
    const share = (counts[token] ?? 0) / total;
    if (share > 0) entropy -= share * Math.log(share);
  }
  return entropy;
}
