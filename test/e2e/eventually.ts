/** Asks again until there is an answer; the time limit only bounds how long a failing test takes. */
export async function eventually<T>(
  what: string,
  ask: () => T | null | Promise<T | null>,
  limitMilliseconds = 45_000,
): Promise<T> {
  const end = Date.now() + limitMilliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`No ${what} within ${limitMilliseconds / 1000} seconds.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
