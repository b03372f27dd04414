/** Sliding windows over a request log: does any of them, of whatever length, hold more requests than a limit lets in? */

export interface WindowCheck {
  requests: number;
  /**
   * Requests above `rate × length + 1` in the worst window of all, in requests; 0 or less when no window holds more. A
   * doubled rate shows as one and more, and grows with the log.
   */
  excess: number;
  /** The shortest gap between two requests, ms; null when there are fewer than two. */
  shortestGapMs: number | null;
}

/**
 * A window that holds most begins and ends with a request: from the i-th to the j-th it holds j − i + 1 in
 * t(j) − t(i) seconds, and lets in rate × (t(j) − t(i)) + 1. The worst is found in one pass by the lowest and highest
 * of k − rate × t(k).
 */
export function checkWindows(arrivalsMs: readonly number[], ratePerSecond: number): WindowCheck {
  const times = [...arrivalsMs].sort((a, b) => a - b);
  let lowest = Number.POSITIVE_INFINITY;
  let excess = Number.NEGATIVE_INFINITY;
  let shortestGapMs: number | null = null;
  for (const [k, t] of times.entries()) {
    const ahead = k - (ratePerSecond * t) / 1000;
    if (k > 0) {
      excess = Math.max(excess, ahead - lowest);
      const gap = t - times[k - 1]!;
      shortestGapMs = shortestGapMs === null ? gap : Math.min(shortestGapMs, gap);
    }
    lowest = Math.min(lowest, ahead);
  }
  return { requests: times.length, excess: Number.isFinite(excess) ? excess : 0, shortestGapMs };
}
