/** Where a worker's code is: beside this module, as TypeScript source here or as its own bundle in the built trainer. */
export function workerUrl(name: string): URL {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "mjs";
  return new URL(`./${name}.${extension}`, import.meta.url);
}
