/** The part of the WebAssembly interface that the engine uses: Node's types leave it to the browser's library. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    readonly exports: Readonly<Record<string, unknown>>;
    constructor(module: Module, imports?: Readonly<Record<string, unknown>>);
  }
  class Memory {
    /** A SharedArrayBuffer for shared memories. Grows: ask again. */
    readonly buffer: SharedArrayBuffer;
    constructor(descriptor: { readonly initial: number; readonly maximum: number; readonly shared: true });
    grow(pages: number): number;
  }
  function validate(bytes: Uint8Array): boolean;
}
