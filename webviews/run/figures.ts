/** The row of figures: where the run stands, how fast it is, what would be lost. */
import { compact, count, duration, fixed } from "../kit/format.ts";
import { el, setText } from "../kit/dom.ts";
import { lastCheckpointStep } from "./journal.ts";
import type { Frame } from "./frame.ts";
import type { Rows } from "./rows.ts";
import { secondsLeft, speedUpSoFar } from "./work.ts";

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** Said after the value, smaller. */
  readonly note: string;
}

const none = "–";

/** Tokens of the latest steps by the time that they took: a mean of their rates would count short steps too much. */
export function tokensPerSecond({ length, tokensPerSecond, stepMilliseconds }: Rows): number {
  let tokens = 0;
  let milliseconds = 0;
  for (let row = Math.max(0, length - 20); row < length; row++) {
    const took = stepMilliseconds[row] ?? NaN;
    milliseconds += took;
    tokens += ((tokensPerSecond[row] ?? NaN) * took) / 1000;
  }
  return (1000 * tokens) / milliseconds;
}

export function figuresOf({ state, fit, smoothed }: Frame): readonly Figure[] {
  const { plan, rows, evaluations, journal, status } = state;
  const done = rows.completed;
  const evaluation = evaluations.at(-1);
  const loss = rows.length > 0 ? (smoothed?.[rows.length - 1] ?? rows.loss[rows.length - 1] ?? NaN) : null;
  const alive = status.state === "running" || status.state === "paused" || status.state === "stopping";
  const left = done < plan.steps ? secondsLeft(state, fit) : null;
  const saved = lastCheckpointStep(journal);
  const firstAtRisk = rows.indexOf(saved);
  const risk = firstAtRisk < rows.length ? rows.seconds - (rows.secondsBefore[firstAtRisk] ?? 0) : 0;
  const speedUp = speedUpSoFar(state, fit);
  return [
    { label: "step", value: count(done), note: `/ ${count(plan.steps)}` },
    {
      label: "training loss (subnetwork)",
      value: loss === null ? none : fixed(loss),
      note: smoothed && loss !== null ? "smoothed" : "",
    },
    {
      label: "evaluation loss (full network)",
      value: evaluation ? fixed(evaluation.loss) : none,
      note: evaluation ? `at ${count(evaluation.step)}` : "",
    },
    {
      label: "tokens/s",
      value: rows.length > 0 ? compact(tokensPerSecond(rows)) : none,
      note: "",
    },
    { label: "time left", value: left === null || !alive ? none : duration(left), note: "" },
    {
      label: "at risk if stopped",
      value: !alive ? none : risk > 0 ? duration(risk) : "nothing",
      note: alive && risk > 0 ? `since ${count(saved)}` : "",
    },
    {
      label: done < plan.steps ? "speed-up so far: planned / realised" : "speed-up: planned / realised",
      value: speedUp
        ? `${fixed(speedUp.planned, 2)} / ${speedUp.realised === null ? none : fixed(speedUp.realised, 2)}`
        : none,
      note: done < plan.steps ? `whole run ${fixed(plan.layerFlops.speedUp, 2)}` : "",
    },
  ];
}

export function createFigures(): { readonly element: HTMLElement; update(frame: Frame): void } {
  const element = el("dl", { class: "figures" });
  const shown: { readonly label: HTMLElement; readonly value: HTMLElement; readonly note: HTMLElement }[] = [];
  return {
    element,
    update(frame) {
      figuresOf(frame).forEach((figure, index) => {
        let place = shown[index];
        if (!place) {
          place = { label: el("dt"), value: el("b"), note: el("span") };
          shown.push(place);
          element.append(el("div", {}, [place.label, el("dd", {}, [place.value, " ", place.note])]));
        }
        setText(place.label, figure.label);
        setText(place.value, figure.value);
        setText(place.note, figure.note);
      });
    },
  };
}
