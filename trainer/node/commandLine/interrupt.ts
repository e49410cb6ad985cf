/** Ctrl+C, SIGTERM and closing the terminal: once = checkpoint and stop, twice = stop now. */

/**
 * A terminal sends Ctrl+C to the whole process group and npm passes it on once more, so that one press arrives twice.
 * Signals closer together than this are one.
 */
const onePressMilliseconds = 300;

/** SIGBREAK is Windows' Ctrl+Break; SIGHUP is a terminal that closes, on Windows too. */
const signals: readonly NodeJS.Signals[] =
  process.platform === "win32" ? ["SIGINT", "SIGBREAK", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];

export interface InterruptHandlers {
  onFirst(): void;
  onSecond(): void;
}

/** Aborts on the first signal. `dispose` gives the signals back to the system. */
export function watchInterrupts({ onFirst, onSecond }: InterruptHandlers): {
  readonly signal: AbortSignal;
  dispose(): void;
} {
  const controller = new AbortController();
  let last = -Infinity;
  const onSignal = (): void => {
    const now = performance.now();
    const samePress = now - last < onePressMilliseconds;
    last = now;
    if (samePress) return;
    if (controller.signal.aborted) return onSecond();
    controller.abort();
    onFirst();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
