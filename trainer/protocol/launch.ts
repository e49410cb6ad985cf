/** `launches/0001.json`: which process is that launch. Made by exclusive creation, so that only one process can be it. */
import { integer, object, string, type Infer } from "./shape.ts";

export const launchShape = object(
  "`launches/<number>.json`: the process that is this launch. Written once; the newest one is never removed.",
  {
    launch: integer("Its number, from 1.", { minimum: 1 }),
    pid: integer("Its process id.", { minimum: 1 }),
    processStart: string("As in the lease."),
    host: string("Host name."),
    bootId: string("As in the lease."),
    time: string("When it was claimed; ISO 8601, UTC."),
  },
  { open: true },
);

export type LaunchClaim = Infer<typeof launchShape>;
