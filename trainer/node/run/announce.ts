/** Tells whoever started this process detached how the launch went, over the IPC channel that it left open. */
import type { LaunchReply } from "../../protocol/launchReply.ts";

/** Does nothing when nobody listens, and at the second call: a launch has one outcome. */
export function announceLaunch(reply: LaunchReply): void {
  if (announced || process.send === undefined || !process.connected) return;
  announced = true;
  // The other end may be gone already; the run goes on all the same.
  process.send(reply, undefined, {}, () => undefined);
}

let announced = false;
