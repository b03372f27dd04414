/** Work with a bound per group, given back as it gets done. */

export interface WorkGroup<T> {
  concurrency: number;
  tasks: readonly (() => Promise<T>)[];
}

/**
 * Runs the tasks of all groups side by side, each group with its own bound, and yields results as they come.
 * Nothing new starts while the consumer is busy, so a slow disk slows the calls down. What is under way when the
 * consumer leaves, or a task fails, is waited for: its answer was paid and its task records it.
 */
export async function* asCompleted<T>(groups: readonly WorkGroup<T>[]): AsyncGenerator<T> {
  const lanes = groups.map((group) => ({ group, next: 0, running: 0 }));
  const running = new Map<number, Promise<{ id: number; value: T }>>();
  let ids = 0;
  const fill = () => {
    for (const lane of lanes) {
      while (lane.running < lane.group.concurrency && lane.next < lane.group.tasks.length) {
        const task = lane.group.tasks[lane.next++] as () => Promise<T>;
        const id = ids++;
        lane.running += 1;
        const promise = task()
          .finally(() => {
            lane.running -= 1;
          })
          .then((value) => ({ id, value }));
        // A failure is seen at the race; until then it must not count as unhandled.
        promise.catch(() => {});
        running.set(id, promise);
      }
    }
  };
  try {
    for (;;) {
      fill();
      if (running.size === 0) return;
      const { id, value } = await Promise.race(running.values());
      running.delete(id);
      yield value;
    }
  } finally {
    await Promise.allSettled(running.values());
  }
}
