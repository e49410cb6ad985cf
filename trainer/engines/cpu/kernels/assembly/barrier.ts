/** All threads meet here. Waiting spins first (most waits are microseconds), then sleeps on the generation word. */
import { control, spin, threads } from "./state";

const arrivedAt: usize = 0;
const generationAt: usize = 64;
const sleepersAt: usize = 128;

export function barrier(): void {
  if (threads == 1) return;
  const generation = atomic.load<i32>(control, generationAt);
  if (atomic.add<i32>(control, 1, arrivedAt) == threads - 1) {
    atomic.store<i32>(control, 0, arrivedAt);
    atomic.add<i32>(control, 1, generationAt);
    if (atomic.load<i32>(control, sleepersAt) != 0) atomic.notify(control + generationAt, -1);
    return;
  }
  for (let i = 0; i < spin; i++) {
    if (atomic.load<i32>(control, generationAt) != generation) return;
  }
  atomic.add<i32>(control, 1, sleepersAt);
  while (atomic.load<i32>(control, generationAt) == generation) {
    atomic.wait<i32>(control + generationAt, generation, -1);
  }
  atomic.sub<i32>(control, 1, sleepersAt);
}
