/** Name, status, place in the run, and the commands. */
import { createButton, type Button } from "../kit/controls.ts";
import { el, setText } from "../kit/dom.ts";
import type { Host } from "../kit/host.ts";
import type { FromRunView, RunViewCommand } from "../messages/runView.ts";
import { allowed, chipOf, noticeOf } from "./notice.ts";
import type { RunState } from "./state.ts";

export interface Header {
  readonly element: HTMLElement;
  /** Below the header: what is the matter and what to do, or nothing. */
  readonly notice: HTMLElement;
  update(state: RunState): void;
}

export function createHeader(host: Host<FromRunView>): Header {
  const name = el("h1");
  const chip = el("span", { class: "chip", role: "status" });
  const place = el("span", { class: "place" });
  const notice = el("div", { class: "notice", role: "alert", hidden: true });
  const refused = el("div", { class: "notice bad", role: "alert", hidden: true });
  const pending = new Set<RunViewCommand>();
  let state: RunState | null = null;

  const send = (command: RunViewCommand): void => {
    pending.add(command);
    refused.hidden = true;
    update();
    void host.request({ type: "command", command }).then((refusal) => {
      pending.delete(command);
      refused.hidden = refusal === null;
      setText(refused, refusal ? `${refusal.sentence} ${refusal.remedy}` : "");
      update();
    });
  };
  const buttons: readonly (readonly [RunViewCommand, Button])[] = [
    [
      "checkpoint",
      createButton("Checkpoint now", "secondary", () => send("checkpoint"), "Save everything after this step"),
    ],
    ["pause", createButton("Pause", "secondary", () => send("pause"), "Save, release the memory, and wait")],
    ["resume", createButton("Resume", "secondary", () => send("resume"), "Go on from the last checkpoint")],
    ["stop", createButton("Stop…", "secondary", () => send("stop"), "Choose how to stop")],
    ["showLog", createButton("Show log", "secondary", () => send("showLog"))],
    ["openSchedule", createButton("Open schedule", "primary", () => send("openSchedule"))],
  ];
  const element = el("header", {}, [
    name,
    chip,
    place,
    el(
      "div",
      { class: "commands", role: "group", label: "Commands" },
      buttons.map(([, button]) => button.element),
    ),
  ]);

  function update(): void {
    if (!state) return;
    const can = allowed(state);
    const troubled = ["failed", "lost", "nonFinite", "damaged"].includes(state.status.state);
    for (const [command, button] of buttons) {
      button.setEnabled(can.has(command) && !pending.has(command));
      // Pause and Resume share a place; the log is offered where something went wrong.
      if (command === "pause") button.setHidden(can.has("resume"));
      if (command === "resume") button.setHidden(!can.has("resume"));
      if (command === "showLog") button.setHidden(!troubled);
    }
  }

  return {
    element,
    notice: el("div", {}, [notice, refused]),
    update(next) {
      state = next;
      const { facts, plan, rows } = next;
      const layers = plan.stages.map((stage) => Number(stage.meanLayers.toFixed(1))).join("-");
      setText(name, `${facts.name} · ${facts.strategy} ${layers}`);
      const { text, tone } = chipOf(next);
      setText(chip, text);
      chip.className = `chip ${tone}`;
      const index = plan.stages.findIndex((stage) => rows.completed <= stage.lastStep);
      const stage = (index < 0 ? plan.stages.length : index + 1).toString();
      const engine = next.journal.engine;
      const machine = engine ? ` · ${engine.name}: ${engine.variant}` : "";
      setText(place, `stage ${stage} of ${plan.stages.length} · ${shortPath(facts.schedulePath)}${machine}`);
      place.title = `${facts.schedulePath}${machine}`;
      const said = noticeOf(next);
      notice.hidden = said === null;
      notice.className = `notice ${said?.tone ?? ""}`;
      setText(notice, said ? `${said.sentence} ${said.remedy}` : "");
      update();
    },
  };
}

/** The file and its folder; the whole path is in the title. */
const shortPath = (path: string): string => path.split(/[\\/]/).slice(-2).join("/");
