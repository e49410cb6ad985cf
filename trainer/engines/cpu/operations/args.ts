/** The arguments of an operation of the port. */
import type { Engine } from "../../../engine/port.ts";

export type Args<K extends keyof Engine> = Engine[K] extends (args: infer A) => void ? A : never;
