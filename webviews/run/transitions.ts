/** The table of stage borders: what the loss did there. */
import { count, duration, fixed, signed } from "../kit/format.ts";
import type { Row } from "../kit/table.ts";
import type { Rows } from "./rows.ts";
import type { RunState } from "./state.ts";
import { stepTime, type StepTimeFit } from "./work.ts";

export const transitionHead = [
  "at step",
  "from → to",
  "loss at exit",
  "loss at entry",
  "change",
  "full network",
] as const;

/** As `stageLeft` events count: the mean over up to this many steps on either side. */
const meanSteps = 20;

const layersText = (layers: number): string => fixed(layers, Number.isInteger(layers) ? 0 : 1);

export function transitionRows(state: RunState, fit: StepTimeFit | null): readonly Row[] {
  const { plan, rows, journal, evaluations } = state;
  const table: Row[] = [];
  let secondsAhead = 0;
  plan.stages.forEach((stage, index) => {
    const next = plan.stages[index + 1];
    const border = stage.lastStep + 1;
    if (fit) {
      const ahead = Math.max(0, border - Math.max(rows.completed, stage.firstStep));
      secondsAhead += (ahead * stepTime(fit, stage.meanLayers)) / 1000;
    }
    if (!next) return;
    const name = `${layersText(stage.meanLayers)} → ${layersText(next.meanLayers)} of ${plan.layers}`.replaceAll(
      " ",
      "\u00a0",
    );
    if (rows.completed <= border) {
      const alive = state.status.state === "running" && rows.completed > 0;
      const when = alive && fit ? `planned; in about ${duration(secondsAhead)}` : "planned";
      table.push([
        { text: count(border), class: "dim" },
        { text: name, class: "dim" },
        { text: when, class: "dim left", span: 4 },
      ]);
      return;
    }
    // The event where there is one; the same mean from the rows for a stage that still runs.
    const exit = journal.stagesLeft.get(stage.index)?.lossAtExit ?? meanLoss(rows, border - meanSteps, border);
    const entry = journal.stagesLeft.get(next.index)?.lossAtEntry ?? meanLoss(rows, border, border + meanSteps);
    const full = evaluations.find((evaluation) => evaluation.step === border);
    table.push([count(border), name, fixed(exit), fixed(entry), signed(entry - exit), full ? fixed(full.loss) : "–"]);
  });
  return table;
}

function meanLoss(rows: Rows, from: number, to: number): number {
  let sum = 0;
  let seen = 0;
  const end = Math.min(rows.length, rows.indexOf(to));
  for (let row = rows.indexOf(Math.max(0, from)); row < end; row++) {
    sum += rows.loss[row] ?? NaN;
    seen++;
  }
  return sum / seen;
}
