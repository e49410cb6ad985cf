/** How engines are found: the registry in `engines/` holds one `EngineFactory` each. Pure: the types only. */
import type { Engine } from "./port.ts";

export interface EngineOptions {
  readonly threads?: number;
}

/** What a probe found, in sentences for people. */
export type Probe =
  | {
      readonly state: "ready";
      readonly name: string;
      readonly variant: string;
      readonly maximumBytes: number;
      readonly details: readonly string[];
    }
  | { readonly state: "refused"; readonly name: string; readonly reason: string; readonly remedy: string };

export interface EngineFactory {
  readonly name: string;
  probe(): Promise<Probe>;
  create(options: EngineOptions): Promise<Engine>;
}
