/** A run's status as a sentence. */
import type { RunStatus } from "../../protocol/status.ts";

export function statusText(status: RunStatus): string {
  switch (status.state) {
    case "preparing":
      return "Preparing: data is read or a checkpoint is restored.";
    case "running":
      return `Running as process ${status.pid}, launch ${status.launch}.`;
    case "paused":
      return `Paused; process ${status.pid} waits with its memory released.`;
    case "stopping":
      return `Stopping: process ${status.pid} saves a checkpoint.`;
    case "stopped":
      return "Stopped; `raptr resume` goes on.";
    case "completed":
      return "Completed.";
    case "nonFinite":
      return `Became non-finite at step ${status.step}: ${status.tensor}.`;
    case "failed":
      return `Failed: ${status.sentence} ${status.remedy}`;
    case "lost":
      return `Lost: its process ended without a last word after step ${status.lastStep}; \`raptr resume\` goes on.`;
    case "damaged":
      return `Damaged: ${status.sentence}`;
    default:
      return status satisfies never;
  }
}
