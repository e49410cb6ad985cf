/** `raptr doctor`: what works on this machine, and what to do about what does not. */
import { engines } from "../../../engines/registry.ts";
import type { Command } from "../command.ts";
import { examineMachine, type MachineReport } from "../machine.ts";
import { say } from "../output.ts";
import { bytes } from "../units.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "Show what works on this machine: engines, threads, memory, disk.",
  operands: [],
  options: [{ name: "json", value: null, doc: "Print it as JSON." }],
  details: ["Ends with 3 when no engine works, with 5 when runs cannot be written here."],
  run: async (given) => {
    const machine = examineMachine();
    const probes = await Promise.all(engines.map((engine) => engine.probe()));
    if (given.flag("json")) say(JSON.stringify({ ...machine, engines: probes }, null, 2));
    else {
      say(machineText(machine));
      for (const probe of probes) {
        const ready = probe.state === "ready";
        say(
          ready
            ? `engine    ${probe.name}: ready. ${probe.variant}; models up to ${bytes(probe.maximumBytes)}.`
            : `engine    ${probe.name}: cannot be used. ${probe.reason} ${probe.remedy}`,
        );
        for (const detail of ready ? probe.details : []) say(`            ${detail}`);
      }
    }
    if (!probes.some((probe) => probe.state === "ready")) return 3;
    return machine.runRoot.writable ? 0 : 5;
  },
};

function machineText(machine: MachineReport): string {
  const { runRoot } = machine;
  const room = runRoot.freeBytes === null ? "" : `, ${bytes(runRoot.freeBytes)} free`;
  return [
    `raptr     ${machine.raptr}`,
    `node      ${machine.node} (V8 ${machine.v8}) at ${machine.nodePath}`,
    `platform  ${machine.platform}, ${machine.release}`,
    `threads   ${machine.threads} (${machine.processor})`,
    `memory    ${bytes(machine.freeMemoryBytes)} free of ${bytes(machine.memoryBytes)}`,
    `runs      ${runRoot.path}: ${runRoot.writable ? `writable${room}` : `not writable (${runRoot.reason}); use --run-dir`}`,
  ].join("\n");
}
